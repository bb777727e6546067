# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Arguments of a launch file that are no numbers where one belongs."""

from __future__ import annotations

import pytest
from launch import LaunchContext
from rher_agent.ros.launching.arguments import check_numbers


def test_text_where_a_number_belongs_is_refused_by_name():
    context = LaunchContext()
    context.launch_configurations.update(seed="3", scale="0.2")
    check_numbers(context, {"seed": int, "scale": float})
    context.launch_configurations["seed"] = "0.5"
    with pytest.raises(RuntimeError, match=r"^seed is '0.5'; allowed: a whole number$"):
        check_numbers(context, {"seed": int})
    context.launch_configurations["scale"] = "slow"
    with pytest.raises(RuntimeError, match=r"^scale is 'slow'; allowed: a number$"):
        check_numbers(context, {"scale": float})
