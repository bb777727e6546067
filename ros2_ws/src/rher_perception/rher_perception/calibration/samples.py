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

SMALL_SINE = 1e-8
"""Below this sine, angle and sine are the same number in double precision."""
HALF_TURN_BAND = 1e-3
"""So near to half a turn the sine no longer gives the axis [rad]."""


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
    # A refinement asks for this thousands of times, hence no Pose for each sample.
    chains, seen = [sample.chain(setup) for sample in samples], [sample.camera_from_target for sample in samples]
    turned = z.rotation.T @ np.array([chain.rotation for chain in chains])
    moved = np.array([chain.translation for chain in chains]) - z.translation
    inner = np.array([pose.translation for pose in seen]) @ x.rotation.T + x.translation
    translations = np.einsum("nij,nj->ni", turned, inner) + moved @ z.rotation
    rotations = turned @ x.rotation @ np.array([pose.rotation for pose in seen])
    return np.concatenate((translations, _vectors(rotations)), axis=1)


def _vectors(rotations: Vector) -> Vector:
    """Return the rotation vectors [rad] of rotation matrices, shape (n, 3, 3) to (n, 3).

    The skew part of a rotation is the sine of its angle times the axis, and its trace is 1 and twice the cosine.
    """
    skew = 0.5 * (rotations[:, (2, 0, 1), (1, 2, 0)] - rotations[:, (1, 2, 0), (2, 0, 1)])
    sine = np.linalg.norm(skew, axis=1)
    angle = np.arctan2(sine, 0.5 * (np.trace(rotations, axis1=1, axis2=2) - 1.0))
    scale = np.divide(angle, sine, out=np.ones_like(sine), where=sine > SMALL_SINE)
    vectors = skew * scale[:, None]
    for k in np.flatnonzero(angle > np.pi - HALF_TURN_BAND):
        vectors[k] = vector_from_rotation(rotations[k])
    return vectors
