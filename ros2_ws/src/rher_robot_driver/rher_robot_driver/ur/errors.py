# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What can go wrong between us and a controller."""

from __future__ import annotations


class ControllerError(RuntimeError):
    """The controller cannot be used; the message says why and what to do.

    Its kinds: UnreachableError, LinkLostError, InUseError, NoControlError, DashboardError.
    """


class UnreachableError(ControllerError):
    """Nothing that speaks the protocol answers at an address."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"no robot controller answers at {host}:{port} ({why}); check robot_ip, the cable and the power"
        )
        self.host = host
        self.port = port


class LinkLostError(ControllerError):
    """The controller answered before and does not any more."""


class InUseError(ControllerError):
    """Another client holds the registers through which a program is steered."""


class NoControlError(ControllerError):
    """Our program does not run on the controller."""


class DashboardError(ControllerError):
    """The dashboard server refused a request or gave no answer."""
