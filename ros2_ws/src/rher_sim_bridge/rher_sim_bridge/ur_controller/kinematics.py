# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Kinematics of the controller, from MuJoCo alone, in the maker's base frame.

The maker's base frame is base_link turned by pi about z. The driver has kinematics of its own, written from the
published table; that these two share no code is what lets the emulator judge the driver.
"""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_robot_driver.kinematics.dh import JOINTS, ArmModel, DhTable

from rher_sim_bridge.scene.arm import LINK_NAMES, add_arm

Vector = NDArray[np.float64]

BASE = np.diag((-1.0, -1.0, 1.0))
"""Rotation between base_link and the maker's base frame; its own inverse."""
FLANGE_BODY = LINK_NAMES[-1]

ITERATIONS = 50
TOLERANCE = 1e-10
"""Error at which inverse kinematics ends [m, rad]."""
DAMPING = 1e-6
"""Of the least squares, so that a step at a singular pose is finite."""
LARGEST_STEP = 0.3
"""Of one joint in one iteration [rad]."""


class InverseKinematicsError(ValueError):
    """No joint position gives the pose."""


def perturbed(arm: ArmModel, error: float, seed: int) -> ArmModel:
    """Return the arm with other Denavit-Hartenberg lengths, as it comes from the factory.

    Args:
        arm: As published.
        error: Of the length that is furthest off [m]; the others are off by less.
        seed: Draws the errors.
    """
    if error == 0.0:
        return arm
    lengths = np.array((arm.dh.a, arm.dh.d))
    present = lengths != 0.0
    errors = np.random.default_rng(seed).uniform(-1.0, 1.0, lengths.shape) * present
    lengths += errors * (error / np.abs(errors).max())
    dh = DhTable(a=tuple(lengths[0].tolist()), d=tuple(lengths[1].tolist()), alpha=arm.dh.alpha)
    return replace(arm, dh=dh)


def pose_matrix(pose: Vector) -> Vector:
    """Return a pose x, y, z, rx, ry, rz (rotation vector) [m, rad] as a matrix, shape (4, 4)."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation_matrix(np.asarray(pose[3:6], dtype=np.float64))
    matrix[:3, 3] = pose[:3]
    return matrix


def matrix_pose(matrix: Vector) -> Vector:
    """Return a matrix of shape (4, 4) as x, y, z and rotation vector [m, rad]."""
    return np.concatenate((matrix[:3, 3], rotation_vector(matrix[:3, :3])))


def rotation_matrix(vector: Vector) -> Vector:
    """Return the rotation of a rotation vector [rad]."""
    angle = float(np.linalg.norm(vector))
    quaternion, flat = np.zeros(4), np.zeros(9)
    mujoco.mju_axisAngle2Quat(quaternion, vector / angle if angle > 0.0 else np.array((0.0, 0.0, 1.0)), angle)
    mujoco.mju_quat2Mat(flat, quaternion)
    return flat.reshape(3, 3)


def rotation_vector(matrix: Vector) -> Vector:
    """Return the rotation vector of a rotation [rad]."""
    quaternion, vector = np.zeros(4), np.zeros(3)
    mujoco.mju_mat2Quat(quaternion, np.ascontiguousarray(matrix).reshape(9))
    mujoco.mju_quat2Vel(vector, quaternion, 1.0)
    return vector


class ControllerKinematics:
    """Flange and TCP of an arm as its own, calibrated controller knows them.

    Args:
        arm: The true arm.
    """

    def __init__(self, arm: ArmModel) -> None:
        spec = mujoco.MjSpec()
        spec.compiler.degree = False
        add_arm(spec, arm)
        self._model = spec.compile()
        self._data = mujoco.MjData(self._model)
        self._flange = int(self._model.body(FLANGE_BODY).id)
        self._lower, self._upper = np.array(arm.joint_lower), np.array(arm.joint_upper)

    def flange(self, q: Vector) -> Vector:
        """Return the flange in the maker's base frame, shape (4, 4)."""
        self._data.qpos[:] = q
        mujoco.mj_kinematics(self._model, self._data)
        matrix = np.eye(4)
        matrix[:3, :3] = BASE @ self._data.xmat[self._flange].reshape(3, 3)
        matrix[:3, 3] = BASE @ self._data.xpos[self._flange]
        return matrix

    def jacobian(self, q: Vector, tool: Vector) -> Vector:
        """Return the Jacobian of the TCP in the maker's base frame: linear, then angular; shape (6, 6).

        Args:
            q: Joint positions [rad].
            tool: TCP in the flange's frame, shape (4, 4).
        """
        flange = self.flange(q)
        mujoco.mj_comPos(self._model, self._data)
        linear, angular = np.zeros((3, JOINTS)), np.zeros((3, JOINTS))
        point = BASE @ (flange @ tool)[:3, 3]
        mujoco.mj_jac(self._model, self._data, linear, angular, point, self._flange)
        return np.vstack((BASE @ linear, BASE @ angular))

    def inverse(self, pose: Vector, near: Vector, tool: Vector) -> Vector:
        """Return joint positions that give a pose of the TCP, by Newton's method.

        Args:
            pose: TCP in the maker's base frame, shape (4, 4).
            near: Where the search begins [rad].
            tool: TCP in the flange's frame, shape (4, 4).

        Raises:
            InverseKinematicsError: None was found within the joint ranges.
        """
        q = np.array(near, dtype=np.float64)
        for _ in range(ITERATIONS):
            jacobian = self.jacobian(q, tool)
            now = self.flange(q) @ tool
            error = np.concatenate((pose[:3, 3] - now[:3, 3], rotation_vector(pose[:3, :3] @ now[:3, :3].T)))
            if np.abs(error).max() < TOLERANCE:
                if ((q < self._lower) | (q > self._upper)).any():
                    break
                return q
            step = jacobian.T @ np.linalg.solve(jacobian @ jacobian.T + DAMPING**2 * np.eye(6), error)
            q += step * min(1.0, LARGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        raise InverseKinematicsError(f"no joint position gives the pose {np.round(matrix_pose(pose), 4).tolist()}")
