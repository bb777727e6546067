# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Event: something that happened while launching."""

from __future__ import annotations

from .subset import SubsetMeta


class Event(metaclass=SubsetMeta):
    """Base of all events."""

    name = "launch.Event"
