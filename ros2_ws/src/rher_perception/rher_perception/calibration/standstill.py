# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the arm rested around the capture of a picture, by the poses it told before and after.

Arm and camera have clocks and delays of their own. Where nothing moves for a while, they do not matter.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np

from rher_perception.calibration.coverage import mean_pose
from rher_perception.geometry import Pose, rotation_angle

NS_PER_S = 1_000_000_000
MEMORY = 5.0
"""Poses older than this against the newest are forgotten; a capture so far ahead of the newest is of no use [s]."""
RESTART_GAP = 1.0
"""A pose older than the last by more begins anew: driver or simulation was restarted [s]; by less it is late."""
RESTART_POSES = 3
"""So many older poses in a row begin anew, however small the gap; a late one comes alone."""
AHEAD = "ahead of the arm's newest pose"


class Rest(Enum):
    """What the arm did around a capture."""

    RESTED = "rested"
    MOVED = "moved"
    UNKNOWN = "unknown"
    """No poses cover that time: there was a gap, or it is too long ago, or too far ahead."""
    NOT_YET = "not yet known"
    """The poses after the capture are still to come."""


@dataclass(frozen=True)
class StandstillParameters:
    """What counts as rest."""

    before: float = 0.3
    """For which the arm must have rested before a capture [s]; more than the camera's delay and the arm's swing."""
    after: float = 0.2
    """For which it must rest after a capture [s]."""
    max_shift: float = 0.0005
    """Greatest distance between two of the gripper's poses meanwhile [m]."""
    max_turn: float = math.radians(0.1)
    """Greatest angle between two of them [rad]."""
    max_gap: float = 0.35
    """Greatest time between two poses that follow each other [s]; the driver tells ten a second."""

    def __post_init__(self) -> None:
        for name in ("before", "after", "max_shift", "max_turn", "max_gap"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")


@dataclass(frozen=True, eq=False)
class Standing:
    """The judgement about one capture."""

    rest: Rest
    gripper: Pose | None = None
    """Mean pose base_from_gripper around the capture, when the arm rested."""
    reason: str = ""
    """In words, when no poses cover the capture; empty while their absence means nothing yet."""


class StandstillJudge:
    """Hears of the arm and judges captures.

    Args:
        parameters: What counts as rest.
    """

    def __init__(self, parameters: StandstillParameters | None = None) -> None:
        self._parameters = parameters or StandstillParameters()
        self._poses: deque[tuple[int, Pose]] = deque()
        self._older = 0

    def hear(self, stamp_ns: int, gripper: Pose) -> None:
        """Take a pose base_from_gripper measured at a time [ns].

        One that is not newer than the last is passed over, until the stamps have gone back: then all begins anew.
        """
        if self._poses and stamp_ns <= (last := self._poses[-1][0]):
            self._older += stamp_ns < last
            if last - stamp_ns <= RESTART_GAP * NS_PER_S and self._older < RESTART_POSES:
                return
            self._poses.clear()
        self._older = 0
        self._poses.append((stamp_ns, gripper))
        while self._poses[0][0] < stamp_ns - round(MEMORY * NS_PER_S):
            self._poses.popleft()

    def judge(self, stamp_ns: int) -> Standing:
        """Judge a capture at a time [ns]."""
        limits = self._parameters
        first, last = stamp_ns - round(limits.before * NS_PER_S), stamp_ns + round(limits.after * NS_PER_S)
        stamps = [stamp for stamp, _ in self._poses]
        if not stamps:
            return Standing(Rest.UNKNOWN, reason="the arm told no pose")
        if stamps[0] > first:
            return Standing(Rest.UNKNOWN, reason=_apart(stamps[0] - stamp_ns, "before the arm's first pose"))
        ahead = stamp_ns - stamps[-1]
        if ahead > MEMORY * NS_PER_S:
            return Standing(Rest.UNKNOWN, reason=_apart(ahead, AHEAD))
        # One pose at or beyond each end: all the time between is covered.
        begin = max(k for k, stamp in enumerate(stamps) if stamp <= first)
        ends = [k for k, stamp in enumerate(stamps) if stamp >= last]
        end = ends[0] if ends else len(stamps) - 1
        window = [self._poses[k] for k in range(begin, end + 1)]
        poses = [pose for _, pose in window]
        if self._moved(poses):
            return Standing(Rest.MOVED)
        gap = max(np.diff([stamp for stamp, _ in window]), default=0)
        if gap > limits.max_gap * NS_PER_S:
            return Standing(Rest.UNKNOWN, reason=f"the arm told no pose for {gap / NS_PER_S:.1f} s")
        if not ends:
            return Standing(Rest.NOT_YET, reason=_apart(ahead, AHEAD) if ahead > limits.max_gap * NS_PER_S else "")
        return Standing(Rest.RESTED, mean_pose(poses))

    def _moved(self, poses: list[Pose]) -> bool:
        for k, one in enumerate(poses):
            for other in poses[:k]:
                if float(np.linalg.norm(one.translation - other.translation)) > self._parameters.max_shift:
                    return True
                if rotation_angle(one.rotation.T @ other.rotation) > self._parameters.max_turn:
                    return True
        return False


def _apart(time_ns: int, where: str) -> str:
    """Return in words that a capture lies beside all poses, by a time [ns]."""
    return (
        f"the stamps of camera and arm do not overlap: a picture is {time_ns / NS_PER_S:.1f} s {where}; "
        "are both on one clock?"
    )
