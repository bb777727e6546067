# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the node accepts for an arm that people may stand beside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rher_robot_driver.ros.parameters import check_hardware_limits, default_safety
from rher_robot_driver.safety.monitor_limits import MonitorLimits


def test_the_defaults_are_accepted():
    check_hardware_limits(default_safety())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"max_linear_speed": 0.26}, "safety.max_linear_speed is 0.26; allowed: at most 0.25"),
        ({"monitors": MonitorLimits(max_force=150.0)}, "safety.monitors.max_force is 150.0; allowed: at most 100.0"),
    ],
)
def test_wider_limits_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        check_hardware_limits(replace(default_safety(), **changed))
