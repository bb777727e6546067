# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the driver wants of a gripper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class GripperError(RuntimeError):
    """The gripper does not answer, or not as it should; the message names its address."""


@dataclass(frozen=True)
class GripperState:
    """The gripper now."""

    opening: float
    """Between the finger tips [m]."""
    fault: str = ""
    """Why it cannot be moved or read; empty when it can."""


class Gripper(Protocol):
    """Opens and closes. No method waits for the fingers, or for a network."""

    @property
    def state(self) -> GripperState:
        """What was heard of it last."""

    def enable(self) -> None:
        """Note that the arm was enabled: from now on the fingers may move."""

    def move(self, opening: float) -> None:
        """Let the fingers go to an opening [m]; what is out of reach is taken for the nearest that is not."""

    def close(self) -> None:
        """Release it. The fingers stay as they are."""
