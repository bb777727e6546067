# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""IncludeLaunchDescription: another launch file, with arguments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..action import Action
from ..condition import Condition
from ..launch_description_entity import LaunchDescriptionEntity
from ..launch_description_source import LaunchDescriptionSource
from ..launch_description_sources import AnyLaunchDescriptionSource
from ..some_substitutions_type import SomeSubstitutionsType
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .configuration import SetLaunchConfiguration
from .functions import OpaqueFunction

if TYPE_CHECKING:
    from ..launch_context import LaunchContext

_LOCATION_LOCALS = ("current_launch_file_path", "current_launch_file_directory")


class IncludeLaunchDescription(Action):
    """Includes a launch description.

    The arguments become launch configurations of the including scope, where they stay; a GroupAction around the
    include bounds them.
    """

    def __init__(
        self,
        launch_description_source: LaunchDescriptionSource | SomeSubstitutionsType,
        *,
        launch_arguments: Iterable[tuple[SomeSubstitutionsType, SomeSubstitutionsType]] | None = None,
        condition: Condition | None = None,
    ) -> None:
        super().__init__(condition=condition)
        if not isinstance(launch_description_source, LaunchDescriptionSource):
            launch_description_source = AnyLaunchDescriptionSource(launch_description_source)
        self.launch_description_source = launch_description_source
        self.launch_arguments = [
            (normalize_to_list_of_substitutions(name), normalize_to_list_of_substitutions(value))
            for name, value in launch_arguments or ()
        ]

    def argument_names(self, context: LaunchContext) -> list[str]:
        """Return the names of the given arguments."""
        return [perform_substitutions(context, name) for name, _ in self.launch_arguments]

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Load the launch description and return what sets its arguments and includes it.

        Raises:
            RuntimeError: A required argument is missing.
        """
        source = self.launch_description_source
        description = source.get_launch_description(context)
        outer = {name: context.get_locals_as_dict().get(name) for name in _LOCATION_LOCALS}
        context.extend_locals(dict(zip(_LOCATION_LOCALS, (source.path, source.directory), strict=True)))
        given = self.argument_names(context)
        for declared in description.find_launch_arguments(source.directory):
            argument = declared.argument
            if declared.conditional or argument.default_value is not None:
                continue
            names = given + [name for include in declared.includes for name in include.argument_names(context)]
            if argument.name not in names:
                raise RuntimeError(
                    f"Included launch description missing required argument '{argument.name}' "
                    f"(description: '{argument.description}'), given: [{', '.join(names)}]"
                )
        return [
            *(SetLaunchConfiguration(name, value) for name, value in self.launch_arguments),
            description,
            OpaqueFunction(function=lambda context: context.extend_locals(outer)),
        ]
