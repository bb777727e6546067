# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A simulated cell: standstills of an arm with a target in its gripper, or with a camera on its wrist."""

from __future__ import annotations

import math

import numpy as np
from rher_perception.calibration.samples import HandEyeSample, Setup
from rher_perception.geometry import Pose, rotation_from_vector

from tests.rher_perception.scene import look_at

TOOL_DOWN = np.diag([1.0, -1.0, -1.0])
CAMERA = {
    Setup.EYE_TO_HAND: look_at(np.array([1.1, 0.2, 0.7]), np.array([0.5, 0.0, 0.3])),
    Setup.EYE_IN_HAND: Pose(rotation_from_vector(np.array([0.05, -0.1, 1.6])), np.array([0.02, 0.06, 0.04])),
}
"""X, the truth."""
TARGET = {
    Setup.EYE_TO_HAND: Pose(rotation_from_vector(np.array([0.3, 1.2, -0.4])), np.array([0.01, -0.02, 0.08])),
    Setup.EYE_IN_HAND: Pose(rotation_from_vector(np.array([0.02, -0.01, 0.7])), np.array([0.5, 0.05, 0.0])),
}
"""Z, the truth."""
DEPTH_SD, LATERAL_SD, TURN_SD = 0.001, 0.0003, math.radians(0.25)
"""Noise of vision: along and across the optical axis [m], and of the orientation [rad]."""
ARM_SD = 0.0001
"""Repeatability of the arm [m]."""


def disturbed(pose: Pose, turn: np.ndarray, shift: np.ndarray) -> Pose:
    return Pose(rotation_from_vector(turn) @ pose.rotation, pose.translation + shift)


def standstills(
    count: int,
    setup: Setup,
    seed: int,
    noise: float = 1.0,
    turn: float = math.radians(35.0),
    axes: tuple[float, float, float] = (1.0, 1.0, 1.0),
    reach: float = 0.12,
) -> list[HandEyeSample]:
    """Return samples of random orientations about some of the tool's axes and positions in a cube.

    Args:
        count: Of standstills.
        setup: Where the camera is.
        seed: Of everything random.
        noise: Factor on the noise of vision and arm.
        turn: Greatest turn about each axis of the tool [rad].
        axes: Factor on the turn about each.
        reach: Greatest distance from the middle along each axis [m].
    """
    rng = np.random.default_rng(seed)
    samples = []
    for _ in range(count):
        vector = rng.uniform(-turn, turn, 3) * np.array(axes)
        place = np.array([0.5, 0.0, 0.35]) + rng.uniform(-reach, reach, 3)
        gripper = Pose(TOOL_DOWN @ rotation_from_vector(vector), place)
        chain = gripper if setup is Setup.EYE_IN_HAND else gripper.inverse
        seen = (chain @ CAMERA[setup]).inverse @ TARGET[setup]
        spread = np.array([LATERAL_SD, LATERAL_SD, DEPTH_SD])
        seen = disturbed(seen, noise * rng.normal(0.0, TURN_SD, 3), noise * rng.normal(0.0, spread))
        gripper = disturbed(gripper, np.zeros(3), noise * rng.normal(0.0, ARM_SD, 3))
        samples.append(HandEyeSample(gripper, seen))
    return samples
