# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Colour and depth of the same capture, brought together by their stamps, whichever comes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from sensor_msgs.msg import Image

KEPT_DEPTHS = 4
"""As many depth pictures wait for their colour; those of a camera are never further apart."""

Stamp = tuple[int, int]
"""Seconds and nanoseconds, as they came."""


class Pair(NamedTuple):
    """One capture."""

    colour: Image
    depth: Image | None
    """None when it did not come in time."""


class Pairing:
    """Gives every colour picture once, in the order of arrival, with its depth when that has come.

    A colour picture waits for its depth until the next picture arrives, or the same one again; then it goes without.
    """

    def __init__(self) -> None:
        self._waiting: Image | None = None
        self._given: Stamp | None = None
        self._depths: OrderedDict[Stamp, Image] = OrderedDict()

    def take_colour(self, colour: Image) -> list[Pair]:
        """Return the captures that are complete, or will not become so, now that a colour picture has come."""
        stamp, waiting = _stamp(colour), self._waiting
        self._waiting = None
        ready = []
        if waiting is not None:
            ready.append(self._give(waiting, None))
            if _stamp(waiting) == stamp:
                return ready
        if stamp in self._depths or stamp == self._given:
            ready.append(self._give(colour, self._depths.get(stamp)))
        else:
            self._waiting = colour
        return ready

    def take_depth(self, depth: Image) -> list[Pair]:
        """Return the capture that a depth picture completes, if it does."""
        stamp, waiting = _stamp(depth), self._waiting
        self._depths[stamp] = depth
        self._depths.move_to_end(stamp)
        if len(self._depths) > KEPT_DEPTHS:
            self._depths.popitem(last=False)
        if waiting is None or _stamp(waiting) != stamp:
            return []
        self._waiting = None
        return [self._give(waiting, depth)]

    def _give(self, colour: Image, depth: Image | None) -> Pair:
        self._given = _stamp(colour)
        return Pair(colour, depth)


def _stamp(image: Image) -> Stamp:
    return image.header.stamp.sec, image.header.stamp.nanosec
