# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.ros.wrenches import wrench_message


def test_a_push_upwards_is_against_the_axis_of_a_tool_that_looks_down():
    """Turned by pi about x, so that its z points down and its y the other way."""
    message = wrench_message(np.array((1.0, 2.0, 3.0, 0.1, 0.2, 0.3)), np.array((0.0, 1.0, 0.0, 0.0)), 1_500_000_000)
    assert message.header.frame_id == "tcp"
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (1, 500_000_000)
    force, torque = message.wrench.force, message.wrench.torque
    assert (force.x, force.y, force.z) == pytest.approx((1.0, -2.0, -3.0))
    assert (torque.x, torque.y, torque.z) == pytest.approx((0.1, -0.2, -0.3))
