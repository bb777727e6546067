# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Singular poses are approached slowly, and not reached."""

from __future__ import annotations

from collections.abc import Sequence

from rher_robot_driver.kinematics.configuration import ArmConfiguration


class SingularitySlowDown:
    """Slows a twist that lowers the manipulability where it is low already.

    Within the band, the manipulability may fall at the rate of half of what is left of it over a time. Half, because
    towards a straight elbow it falls with the square root of the distance left to the end of reach.

    Args:
        slow: Relative manipulability at which the band begins.
        stop: Relative manipulability at which it ends.
        time: In which the arm can stop [s].

    Raises:
        ValueError: The band is inside out, or the time is not positive.
    """

    reason = "singularity_slow"
    urgent = True

    def __init__(self, slow: float, stop: float, time: float) -> None:
        if not 0.0 < stop < slow:
            raise ValueError(f"slow is {slow}; allowed: more than stop, {stop}, which is more than 0")
        if not time > 0.0:
            raise ValueError(f"time is {time} s; allowed: more than 0")
        self.count = 0
        self._slow = slow
        self._stop = stop
        self._time = time

    def share(self, arm: ArmConfiguration, joint_speeds: Sequence[float]) -> float:
        """Return which share of a motion leaves time to stop before the end of the band."""
        if arm.manipulability >= self._slow:
            return 1.0
        fall = -arm.manipulability_rate(joint_speeds)
        left = max(0.0, arm.manipulability - self._stop) / 2.0
        if fall * self._time <= left:
            return 1.0
        self.count += 1
        return left / (fall * self._time)


class SingularityStop:
    """Asks for a stop where the manipulability is too low and falls; a way back out is free.

    Args:
        stop: Relative manipulability below which it must not fall further.
    """

    reason = "singularity"

    def __init__(self, stop: float) -> None:
        self.count = 0
        self._stop = stop
        self._last = 1.0

    def reset(self, manipulability: float) -> None:
        """Begin where the arm stands."""
        self._last = manipulability

    def check(self, manipulability: float) -> bool:
        """Return whether to stop, given the relative manipulability of a tick."""
        falls = manipulability < self._last
        self._last = manipulability
        if not (falls and manipulability < self._stop):
            return False
        self.count += 1
        return True
