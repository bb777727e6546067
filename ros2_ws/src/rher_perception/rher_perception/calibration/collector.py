# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Collects the samples of a calibration: some pictures of each standstill, averaged, when they show something new."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from rher_perception.calibration.coverage import CoverageLimits, lacks, mean_pose, missing_motions
from rher_perception.calibration.samples import HandEyeSample
from rher_perception.calibration.target_view import TargetView
from rher_perception.geometry import Pose, rotation_angle
from rher_perception.objects.estimate import Refusal


@dataclass(frozen=True)
class CollectionParameters:
    """What counts as a sample."""

    pictures: int = 5
    """Averaged for each standstill."""
    max_spread: float = 0.004
    """Greatest distance of the target in one of these from their mean [m]; more is a tag that was misread."""
    max_turn_spread: float = math.radians(2.0)
    """Greatest angle of the target in one of these from their mean [rad]."""
    same_shift: float = 0.001
    """Standstills whose grippers are nearer than this, and than same_turn, are one standstill [m]."""
    same_turn: float = math.radians(0.2)
    """[rad]"""
    new_shift: float = 0.02
    """A standstill is new when the gripper is so far from all earlier ones [m]..."""
    new_turn: float = math.radians(5.0)
    """... or turned by so much against each that is nearer [rad]."""

    def __post_init__(self) -> None:
        if self.pictures < 1:
            raise ValueError(f"pictures is {self.pictures}; allowed: 1 or more")
        for name in ("max_spread", "max_turn_spread", "same_shift", "same_turn", "new_shift", "new_turn"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")


class Outcome(Enum):
    """What became of a picture."""

    COLLECTING = "collecting"
    """It counts; its standstill needs more."""
    TAKEN = "taken"
    """Its standstill is a sample now."""
    KNOWN = "known"
    """Its standstill is a sample already, or too similar to one."""
    UNSEEN = "unseen"
    """It shows no target whose pose is certain."""
    UNSTEADY = "unsteady"
    """The pictures of its standstill contradict each other, and all are dropped."""


@dataclass(frozen=True)
class Taking:
    """The judgement about one picture."""

    outcome: Outcome
    reason: str = ""
    """In words, when it does not count."""


KNOWN = Taking(Outcome.KNOWN, "the arm stood here, or hardly elsewhere, before: move and turn it further")


class SampleCollector:
    """Turns pictures of standstills into samples.

    Args:
        parameters: What counts as a sample.
        coverage: What the whole set must offer.
    """

    def __init__(self, parameters: CollectionParameters | None = None, coverage: CoverageLimits | None = None) -> None:
        self._parameters = parameters or CollectionParameters()
        self._coverage = coverage or CoverageLimits()
        self._here: Pose | None = None
        self._views: list[TargetView] = []
        self.samples: list[HandEyeSample] = []
        """Samples so far."""
        self.views: list[TargetView] = []
        """One picture of each sample, for the check of the intrinsics."""

    def add(self, gripper: Pose, seen: TargetView | Refusal) -> Taking:
        """Take a picture that was captured while the arm rested.

        Args:
            gripper: Pose base_from_gripper of the standstill.
            seen: What the picture shows.
        """
        limits = self._parameters
        if self._here is None or not self._near(gripper, self._here, limits.same_shift, limits.same_turn):
            self._here, self._views = gripper, []
        if self.knows(gripper):
            return KNOWN
        if isinstance(seen, Refusal):
            return Taking(Outcome.UNSEEN, seen.reason)
        self._views.append(seen)
        if len(self._views) < limits.pictures:
            return Taking(Outcome.COLLECTING)
        return self._take(gripper)

    def knows(self, gripper: Pose) -> bool:
        """Return whether a pose base_from_gripper is too similar to a sample's to be one itself."""
        limits = self._parameters
        return any(
            self._near(gripper, sample.base_from_gripper, limits.new_shift, limits.new_turn) for sample in self.samples
        )

    def lacks(self) -> tuple[str, ...]:
        """Return what the set still lacks, poses and motions, in words; empty when it lacks nothing."""
        return lacks(self.samples, self._coverage)

    def missing_motions(self) -> tuple[str, ...]:
        """Return which motions the set still lacks, however few its poses are, in words."""
        return missing_motions(self.samples, self._coverage)

    def _take(self, gripper: Pose) -> Taking:
        views, self._views = self._views, []
        mean = mean_pose([view.camera_from_target for view in views])
        spread = max(float(np.linalg.norm(view.camera_from_target.translation - mean.translation)) for view in views)
        turn = max(rotation_angle(view.camera_from_target.rotation.T @ mean.rotation) for view in views)
        if spread > self._parameters.max_spread or turn > self._parameters.max_turn_spread:
            return Taking(
                Outcome.UNSTEADY,
                f"the target jumps by {1e3 * spread:.1f} mm and {math.degrees(turn):.1f} deg between pictures of one "
                "standstill",
            )
        self.samples.append(HandEyeSample(gripper, mean))
        self.views.append(views[-1])
        return Taking(Outcome.TAKEN)

    @staticmethod
    def _near(one: Pose, other: Pose, shift: float, turn: float) -> bool:
        return (
            float(np.linalg.norm(one.translation - other.translation)) < shift
            and rotation_angle(one.rotation.T @ other.rotation) < turn
        )
