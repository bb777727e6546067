# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm table refuses what cannot be an arm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rher_robot_driver.kinematics.dh import UR_ARMS, DhTable


def test_arms_are_those_of_both_series() -> None:
    assert set(UR_ARMS) == {"ur3e", "ur5e", "ur10e", "ur3", "ur5", "ur10"}
    assert all(name == model.name for name, model in UR_ARMS.items())


@pytest.mark.parametrize("a", [(0.0,) * 5, (0.0, float("nan"), 0.0, 0.0, 0.0, 0.0)])
def test_dh_table_names_what_is_wrong(a: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"a is .*6 finite"):
        DhTable(a=a, d=(0.0,) * 6)


def test_model_refuses_limits_inside_out() -> None:
    model = UR_ARMS["ur5e"]
    with pytest.raises(ValueError, match="joint_lower"):
        replace(model, joint_lower=model.joint_upper)


def test_model_refuses_a_speed_that_is_not_positive() -> None:
    with pytest.raises(ValueError, match="joint_speed_limits"):
        replace(UR_ARMS["ur5e"], joint_speed_limits=(0.0,) * 6)
