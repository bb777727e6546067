# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Condition: decides while launching whether an action is executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .subset import SubsetMeta

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class Condition(metaclass=SubsetMeta):
    """A predicate over the launch context; without one it is false."""

    def __init__(self, *, predicate: Callable[[LaunchContext], bool] | None = None) -> None:
        self._predicate = predicate

    def evaluate(self, context: LaunchContext) -> bool:
        """Return whether the condition holds in ``context``."""
        return self._predicate is not None and self._predicate(context)
