# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether an arm can follow a path within every limit, found out before anything moves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.motions.path import MotionRefusedError, Pose, points_along
from rher_robot_driver.safety.parameters import SafetyParameters

Vector = NDArray[np.float64]

STEP = 0.005
"""Distance between two poses that are checked [m]."""
TURN = 0.05
"""Angle between two poses that are checked [rad]."""
MAX_JOINT_STEP = 0.25
"""Greatest change of a joint from one pose to the next [rad]; more is another branch, which a straight line cannot
reach."""
SINGULARITY_ROOM = 1.5
"""Relative manipulability that a path keeps, in multiples of that at which the arm is stopped; nearer, it crawls."""
ROUNDING = 1e-9
"""[m], [rad]"""


class PathCheck:
    """Checks paths of one arm against the limits that its commands keep.

    Args:
        kinematics: Of the arm with its tool.
        safety: The limits.
    """

    def __init__(self, kinematics: ArmKinematics, safety: SafetyParameters) -> None:
        self._kinematics = kinematics
        self._safety = safety
        margin = safety.joints.position_margin
        self._lower = np.array(kinematics.model.joint_lower) + margin
        self._upper = np.array(kinematics.model.joint_upper) - margin

    def check(self, path: Sequence[Pose], q_start: Vector) -> None:
        """Check every pose of a path.

        Args:
            path: Corners; the first is where the arm stands.
            q_start: Joint positions there [rad], shape (6,).

        Raises:
            MotionRefusedError: A pose breaks a limit, or the joints cannot follow.
        """
        # An arm that stands near a singularity may leave it, but not come nearer.
        manipulability = self._kinematics.relative_manipulability(q_start)
        floor = min(SINGULARITY_ROOM * self._safety.joints.manipulability_stop, manipulability - ROUNDING)
        q = np.array(q_start, dtype=np.float64)
        for pose in points_along(path, STEP, TURN):
            self._check_place(pose)
            try:
                reached = self._kinematics.inverse(pose.position, pose.rotation, q)
            except ValueError as error:
                raise MotionRefusedError(f"the path cannot be followed: {error}") from error
            self._check_joints(pose, q, reached, floor)
            q = reached

    def _check_place(self, pose: Pose) -> None:
        x, y, z = pose.position.tolist()
        safety = self._safety
        bounds = zip("xyz", (x, y, z), safety.commanded_lower, safety.commanded_upper, strict=True)
        for axis, value, lower, upper in bounds:
            if not lower - ROUNDING <= value <= upper + ROUNDING:
                raise MotionRefusedError(
                    f"the path leaves the workspace: {axis} is {value:.4f} m at {_text(pose)}; "
                    f"allowed: {lower:.4f} to {upper:.4f}"
                )
        if not z >= safety.commanded_floor - ROUNDING:
            raise MotionRefusedError(
                f"the path comes too near to the table: z is {z:.4f} m at {_text(pose)}; "
                f"allowed: {safety.commanded_floor:.4f} or more"
            )
        tilt = math.acos(min(1.0, max(-1.0, -float(pose.rotation[2, 2]))))
        if not tilt <= safety.commanded_tilt + ROUNDING:
            raise MotionRefusedError(
                f"the tool is tilted by {tilt:.3f} rad at {_text(pose)}; allowed: at most {safety.commanded_tilt:.3f}"
            )

    def _check_joints(self, pose: Pose, before: Vector, q: Vector, floor: float) -> None:
        for i, (value, lower, upper) in enumerate(zip(q.tolist(), self._lower, self._upper, strict=True)):
            if not lower <= value <= upper:
                raise MotionRefusedError(
                    f"joint {i + 1} comes to {value:.3f} rad at {_text(pose)}; allowed: {lower:.3f} to {upper:.3f}"
                )
        step = float(np.abs(q - before).max())
        if not step <= MAX_JOINT_STEP:
            raise MotionRefusedError(f"a joint has to leap by {step:.2f} rad at {_text(pose)}: the arm would turn over")
        manipulability = self._kinematics.relative_manipulability(q)
        if not manipulability >= floor:
            raise MotionRefusedError(
                f"the path comes too near to a singularity at {_text(pose)}: relative manipulability is "
                f"{manipulability:.3f}; allowed: {floor:.3f} or more"
            )


def _text(pose: Pose) -> str:
    return "(" + ", ".join(f"{value:.3f}" for value in pose.position.tolist()) + ") m"
