# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The substitutions of the subset."""

from __future__ import annotations

from ..subset import outside_subset
from ..text_substitution import TextSubstitution
from .boolean import (
    AndSubstitution,
    EqualsSubstitution,
    IfElseSubstitution,
    NotEqualsSubstitution,
    NotSubstitution,
    OrSubstitution,
)
from .expression import Command, PythonExpression
from .failure import SubstitutionFailure
from .lookup import EnvironmentVariable, FindExecutable, LaunchConfiguration, ThisLaunchFileDir
from .paths import PathJoinSubstitution, PathSubstitution

__all__ = [
    "AndSubstitution",
    "Command",
    "EnvironmentVariable",
    "EqualsSubstitution",
    "FindExecutable",
    "IfElseSubstitution",
    "LaunchConfiguration",
    "NotEqualsSubstitution",
    "NotSubstitution",
    "OrSubstitution",
    "PathJoinSubstitution",
    "PathSubstitution",
    "PythonExpression",
    "SubstitutionFailure",
    "TextSubstitution",
    "ThisLaunchFileDir",
]

__getattr__ = outside_subset(__name__, __all__)
