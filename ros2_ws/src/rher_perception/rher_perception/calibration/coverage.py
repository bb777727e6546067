# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the arm's standstills determine a hand-eye calibration, and if not, which motions are missing.

Rotations about two axes that are not parallel are needed: about one alone, the camera may slide along that axis unseen
(Tsai and Lenz, IEEE Transactions on Robotics and Automation 5(3), 1989, who also show that errors fall with the angles
between the standstills).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rher_perception.calibration.samples import HandEyeSample
from rher_perception.geometry import Pose, vector_from_rotation

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class CoverageLimits:
    """What a set of standstills must offer."""

    min_poses: int = 12
    min_rotation_sd: float = math.radians(8.0)
    """Least standard deviation of the orientation about the second of its principal axes [rad]."""
    min_turn: float = math.radians(30.0)
    """Least angle between the two orientations that differ most [rad]."""
    min_translation_sd: float = 0.03
    """Least standard deviation of the positions along their longest direction [m]."""

    def __post_init__(self) -> None:
        if self.min_poses < 3:
            raise ValueError(f"min_poses is {self.min_poses}; allowed: 3 or more, of which two turns are made")
        for name in ("min_rotation_sd", "min_turn", "min_translation_sd"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value}; allowed: more than 0")


def lacks(samples: list[HandEyeSample], limits: CoverageLimits | None = None) -> tuple[str, ...]:
    """Return what a set of standstills lacks, poses and motions, in words; empty when it lacks nothing."""
    limits = limits or CoverageLimits()
    few = len(samples) < limits.min_poses
    poses = (f"there are {len(samples)} poses, at least {limits.min_poses} are needed",) if few else ()
    return poses + missing_motions(samples, limits)


def missing_motions(samples: list[HandEyeSample], limits: CoverageLimits | None = None) -> tuple[str, ...]:
    """Return which motions a set of standstills lacks, however many they are, in words; empty when it lacks none.

    Axes are those of the tool. Of fewer than three standstills nothing can be said.
    """
    limits = limits or CoverageLimits()
    if len(samples) < 3:
        return ()
    missing = []
    poses = [sample.base_from_gripper for sample in samples]
    middle = mean_rotation([pose.rotation for pose in poses])
    turns = np.array([vector_from_rotation(middle.T @ pose.rotation) for pose in poses])
    turns -= turns.mean(axis=0)
    _, spread, axes = np.linalg.svd(turns / math.sqrt(len(turns)))
    if spread[1] < limits.min_rotation_sd:
        weak = " or ".join(sorted({_name(axis) for axis in axes[1 if spread[0] >= limits.min_rotation_sd else 0 :]}))
        found = "hardly any" if spread[0] < limits.min_rotation_sd else f"those about {_name(axes[0])} alone"
        missing.append(
            f"rotations about two axes are needed and there are {found}: rotate more about {weak} of the tool, "
            f"so that the orientation varies by {math.degrees(limits.min_rotation_sd):.0f} deg, not "
            f"{math.degrees(spread[1]):.1f} deg (standard deviations)"
        )
    widest = max(
        float(np.linalg.norm(vector_from_rotation(one.rotation.T @ other.rotation))) for one in poses for other in poses
    )
    if widest < limits.min_turn:
        missing.append(
            f"the orientations differ by {math.degrees(widest):.0f} deg at most, at least "
            f"{math.degrees(limits.min_turn):.0f} deg are needed: turn the tool further"
        )
    places = np.array([pose.translation for pose in poses])
    reach = np.linalg.svd((places - places.mean(axis=0)) / math.sqrt(len(places)), compute_uv=False)[0]
    if reach < limits.min_translation_sd:
        missing.append(
            f"the positions vary by {1e3 * reach:.0f} mm (standard deviation), at least "
            f"{1e3 * limits.min_translation_sd:.0f} mm are needed: move the tool further"
        )
    return tuple(missing)


def mean_rotation(rotations: list[Vector]) -> Vector:
    """Return the rotation matrix nearest to all others in the least squares sense."""
    left, _, right = np.linalg.svd(np.sum(rotations, axis=0))
    return left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right


def mean_pose(poses: list[Pose]) -> Pose:
    """Return the mean of poses that lie close together."""
    translation = np.mean([pose.translation for pose in poses], axis=0)
    return Pose(mean_rotation([pose.rotation for pose in poses]), translation)


def _name(axis: Vector) -> str:
    """Return the name of the axis of the tool that a direction is nearest to."""
    return "xyz"[int(np.abs(axis).argmax())]
