# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Wrong parameters refuse to start, and say which and what is allowed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from rher_robot_driver.safety.joint_limits import JointLimits
from rher_robot_driver.safety.monitor_limits import MonitorLimits
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.safety.recovery_rules import RecoveryRules

CELL: dict[str, Any] = {"workspace_lower": (0.2, -0.3, 0.0), "workspace_upper": (0.8, 0.3, 0.3), "table_height": 0.0}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("workspace_lower", (0.9, -0.3, 0.0), "workspace_lower x is 0.9 m; allowed: less than workspace_upper, 0.8 m"),
        ("workspace_lower", (0.2, -0.3), "workspace_lower .* three finite"),
        ("workspace_upper", (0.8, math.nan, 0.3), "workspace_upper .* three finite"),
        ("table_height", 0.3, "table_height is 0.3 m; allowed: less than"),
        ("table_height", math.nan, "table_height is nan"),
        ("max_linear_speed", -0.1, "max_linear_speed is -0.1; allowed: more than 0"),
        ("max_angular_speed", 0.0, "max_angular_speed is 0.0"),
        ("max_linear_acceleration", math.inf, "max_linear_acceleration is inf"),
        ("max_angular_acceleration", math.nan, "max_angular_acceleration is nan"),
        ("control_period", 0.0, "control_period is 0.0"),
        ("max_linear_jerk", -1.0, "max_linear_jerk is -1.0"),
        ("max_angular_jerk", 0.0, "max_angular_jerk is 0.0"),
        ("workspace_margin", -0.1, "workspace_margin is -0.1; allowed: 0 or more"),
        ("workspace_margin", 0.2, "workspace_lower z is 0.0 m; .* by more than two margins, 0.4 m"),
        ("speed_share", 1.1, "speed_share is 1.1; allowed: more than 0, at most 1"),
        ("max_tilt", 2.0, "max_tilt is 2.0 rad; .* at most pi / 2"),
        ("tilt_margin", 0.3, "tilt_margin is 0.3 rad; allowed: less than max_tilt, 0.26"),
        ("max_perception_age", math.nan, "max_perception_age is nan"),
        ("stale_periods", 1.0, "stale_periods is 1.0; allowed: more than 1"),
        ("frame_id", "", "frame_id is empty"),
    ],
)
def test_wrong_parameters_are_named_with_what_is_allowed(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SafetyParameters(**{**CELL, name: value})


@pytest.mark.parametrize(
    ("group", "name", "value", "message"),
    [
        (JointLimits, "speed_share", 0.0, "speed_share is 0.0; allowed: more than 0, at most 1"),
        (JointLimits, "acceleration_share", 1.5, "acceleration_share is 1.5"),
        (JointLimits, "position_margin", -1.0, "position_margin is -1.0; allowed: 0 or more"),
        (JointLimits, "max_acceleration", math.inf, "max_acceleration is inf"),
        (JointLimits, "manipulability_slow", 0.03, "manipulability_slow is 0.03; allowed: more than .*_stop, 0.04"),
        (MonitorLimits, "max_force", -100.0, "max_force is -100.0"),
        (MonitorLimits, "force_debounce", -0.1, "force_debounce is -0.1; allowed: 0 or more"),
        (MonitorLimits, "peak_factor", 0.5, "peak_factor is 0.5; allowed: 1 or more"),
        (RecoveryRules, "cool_down", -1.0, "cool_down is -1.0"),
        (RecoveryRules, "max_clears", 0, "max_clears is 0; allowed: 1 or more"),
        (RecoveryRules, "window", 0.0, "window is 0.0"),
    ],
)
def test_wrong_parameters_of_the_groups_are_named(group: Any, name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group(**{name: value})


def test_derived_limits() -> None:
    parameters = SafetyParameters(**CELL, max_linear_speed=0.25, control_period=0.1, stale_periods=2.5)
    assert parameters.commanded_speed == 0.24
    assert parameters.step_cap == pytest.approx(0.024)
    assert parameters.stale_age == pytest.approx(0.25)
    assert parameters.smoothing_time == pytest.approx(0.04)
    assert parameters.reaction_time == pytest.approx(0.048 + 0.04)
    assert parameters.stopping_time == pytest.approx(0.1 + 0.04)
    assert parameters.commanded_lower == pytest.approx((0.205, -0.295, 0.005))
    assert parameters.commanded_upper == pytest.approx((0.795, 0.295, 0.295))
    assert parameters.commanded_floor == pytest.approx(0.005)
