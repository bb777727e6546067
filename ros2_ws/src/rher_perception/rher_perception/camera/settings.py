# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is asked of a camera."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraSettings:
    """Which camera, and which streams of it.

    Raises:
        ValueError: A field is out of range.
    """

    serial: str = ""
    """Serial number of the camera; empty for the only one that is connected."""
    width: int = 640
    """Of colour and depth [pixel]."""
    height: int = 480
    """Of colour and depth [pixel]."""
    fps: int = 30
    """Pictures per second."""
    depth: bool = False
    """Whether depth is taken too, aligned to colour; only coloured cubes without tags need it."""
    start_timeout: float = 5.0
    """Longest wait for the first picture after a start [s]; exposure must settle. inf for one on demand."""
    frame_timeout: float = 1.0
    """A camera that gives no picture for so long is lost [s]; inf for one that takes pictures on demand."""

    def __post_init__(self) -> None:
        for name in ("width", "height", "fps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")
        for name in ("start_timeout", "frame_timeout"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} is {getattr(self, name)} s; allowed: more than 0")
