# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Substitution: a piece of text that is known only while launching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .subset import SubsetMeta

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class Substitution(metaclass=SubsetMeta):
    """Base of everything that is replaced by a string when it is performed."""

    def describe(self) -> str:
        """Return a text that shows what is substituted, for ``--show-args`` and error messages."""
        return repr(self)

    def perform(self, context: LaunchContext) -> str:
        """Return the text, evaluated in ``context``."""
        raise NotImplementedError
