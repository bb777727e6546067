# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""LaunchDescription: the entities of a launch file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .launch_description_entity import LaunchDescriptionEntity, normalize_entities

if TYPE_CHECKING:
    from .action import Action
    from .actions import DeclareLaunchArgument, IncludeLaunchDescription
    from .launch_context import LaunchContext


@dataclass(frozen=True)
class DeclaredArgument:
    """A launch argument found without launching.

    Attributes:
        argument: The declaration.
        conditional: Whether a condition decides that the argument is used.
        includes: The includes on the way to it, the outermost first.
    """

    argument: DeclareLaunchArgument
    conditional: bool
    includes: tuple[IncludeLaunchDescription, ...]


class LaunchDescription(LaunchDescriptionEntity):
    """A list of entities, visited in order."""

    def __init__(self, initial_entities: Iterable[LaunchDescriptionEntity] | None = None) -> None:
        self.entities = normalize_entities(initial_entities, "the entities of a LaunchDescription")

    def add_entity(self, entity: LaunchDescriptionEntity) -> None:
        """Append an entity."""
        self.entities.extend(normalize_entities(entity, "the entities of a LaunchDescription"))

    def add_action(self, action: Action) -> None:
        """Append an action."""
        self.add_entity(action)

    def visit(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Return the entities."""
        return self.entities

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities."""
        return self.entities

    def get_launch_arguments(self) -> list[DeclareLaunchArgument]:
        """Return the launch arguments that can be found without launching."""
        return [declared.argument for declared in self.find_launch_arguments(None)]

    def find_launch_arguments(self, directory: str | None) -> list[DeclaredArgument]:
        """Return the launch arguments that can be found without launching, those of included files too.

        Args:
            directory: Directory of the launch file, None where there is none.
        """
        found: dict[str, DeclaredArgument] = {}
        for declared in _declared_arguments(self.entities, directory, (), False):
            found.setdefault(declared.argument.name, declared)
        return list(found.values())


def _declared_arguments(
    entities: Iterable[LaunchDescriptionEntity],
    directory: str | None,
    includes: tuple[IncludeLaunchDescription, ...],
    conditional: bool,
) -> Iterator[DeclaredArgument]:
    from .actions import DeclareLaunchArgument, GroupAction, IncludeLaunchDescription, RegisterEventHandler

    for entity in entities:
        depends = (
            conditional or getattr(entity, "condition", None) is not None or isinstance(entity, RegisterEventHandler)
        )
        if isinstance(entity, DeclareLaunchArgument):
            yield DeclaredArgument(entity, depends, includes)
        elif isinstance(entity, IncludeLaunchDescription):
            source = entity.launch_description_source
            description = source.try_get_launch_description_without_context(directory)
            if description is not None:
                inner = description.entities
                yield from _declared_arguments(inner, source.directory, (*includes, entity), depends)
        elif not (isinstance(entity, GroupAction) and entity.hides_arguments):
            yield from _declared_arguments(entity.get_sub_entities(), directory, includes, depends)
