# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Substitutions that join paths, by a list or by the ``/`` operator."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import describe_substitutions, normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PathJoinSubstitution(Substitution):
    """Path components joined; a component that is a list is concatenated first."""

    def __init__(self, substitutions: Iterable[SomeSubstitutionsType]) -> None:
        self.substitutions = [normalize_to_list_of_substitutions(component) for component in substitutions]

    def __truediv__(self, additional_path: SomeSubstitutionsType) -> PathJoinSubstitution:
        return PathJoinSubstitution([*self.substitutions, additional_path])

    def describe(self) -> str:
        """Return the components within the description of this substitution."""
        return f"PathJoin('{' + '.join(map(describe_substitutions, self.substitutions))}')"

    def perform(self, context: LaunchContext) -> str:
        """Return the path."""
        return os.path.join(*(perform_substitutions(context, component) for component in self.substitutions))


class PathSubstitution(PathJoinSubstitution):
    """The beginning of a path that the ``/`` operator continues."""

    def __init__(self, path: SomeSubstitutionsType) -> None:
        super().__init__(normalize_to_list_of_substitutions(path))
