# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Following a moving pose: exact where the arm is well conditioned, bounded where it is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS, ArmModel
from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from transforms3d.axangles import axangle2mat

TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
ELBOW_UP = np.array((0.0, -1.2, 1.8, -2.2, -math.pi / 2.0, 0.0))
DT = 0.01


@pytest.fixture
def kinematics() -> ArmKinematics:
    return ArmKinematics(UR_ARMS["ur5e"], 0.16)


def test_follows_a_circle_at_full_speed_to_a_fraction_of_a_millimetre(kinematics: ArmKinematics) -> None:
    ik = DifferentialIk(kinematics)
    center, radius, speed = np.array((0.5, 0.0, 0.025)), 0.15, 0.25
    q = kinematics.inverse(center + np.array((radius, 0.0, 0.0)), TOOL_DOWN, ELBOW_UP)
    for tick in range(1, 400):
        angle = speed / radius * tick * DT
        target = center + radius * np.array((math.cos(angle), math.sin(angle), 0.0))
        rotation = axangle2mat((0.0, 0.0, 1.0), 0.5 * math.sin(angle)) @ TOOL_DOWN
        q = ik.step(ik.at(q), target, rotation)
        position, orientation = kinematics.forward(q)
        assert np.linalg.norm(position - target) < 5e-5
        assert np.abs(orientation - rotation).max() < 5e-4


def test_a_target_at_rest_is_reached_exactly(kinematics: ArmKinematics) -> None:
    ik = DifferentialIk(kinematics)
    target = np.array((0.5, 0.1, 0.025))
    q = kinematics.inverse(target, TOOL_DOWN, ELBOW_UP)
    target = target + np.array((0.0025, 0.0, 0.0))
    for _ in range(3):
        q = ik.step(ik.at(q), target, TOOL_DOWN)
    np.testing.assert_allclose(kinematics.forward(q)[0], target, rtol=0.0, atol=1e-12)


def test_posture_does_not_matter_away_from_singularities(kinematics: ArmKinematics) -> None:
    target = np.array((0.5, 0.0, 0.025))
    q = kinematics.inverse(target, TOOL_DOWN, ELBOW_UP)
    plain, with_posture = DifferentialIk(kinematics), DifferentialIk(kinematics, posture=q + 0.3, posture_gain=1.0)
    np.testing.assert_array_equal(
        with_posture.step(with_posture.at(q), target, TOOL_DOWN), plain.step(plain.at(q), target, TOOL_DOWN)
    )


def test_steps_stay_bounded_at_a_singularity(kinematics: ArmKinematics) -> None:
    ik = DifferentialIk(kinematics)
    straight = np.array((0.0, -1.0, 1e-6, -0.5, -math.pi / 2.0, 0.0))
    position, rotation = kinematics.forward(straight)
    outward = 0.0025 * position / np.linalg.norm(position)
    assert ik.at(straight).damped
    assert np.abs(ik.step(ik.at(straight), position + outward, rotation) - straight).max() < 0.1


def test_posture_pulls_out_of_a_singularity(kinematics: ArmKinematics) -> None:
    straight_wrist = ELBOW_UP.copy()
    straight_wrist[4] = 0.0
    position, rotation = kinematics.forward(straight_wrist)
    posture = ELBOW_UP + np.array((0.0, 0.0, 0.0, 0.5, 0.0, -0.5))
    pulled, plain = DifferentialIk(kinematics, posture=posture, posture_gain=0.1), DifferentialIk(kinematics)
    q = pulled.step(pulled.at(straight_wrist), position, rotation)
    assert np.linalg.norm(q - posture) < np.linalg.norm(straight_wrist - posture)
    np.testing.assert_array_equal(plain.step(plain.at(straight_wrist), position, rotation), straight_wrist)


@pytest.mark.parametrize("model", UR_ARMS.values(), ids=UR_ARMS.keys())
def test_the_rate_of_the_manipulability_is_its_derivative(model: ArmModel) -> None:
    kinematics = ArmKinematics(model, 0.16)
    ik, rng, h = DifferentialIk(kinematics), np.random.default_rng(4), 1e-6
    for q, speeds in zip(rng.uniform(-3.0, 3.0, (50, 6)), rng.normal(size=(50, 6)), strict=True):
        ahead, behind = (kinematics.relative_manipulability(q + sign * h * speeds) for sign in (1.0, -1.0))
        rate = ik.at(q).manipulability_rate(speeds.tolist())
        assert rate == pytest.approx((ahead - behind) / (2.0 * h), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "value"),
    [("damping", 0.0), ("manipulability_floor", -1.0), ("posture_gain", 2.0), ("posture", (0.0, math.nan))],
)
def test_wrong_parameters_are_named(kinematics: ArmKinematics, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        DifferentialIk(kinematics, **{name: value})
