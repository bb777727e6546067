# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The frames of an arm from base_link to the TCP, each in its parent, as /tf and /tf_static tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import axangle2quat, qmult

from rher_robot_driver.description.links import LINK_NAMES, link_poses
from rher_robot_driver.kinematics.dh import ArmModel

Vector = NDArray[np.float64]

BASE_LINK = "base_link"
"""Frame of all poses (REP-103)."""
BASE = "base"
"""UR's own base frame: base_link turned by pi about z."""
FLANGE = "tool0"
TCP = "tcp"
NO_TURN = np.array((1.0, 0.0, 0.0, 0.0))
HALF_TURN = np.array((0.0, 0.0, 0.0, 1.0))
"""By pi about z."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Where a frame stands in its parent."""

    parent: str
    name: str
    position: Vector
    """[m], shape (3,)."""
    orientation: Vector
    """Unit quaternion w, x, y, z, shape (4,)."""


def fixed_frames(tool_length: float) -> tuple[Frame, ...]:
    """Return the frames that no joint moves.

    Args:
        tool_length: From the flange to the TCP [m].
    """
    return (
        Frame(BASE_LINK, BASE, np.zeros(3), HALF_TURN),
        Frame(LINK_NAMES[-1], FLANGE, np.zeros(3), NO_TURN),
        Frame(FLANGE, TCP, np.array((0.0, 0.0, tool_length)), NO_TURN),
    )


class LinkFrames:
    """The frames that the joints move.

    Args:
        arm: Its geometry.
    """

    def __init__(self, arm: ArmModel) -> None:
        self._poses = link_poses(arm)

    def at(self, q: Sequence[float]) -> tuple[Frame, ...]:
        """Return the six links' frames at joint positions [rad], shape (6,)."""
        frames = []
        parent = BASE
        for name, (position, quaternion), turn in zip(LINK_NAMES, self._poses, q, strict=True):
            frames.append(Frame(parent, name, position, qmult(quaternion, axangle2quat((0.0, 0.0, 1.0), turn))))
            parent = name
        return tuple(frames)
