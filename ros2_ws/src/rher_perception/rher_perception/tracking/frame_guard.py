# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which pictures count: a picture that is old, frozen, black or saturated must not pass as a new look at the world."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

STRIDE = 4
"""Every so many pixels along each axis are looked at to judge the exposure."""
NS_PER_S = 1_000_000_000


class FrameVerdict(Enum):
    """Whether a picture counts, and if not, why."""

    FRESH = "fresh"
    REPEATED = "it is the last picture once more"
    OTHER_PIXELS = "its stamp is that of the last picture, its pixels are others"
    OLDER_STAMP = "its stamp is older than that of the last picture"
    RESTARTED = "stamps have gone back: camera or simulation began anew"
    FROZEN = "its pixels are those of the last picture, bit by bit: the camera is frozen"
    BLACK = "it is black: lens covered, no light, or no exposure"
    SATURATED = "it is saturated: too much light or exposure"


@dataclass(frozen=True)
class FrameGuardParameters:
    """When a picture does not count."""

    black_level: float = 16.0
    """A picture whose 99th percentile is below is black [grey level]."""
    white_level: int = 250
    """Pixels from here on are saturated [grey level]."""
    max_saturated: float = 0.6
    """Greatest share of saturated pixels."""
    same_pixels_allowed: bool = False
    """Whether two pictures may be equal bit by bit, as of a rendered scene at rest; a sensor's never are."""
    restart_gap: float = 1.0
    """A picture older than the last by more begins anew; by less it is late, and refused [s]."""
    restart_pictures: int = 3
    """So many older pictures in a row begin anew, however small the gap; a late one comes alone."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.black_level) and 0.0 <= self.black_level <= 255.0):
            raise ValueError(f"black_level is {self.black_level} grey levels; allowed: 0 to 255")
        if not 0 < self.white_level <= 255:
            raise ValueError(f"white_level is {self.white_level} grey levels; allowed: 1 to 255")
        if not 0.0 < self.max_saturated <= 1.0:
            raise ValueError(f"max_saturated is {self.max_saturated}; allowed: more than 0, at most 1")
        if not (math.isfinite(self.restart_gap) and self.restart_gap > 0.0):
            raise ValueError(f"restart_gap is {self.restart_gap} s; allowed: more than 0")
        if self.restart_pictures < 1:
            raise ValueError(f"restart_pictures is {self.restart_pictures}; allowed: 1 or more")


class FrameGuard:
    """Judges the pictures of one camera in the order of their arrival.

    Args:
        parameters: When a picture does not count.
    """

    def __init__(self, parameters: FrameGuardParameters | None = None) -> None:
        self._parameters = parameters or FrameGuardParameters()
        self._stamp_ns: int | None = None
        self._digest: int | None = None
        self._older = 0

    def reset(self) -> None:
        """Forget the last picture, when the camera was started anew and its clock may have gone back."""
        self._stamp_ns = None
        self._digest = None
        self._older = 0

    def check(self, stamp_ns: int, grey: NDArray[np.uint8]) -> FrameVerdict:
        """Judge a picture. After RESTARTED, reset the guard and ask again: the picture may still be black.

        Args:
            stamp_ns: Time of its capture [ns].
            grey: 8-bit grey, shape (height, width).
        """
        digest = zlib.crc32(np.ascontiguousarray(grey).data)
        if self._stamp_ns is not None and stamp_ns <= self._stamp_ns:
            if stamp_ns == self._stamp_ns:
                return FrameVerdict.REPEATED if digest == self._digest else FrameVerdict.OTHER_PIXELS
            self._older += 1
            gone_back = self._stamp_ns - stamp_ns > self._parameters.restart_gap * NS_PER_S
            gone_back |= self._older >= self._parameters.restart_pictures
            return FrameVerdict.RESTARTED if gone_back else FrameVerdict.OLDER_STAMP
        frozen = digest == self._digest and not self._parameters.same_pixels_allowed
        self._stamp_ns, self._digest, self._older = stamp_ns, digest, 0
        if frozen:
            return FrameVerdict.FROZEN
        levels = grey[::STRIDE, ::STRIDE]
        if levels.size == 0 or np.percentile(levels, 99) < self._parameters.black_level:
            return FrameVerdict.BLACK
        if np.mean(levels >= self._parameters.white_level) > self._parameters.max_saturated:
            return FrameVerdict.SATURATED
        return FrameVerdict.FRESH
