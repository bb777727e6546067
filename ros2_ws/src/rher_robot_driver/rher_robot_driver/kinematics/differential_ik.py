# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Joint targets that follow a moving pose: one Newton step for each servo tick, damped only near singularities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.configuration import ArmConfiguration
from rher_robot_driver.kinematics.dh import JOINTS
from rher_robot_driver.kinematics.orientation import orientation_error

Vector = NDArray[np.float64]


class DifferentialIk:
    """Follows a pose target with the joints.

    Away from singularities each step solves J dq = e exactly. Below a floor of the relative manipulability w the
    step is damped, dq = J^T (J J^T + lambda^2 I)^-1 e with lambda = damping (1 - w / floor) (Nakamura and Hanafusa,
    1986), and what the damping leaves free pulls towards a posture.

    Args:
        kinematics: Of the arm with its tool.
        damping: Greatest damping, reached at a singularity.
        manipulability_floor: Relative manipulability below which damping sets in; 0.05 is an elbow about 5 degrees
            from straight on an arm reaching half way out.
        posture: Joint positions to prefer near a singularity [rad], shape (6,); None for no preference.
        posture_gain: Share of the way to the posture taken in one tick.

    Raises:
        ValueError: A parameter is out of range.
    """

    def __init__(
        self,
        kinematics: ArmKinematics,
        damping: float = 0.05,
        manipulability_floor: float = 0.05,
        posture: Sequence[float] | Vector | None = None,
        posture_gain: float = 0.01,
    ) -> None:
        for name, value in (("damping", damping), ("manipulability_floor", manipulability_floor)):
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")
        if not 0.0 <= posture_gain <= 1.0:
            raise ValueError(f"posture_gain is {posture_gain}; allowed: 0 to 1")
        self.kinematics = kinematics
        self.posture = None if posture is None else np.array(posture, dtype=np.float64)
        if self.posture is not None and (self.posture.shape != (JOINTS,) or not np.isfinite(self.posture).all()):
            raise ValueError(f"posture is {posture}; allowed: {JOINTS} finite joint positions")
        self._damping = damping
        self._floor = manipulability_floor
        self._posture_gain = posture_gain

    def at(self, q: Vector) -> ArmConfiguration:
        """Return the arm at joint positions [rad], shape (6,), with its inverse Jacobian."""
        position, rotation, jacobian = self.kinematics.forward_and_jacobian(q)
        manipulability = self.kinematics.relative_manipulability(q)
        damped = manipulability < self._floor
        if damped:
            damping = self._damping * (1.0 - manipulability / self._floor)
            inverse = jacobian.T @ np.linalg.inv(jacobian @ jacobian.T + damping * damping * np.eye(JOINTS))
        else:
            inverse = np.linalg.inv(jacobian)
        return ArmConfiguration(self.kinematics, q, position, rotation, jacobian, inverse, manipulability, damped)

    def step(self, arm: ArmConfiguration, target_position: Vector, target_rotation: Vector) -> Vector:
        """Return the next joint positions on the way to a pose.

        Args:
            arm: At the joint positions commanded last.
            target_position: Of the TCP in base_link [m], shape (3,); close to where the TCP is.
            target_rotation: Of the TCP in base_link, shape (3, 3).

        Returns:
            Joint positions [rad], shape (6,).
        """
        error = np.empty(JOINTS)
        error[:3] = target_position - arm.position
        error[3:] = orientation_error(target_rotation, arm.rotation)
        if not arm.damped or self.posture is None:
            return arm.q + arm.inverse @ error
        pull = self._posture_gain * (self.posture - arm.q)
        return arm.q + pull + arm.inverse @ (error - arm.jacobian @ pull)
