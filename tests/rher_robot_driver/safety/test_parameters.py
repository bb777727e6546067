# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Wrong parameters refuse to start, and say which and what is allowed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from rher_robot_driver.safety.parameters import SafetyParameters

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
        ("longest_tick", -1.0, "longest_tick is -1.0"),
        ("stale_periods", 1.0, "stale_periods is 1.0; allowed: more than 1"),
        ("frame_id", "", "frame_id is empty"),
    ],
)
def test_wrong_parameters_are_named_with_what_is_allowed(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SafetyParameters(**{**CELL, name: value})


def test_derived_limits() -> None:
    parameters = SafetyParameters(**CELL, max_linear_speed=0.2, control_period=0.1, stale_periods=2.5)
    assert parameters.step_cap == pytest.approx(0.02)
    assert parameters.stale_age == pytest.approx(0.25)
    assert parameters.stopping_time == pytest.approx(math.sqrt(3.0) * 0.2 / 5.0)
