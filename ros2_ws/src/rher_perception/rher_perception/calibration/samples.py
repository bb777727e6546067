# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a hand-eye calibration is made from.

Either the camera is mounted on the arm and the target lies still, or the camera stands still and the arm holds the
target. With A the pose of the gripper in the base, or its inverse, both read A_i X B_i = Z: X is the camera's pose that
is sought, B_i the target in the camera, and Z the target's pose that stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from rher_perception.geometry import Pose, vector_from_rotation

Vector = NDArray[np.float64]


class Setup(Enum):
    """Where the camera is mounted, hence what X and Z are."""

    EYE_TO_HAND = "eye_to_hand"
    """X is base_from_camera, Z gripper_from_target."""
    EYE_IN_HAND = "eye_in_hand"
    """X is gripper_from_camera, Z base_from_target."""


class CalibrationError(ValueError):
    """A set of samples from which no trustworthy calibration can be made."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
        """What is wrong or missing, each in one sentence."""


@dataclass(frozen=True, eq=False)
class HandEyeSample:
    """One standstill of the arm."""

    base_from_gripper: Pose
    """By the arm's kinematics."""
    camera_from_target: Pose
    """By vision."""

    def chain(self, setup: Setup) -> Pose:
        """Return A."""
        return self.base_from_gripper if setup is Setup.EYE_IN_HAND else self.base_from_gripper.inverse


@dataclass(frozen=True, eq=False)
class Residuals:
    """How far each sample is from Z once X is known."""

    translation: Vector
    """[m], shape (n,)."""
    rotation: Vector
    """[rad], shape (n,)."""

    @property
    def rms(self) -> tuple[float, float]:
        """Root mean square, [m] and [rad]."""
        return float(np.sqrt(np.mean(self.translation**2))), float(np.sqrt(np.mean(self.rotation**2)))


def residuals(samples: list[HandEyeSample], setup: Setup, x: Pose, z: Pose) -> Residuals:
    """Return the residuals of samples, Z^-1 A_i X B_i."""
    errors = errors_of(samples, setup, x, z)
    return Residuals(np.linalg.norm(errors[:, :3], axis=1), np.linalg.norm(errors[:, 3:], axis=1))


def errors_of(samples: list[HandEyeSample], setup: Setup, x: Pose, z: Pose) -> Vector:
    """Return translation [m] and rotation vector [rad] of Z^-1 A_i X B_i, shape (n, 6)."""
    back = z.inverse
    offs = [back @ sample.chain(setup) @ x @ sample.camera_from_target for sample in samples]
    return np.array([np.concatenate((off.translation, vector_from_rotation(off.rotation))) for off in offs])
