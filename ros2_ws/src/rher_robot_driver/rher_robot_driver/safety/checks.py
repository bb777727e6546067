# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What every group of parameters asks of its numbers."""

from __future__ import annotations

import math
from typing import Any


def require_positive(parameters: Any, *names: str) -> None:
    """Require fields to be finite and more than 0.

    Raises:
        ValueError: One is not; it is named with its value.
    """
    for name in names:
        value = getattr(parameters, name)
        if not (math.isfinite(value) and value > 0.0):
            raise ValueError(f"{name} is {value}; allowed: more than 0")


def require_not_negative(parameters: Any, *names: str) -> None:
    """Require fields to be finite and 0 or more.

    Raises:
        ValueError: One is not; it is named with its value.
    """
    for name in names:
        value = getattr(parameters, name)
        if not (math.isfinite(value) and value >= 0.0):
            raise ValueError(f"{name} is {value}; allowed: 0 or more")
