# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver's limits from its parameters; that they are the driver's own names is tested with a driver."""

from __future__ import annotations

import pytest
from rclpy.parameter import Parameter
from rher_perception.ros.driver_limits import NAMES, ROOM, DriverLimits
from rher_robot_driver.ros.parameters import default_safety

SAFETY = default_safety()


def values(**changes):
    """Return the values of a driver with its defaults, in the order of NAMES."""
    found = []
    for name in NAMES:
        field = name.removeprefix("safety.")
        value = changes.get(field, getattr(SAFETY, field, "ur5e"))
        found.append(Parameter(name, value=list(value) if isinstance(value, tuple) else value).get_parameter_value())
    return found


def test_the_region_lies_within_what_the_driver_lets_commands_do() -> None:
    limits = DriverLimits.of(values())
    assert limits.region.lower == pytest.approx([x + ROOM for x in SAFETY.commanded_lower])
    assert limits.region.upper == pytest.approx([x - ROOM for x in SAFETY.commanded_upper])
    assert limits.region.max_tilt == pytest.approx(SAFETY.commanded_tilt)
    assert limits.speed == pytest.approx(SAFETY.commanded_speed)
    assert (limits.robot_model, limits.control_period, limits.max_perception_age) == ("ur5e", 0.1, 0.5)


def test_a_table_above_the_floor_of_the_box_counts() -> None:
    limits = DriverLimits.of(values(table_height=0.05))
    assert limits.region.lower[2] == pytest.approx(0.05 + SAFETY.workspace_margin + ROOM)


def test_a_node_that_is_no_driver_is_told() -> None:
    unset = Parameter("x", Parameter.Type.NOT_SET).get_parameter_value()
    with pytest.raises(ValueError, match="no parameter robot_model"):
        DriverLimits.of([unset] * len(NAMES))
    with pytest.raises(ValueError, match=r"no parameter safety\.max_perception_age"):
        DriverLimits.of(values()[:-1])
