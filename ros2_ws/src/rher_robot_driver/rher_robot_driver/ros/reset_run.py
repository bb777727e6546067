# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One execution of the reset motion: a twist for each control period, through admission like every other command."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from transforms3d.quaternions import quat2mat

from rher_robot_driver.motions.path import MotionFailedError, Pose
from rher_robot_driver.motions.path_follower import PathFollower
from rher_robot_driver.motions.reset_motion import ResetParameters
from rher_robot_driver.safety.admission.chain import build_admission_chain
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.parameters import PERCEPTION_UNWATCHED, SafetyParameters
from rher_robot_driver.ur.protocol import Measured, Move, SafetyState, State

RESET_WRITER = "reset"
"""Who holds the arm during a reset."""
RESET_EPISODE = 2**32 - 1
"""Episode of the reset's own steps; the greatest number, which no learner reaches."""


class ResetRun:
    """Steers the arm along a checked path.

    What is seen of the objects does not matter to it: a person asks for a reset, and the path is checked.

    Args:
        path: Corners, as plan_reset returns them.
        parameters: How fast.
        safety: The limits of the commands.
    """

    def __init__(self, path: Sequence[Pose], parameters: ResetParameters, safety: SafetyParameters) -> None:
        self._follower = PathFollower(path, parameters.speed, parameters.angular_speed, safety.control_period)
        unwatched = replace(safety, max_perception_age=PERCEPTION_UNWATCHED)
        self._frame_id = safety.frame_id
        self._admission = build_admission_chain(unwatched, RESET_WRITER)
        self._admission.order.begin(RESET_EPISODE)
        self._step = 0

    @property
    def step(self) -> int:
        """Step whose end is waited for; 0 before the first."""
        return self._step

    def next_move(self, state: State, now_ns: int) -> Move | None:
        """Return the next command, or None when the end is reached.

        Args:
            state: Of the arm at the end of the step before.
            now_ns: Time on any clock that does not run backwards [ns].

        Raises:
            MotionFailedError: Something holds the arm, it makes no progress, or admission refuses the command.
        """
        if state.safety is not SafetyState.NORMAL:
            raise MotionFailedError(state.reason or f"the arm is held: {state.safety.value}")
        measured = state.measured
        twist = self._follower.next_twist(measured_pose(measured), math.hypot(*measured.tcp_twist[:3]))
        if twist is None:
            return None
        self._step += 1
        command = TwistCommand(
            twist, math.nan, self._frame_id, now_ns, RESET_WRITER, episode=RESET_EPISODE, step=self._step
        )
        admission = self._admission.admit(command, now_ns)
        if admission.command is None:
            raise MotionFailedError(f"admission link '{admission.reason}' refused a step of the reset")
        return Move(RESET_EPISODE, self._step, tuple(admission.command.twist.tolist()), admission.reason)


def measured_pose(measured: Measured) -> Pose:
    """Return where the controller says the TCP is."""
    return Pose(np.array(measured.tcp_position), quat2mat(measured.tcp_orientation))
