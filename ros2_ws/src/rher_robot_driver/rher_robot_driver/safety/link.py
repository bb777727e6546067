# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What every link of the safety chain tells about itself."""

from __future__ import annotations

from typing import Protocol


class Link(Protocol):
    """One link of a chain, alone responsible for one rule."""

    reason: str
    """What reports call the link."""
    count: int
    """How often the link changed or refused something."""
