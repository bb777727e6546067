# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Plans cover what a calibration needs, within the limits, and an arm can follow them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import yaml
from rher_perception.calibration.coverage import CoverageLimits
from rher_perception.calibration.planner import Region, Spread, plan_lacks, plan_poses
from rher_perception.calibration.tool_orientation import TOOL_DOWN, ToolPose
from rher_perception.geometry import Pose, rotation_from_vector
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.motions.path import Pose as PathPose
from rher_robot_driver.motions.path_check import PathCheck
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_sim_bridge.worlds.simulated_arm import READY

from tests.conftest import SOURCE

MIDDLE = Pose(TOOL_DOWN, np.array([0.5, 0.0, 0.17]))
NARROW = Region((0.255, -0.245, 0.02), (0.745, 0.245, 0.245), 0.25)
"""What the driver's defaults allow."""
WIDE = Region((0.26, -0.29, 0.12), (0.69, 0.29, 0.44), 0.5)
STEPS = 12
"""Poses checked between two corners of a way."""


@pytest.mark.parametrize("region", [NARROW, WIDE])
@pytest.mark.parametrize("seed", range(10))
def test_the_first_dozen_of_any_plan_suffices_within_the_limits(region: Region, seed: int) -> None:
    plan = plan_poses(40, MIDDLE, region, Spread(), seed)
    assert plan_lacks(plan[:12], CoverageLimits()) == ()
    for tool in plan:
        assert (tool.position >= region.lower).all()
        assert (tool.position <= region.upper).all()
        assert (np.abs(tool.position - MIDDLE.translation) <= np.array(Spread().reach) + 1e-12).all()
        assert math.acos(-tool.rotation[2, 2]) <= region.max_tilt
        assert abs(tool.yaw) <= Spread().yaw


def test_a_seed_gives_the_same_plan_and_another_one_another() -> None:
    plans = [plan_poses(5, MIDDLE, WIDE, Spread(), seed) for seed in (3, 3, 4)]
    places = [np.array([tool.position for tool in plan]) for plan in plans]
    np.testing.assert_array_equal(places[0], places[1])
    assert np.abs(places[0] - places[2]).max() > 0.01


def test_the_yaw_of_the_middle_is_kept() -> None:
    turned = Pose(rotation_from_vector(np.array([0.0, 0.0, 2.0])) @ TOOL_DOWN, MIDDLE.translation)
    assert all(abs(tool.yaw - 2.0) <= Spread().yaw for tool in plan_poses(20, turned, WIDE, Spread()))


def test_a_plan_without_turns_says_what_it_lacks() -> None:
    flat = Region(WIDE.lower, WIDE.upper, 0.02)
    (lack,) = plan_lacks(plan_poses(20, MIDDLE, flat, Spread()), CoverageLimits())
    assert "those about z alone: rotate more about x or y" in lack


@pytest.mark.parametrize(
    ("middle", "words"),
    [
        (Pose(TOOL_DOWN, np.array([0.5, 0.0, 0.05])), "z is 0.050 m, allowed: 0.120 to 0.440"),
        (Pose(rotation_from_vector(np.array([0.7, 0.0, 0.0])) @ TOOL_DOWN, MIDDLE.translation), "tilt is 0.700 rad"),
    ],
)
def test_a_middle_outside_is_refused(middle: Pose, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plan_poses(20, middle, WIDE, Spread())


def test_regions_meet_in_what_both_allow() -> None:
    both = WIDE.within(NARROW)
    assert both.lower == (0.26, -0.245, 0.12)
    assert both.upper == (0.69, 0.245, 0.245)
    assert both.max_tilt == 0.25
    with pytest.raises(ValueError, match="lower z"):
        WIDE.within(Region((0.0, -1.0, 0.5), (1.0, 1.0, 0.6), 0.3))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Region((0.0, 0.0, 0.2), (1.0, 1.0, 0.1), 0.3), "lower z is 0.2"),
        (lambda: Region((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 0.0), "max_tilt"),
        (lambda: Spread(reach=(0.1, 0.0, 0.1)), "reach"),
        (lambda: Spread(yaw=4.0), "yaw"),
    ],
)
def test_parameters_out_of_range_are_named(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("arm", ["ur5e", "ur10e"])
@pytest.mark.parametrize("seed", range(3))
def test_an_arm_follows_every_way_with_the_limits_that_are_shipped(arm: str, seed: int) -> None:
    file = yaml.safe_load((SOURCE / "rher_agent" / "config" / "calibration.yaml").read_text())
    safety = SafetyParameters(table_height=0.0, **file["driver"]["ros__parameters"]["safety"])
    kinematics = ArmKinematics(UR_ARMS[arm], 0.16)
    region = Region(safety.commanded_lower, safety.commanded_upper, safety.commanded_tilt).within(WIDE)
    here = ToolPose.of(MIDDLE)
    way = [PathPose(here.position, here.rotation)]
    for goal in plan_poses(40, MIDDLE, region, Spread(), seed):
        for share in np.linspace(0.0, 1.0, STEPS)[1:]:
            tool = ToolPose(
                here.position + share * (goal.position - here.position),
                here.tilt + share * (goal.tilt - here.tilt),
                here.yaw + share * (goal.yaw - here.yaw),
            )
            way.append(PathPose(tool.position, tool.rotation))
        here = goal
    PathCheck(kinematics, safety).check(way, kinematics.inverse(MIDDLE.translation, TOOL_DOWN, READY))
