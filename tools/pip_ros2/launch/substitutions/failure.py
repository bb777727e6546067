# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The error of a substitution that cannot be performed."""

from __future__ import annotations


class SubstitutionFailure(RuntimeError):  # noqa: N818 (the name is the real one)
    """A substitution has no value."""
