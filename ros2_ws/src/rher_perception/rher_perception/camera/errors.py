# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with a camera."""

from __future__ import annotations


class CameraError(RuntimeError):
    """A camera gives no pictures; the message says why and what helps."""


class CameraMissingError(CameraError):
    """No camera is connected."""


class WrongCameraError(CameraError):
    """Cameras are connected, but not the one that was asked for."""


class CameraLostError(CameraError):
    """The camera gave pictures and stopped doing so."""
