# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The written-out kinematics against products of DH matrices and against finite differences."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS, ArmModel, DhTable
from transforms3d.affines import compose
from transforms3d.axangles import axangle2mat

X, Z, ONES = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), np.ones(3)
TOOL = (np.array((0.01, -0.02, 0.16)), axangle2mat((0.3, 0.2, 1.0), 0.7))
TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
ELBOW_UP = np.array((0.0, -1.2, 1.8, -2.2, -math.pi / 2.0, 0.0))


def turn(axis: tuple[float, float, float], angle: float) -> np.ndarray:
    return compose(np.zeros(3), axangle2mat(axis, angle), ONES)


def shift(x: float, y: float, z: float) -> np.ndarray:
    return compose((x, y, z), np.eye(3), ONES)


def product_of_dh_matrices(model: ArmModel, q: np.ndarray) -> np.ndarray:
    """Flange in base_link, shape (4, 4): UR's base turned by pi, then RotZ Trans RotX for each link."""
    pose = turn(Z, math.pi)
    for angle, a, d, alpha in zip(q, model.dh.a, model.dh.d, model.dh.alpha, strict=True):
        pose = pose @ turn(Z, angle) @ shift(a, 0.0, d) @ turn(X, alpha)
    return pose


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_forward_is_the_product_of_dh_matrices(name: str) -> None:
    model = UR_ARMS[name]
    kinematics = ArmKinematics(model, TOOL)
    rng = np.random.default_rng(0)
    for q in rng.uniform(-2.0 * math.pi, 2.0 * math.pi, size=(100, 6)):
        expected = product_of_dh_matrices(model, q) @ compose(*TOOL, ONES)
        position, rotation = kinematics.forward(q)
        np.testing.assert_allclose(position, expected[:3, 3], rtol=0.0, atol=1e-14)
        np.testing.assert_allclose(rotation, expected[:3, :3], rtol=0.0, atol=1e-14)


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_jacobian_is_the_derivative_of_forward(name: str) -> None:
    kinematics = ArmKinematics(UR_ARMS[name], TOOL)
    rng = np.random.default_rng(1)
    h = 1e-6
    for q in rng.uniform(-math.pi, math.pi, size=(30, 6)):
        _, rotation, jacobian = kinematics.forward_and_jacobian(q)
        for joint in range(6):
            step = h * np.eye(6)[joint]
            ahead, behind = kinematics.forward(q + step), kinematics.forward(q - step)
            spin = (ahead[1] - behind[1]) / (2.0 * h) @ rotation.T
            expected = np.concatenate(((ahead[0] - behind[0]) / (2.0 * h), (spin[2, 1], spin[0, 2], spin[1, 0])))
            np.testing.assert_allclose(jacobian[:, joint], expected, rtol=0.0, atol=1e-8)


def test_the_arm_reaches_forward_in_base_link() -> None:
    position, _ = ArmKinematics(UR_ARMS["ur5e"]).forward(ELBOW_UP)
    assert position[0] > 0.4


def test_an_offset_along_z_is_the_same_as_its_pose() -> None:
    model = UR_ARMS["ur5e"]
    by_number = ArmKinematics(model, 0.16).forward(ELBOW_UP)
    by_pose = ArmKinematics(model, (np.array((0.0, 0.0, 0.16)), np.eye(3))).forward(ELBOW_UP)
    np.testing.assert_array_equal(by_number[0], by_pose[0])
    np.testing.assert_array_equal(by_number[1], by_pose[1])


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_manipulability_is_the_scaled_determinant(name: str) -> None:
    model = UR_ARMS[name]
    kinematics = ArmKinematics(model, 0.1)
    a2, a3 = abs(model.dh.a[1]), abs(model.dh.a[2])
    for q in np.random.default_rng(2).uniform(-math.pi, math.pi, size=(50, 6)):
        determinant = abs(np.linalg.det(kinematics.jacobian(q)))
        assert kinematics.relative_manipulability(q) * a2 * a3 * (a2 + a3) == pytest.approx(determinant, abs=1e-12)


def test_a_straight_elbow_is_singular() -> None:
    kinematics = ArmKinematics(UR_ARMS["ur5e"])
    straight = np.array((0.0, -1.0, 0.0, -1.0, -1.0, 0.0))
    assert kinematics.relative_manipulability(straight) == 0.0
    assert kinematics.condition_number(straight) > 1e12
    assert kinematics.condition_number(ELBOW_UP) < 20.0


@pytest.mark.parametrize("x", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("y", [-0.25, 0.0, 0.25])
def test_inverse_reaches_the_pose_on_the_branch_of_the_start(x: float, y: float) -> None:
    kinematics = ArmKinematics(UR_ARMS["ur5e"], 0.16)
    target = np.array((x, y, 0.025))
    q = kinematics.inverse(target, TOOL_DOWN, ELBOW_UP)
    position, rotation = kinematics.forward(q)
    np.testing.assert_allclose(position, target, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(rotation, TOOL_DOWN, rtol=0.0, atol=2e-9)
    assert 0.0 < q[2] < math.pi, "the elbow stays up"


def test_inverse_refuses_what_is_out_of_reach() -> None:
    kinematics = ArmKinematics(UR_ARMS["ur5e"], 0.16)
    with pytest.raises(ValueError, match="cannot reach"):
        kinematics.inverse(np.array((1.5, 0.0, 0.0)), TOOL_DOWN, ELBOW_UP)


def test_inverse_refuses_a_pose_beyond_the_joint_limits() -> None:
    model = replace(UR_ARMS["ur5e"], joint_upper=(6.0, 6.0, 1.0, 6.0, 6.0, 6.0))
    with pytest.raises(ValueError, match="joint limits"):
        ArmKinematics(model, 0.16).inverse(np.array((0.5, 0.0, 0.025)), TOOL_DOWN, ELBOW_UP)


def test_other_geometries_are_refused() -> None:
    model = replace(UR_ARMS["ur5e"], dh=DhTable(a=(0.1, -0.4, -0.4, 0.0, 0.0, 0.0), d=UR_ARMS["ur5e"].dh.d))
    with pytest.raises(ValueError, match="allowed: only a2"):
        ArmKinematics(model)


@pytest.mark.parametrize("offset", [math.nan, (np.zeros(2), np.eye(3)), (np.zeros(3), np.diag((1.0, 1.0, -1.0)))])
def test_an_offset_that_is_no_pose_is_refused(offset: Any) -> None:
    with pytest.raises(ValueError, match="tcp_offset"):
        ArmKinematics(UR_ARMS["ur5e"], offset)
