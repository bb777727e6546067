# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The orientation of a tool that points down, as a tilt and a yaw.

Between two orientations whose tilts lie in a disc, a straight line in tilt and yaw stays in the disc. A turn about one
fixed axis does not, and would run into the arm's limit on the tilt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.geometry import Pose, rotation_from_vector, vector_from_rotation

Vector = NDArray[np.float64]

TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
"""Rotation of the TCP in base_link without tilt and yaw: its x forward, its z down."""
DOWN = np.array((0.0, 0.0, -1.0))
STRAIGHT = 1e-9
"""Sine of a tilt below which its direction does not matter."""


@dataclass(frozen=True, eq=False)
class ToolPose:
    """A pose of the TCP in base_link; turned by yaw about the vertical first, then tilted."""

    position: Vector
    """[m], shape (3,)."""
    tilt: Vector
    """Horizontal rotation vector, its x and y in base_link [rad], shape (2,)."""
    yaw: float
    """About the vertical [rad]."""

    @property
    def rotation(self) -> Vector:
        """Rotation matrix in base_link, shape (3, 3)."""
        yawed = rotation_from_vector(np.array((0.0, 0.0, self.yaw))) @ TOOL_DOWN
        return rotation_from_vector(np.array((*self.tilt, 0.0))) @ yawed

    @property
    def pose(self) -> Pose:
        """base_from_gripper."""
        return Pose(self.rotation, self.position)

    @classmethod
    def of(cls, pose: Pose) -> ToolPose:
        """Return a pose base_from_gripper as position, tilt and yaw; yaw is between -pi and pi."""
        tool = pose.rotation[:, 2]
        axis = np.cross(DOWN, tool)
        sine = float(np.linalg.norm(axis))
        tilt = axis / sine * math.atan2(sine, float(DOWN @ tool)) if sine > STRAIGHT else np.zeros(3)
        yawed = rotation_from_vector(-tilt) @ pose.rotation
        return cls(pose.translation, tilt[:2], math.atan2(yawed[1, 0], yawed[0, 0]))


def twist_between(one: ToolPose, other: ToolPose, share: float, period: float) -> Vector:
    """Return the twist that leads a share of the way from one pose to another in a period [s].

    Returns:
        Linear [m/s] then angular [rad/s] in base_link, shape (6,).
    """
    ahead = ToolPose(
        one.position + share * (other.position - one.position),
        one.tilt + share * (other.tilt - one.tilt),
        one.yaw + share * yaw_between(one, other),
    )
    turn = vector_from_rotation(ahead.rotation @ one.rotation.T)
    return np.concatenate((ahead.position - one.position, turn)) / period


def yaw_between(one: ToolPose, other: ToolPose) -> float:
    """Return by how much the yaw has to change, the shorter way round [rad]."""
    return math.remainder(other.yaw - one.yaw, 2.0 * math.pi)
