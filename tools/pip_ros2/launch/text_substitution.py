# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""TextSubstitution: a fixed text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .substitution import Substitution

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class TextSubstitution(Substitution):
    """Stands for its own text."""

    def __init__(self, *, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"TextSubstitution(text=...) must be a string, got {text!r}")
        self.text = text

    def describe(self) -> str:
        """Return the text in quotes."""
        return f"'{self.text}'"

    def perform(self, context: LaunchContext) -> str:
        """Return the text."""
        return self.text
