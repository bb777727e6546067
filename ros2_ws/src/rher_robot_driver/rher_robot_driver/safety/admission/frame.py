# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Refuses twists in another frame."""

from __future__ import annotations

from rher_robot_driver.safety.admission.admission import Admission
from rher_robot_driver.safety.command import TwistCommand


class FrameCheck:
    """Admits commands in one frame only: the same numbers in another frame are another motion.

    Args:
        frame_id: The frame.

    Raises:
        ValueError: The frame is empty.
    """

    reason = "frame"

    def __init__(self, frame_id: str) -> None:
        if not frame_id:
            raise ValueError("frame_id is empty; allowed: the name of a frame")
        self.count = 0
        self._frame_id = frame_id

    def admit(self, command: TwistCommand, now_ns: int) -> Admission:
        """Judge a command."""
        if command.frame_id != self._frame_id:
            self.count += 1
            return Admission(None, reason=self.reason)
        return Admission(command)
