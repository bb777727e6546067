# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What one picture says about one object: a pose with its uncertainty, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from rher_perception.geometry import Pose

Vector = NDArray[np.float64]


class Source(Enum):
    """What an estimate was made from."""

    TAGS = "tags"
    PARTS = "parts of tags"
    COLOUR_DEPTH = "colour and depth"


class Cause(Enum):
    """Why there is no estimate."""

    NOT_SEEN = "not seen"
    DOUBTFUL = "doubtful"
    DUPLICATE = "duplicate"
    AMBIGUOUS = "ambiguous"
    INCONSISTENT = "inconsistent"
    IMPLAUSIBLE = "implausible"


@dataclass(frozen=True, eq=False)
class ObjectEstimate:
    """The pose of an object in one picture."""

    name: str
    stamp_ns: int
    """Time of the capture [ns]."""
    base_from_object: Pose
    covariance: Vector
    """Of the position [m^2] and of the rotation vector that turns the estimate into the truth [rad^2], both in
    base_link; shape (6, 6)."""
    source: Source
    tags: tuple[int, ...] = ()
    """Ids it rests on."""
    reprojection: float = 0.0
    """Root mean square distance between predicted and measured corners [pixel]."""
    margin: float = 1.0
    """Least decision margin of its tags."""
    yaw_symmetry: int = 1
    """How many yaws, evenly spread over a turn, look the same."""


@dataclass(frozen=True)
class Refusal:
    """Why a picture gives no pose of an object."""

    name: str
    stamp_ns: int
    """Time of the capture [ns]."""
    cause: Cause
    reason: str
    """In words, for people."""


Observation = ObjectEstimate | Refusal
