# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""GroupAction: several actions as one, in a scope of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..action import Action
from ..condition import Condition
from ..launch_description_entity import LaunchDescriptionEntity
from ..some_substitutions_type import SomeSubstitutionsType
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .functions import OpaqueFunction

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class GroupAction(Action):
    """Visits its actions.

    With ``scoped``, launch configurations and environment go back afterwards to what they were. With ``forwarding``
    as well, they are visible inside; without, the group starts from none of them and the initial environment.
    ``launch_configurations`` are set before the actions are visited.
    """

    def __init__(
        self,
        actions: Iterable[LaunchDescriptionEntity],
        *,
        scoped: bool = True,
        forwarding: bool = True,
        launch_configurations: dict[str, SomeSubstitutionsType] | None = None,
        condition: Condition | None = None,
    ) -> None:
        super().__init__(condition=condition)
        self._actions = list(actions)
        self._scoped = scoped
        self._forwarding = forwarding
        self._launch_configurations = {
            name: normalize_to_list_of_substitutions(value) for name, value in (launch_configurations or {}).items()
        }

    @property
    def hides_arguments(self) -> bool:
        """Whether a launch argument given from outside cannot reach the actions."""
        return self._scoped and not self._forwarding

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the actions."""
        return list(self._actions)

    def _enter(self, context: LaunchContext) -> None:
        configurations = {
            name: perform_substitutions(context, value) for name, value in self._launch_configurations.items()
        }
        if self._scoped:
            context.push_scope()
            if not self._forwarding:
                context.reset_scope()
        context.launch_configurations.update(configurations)

    def _leave(self, context: LaunchContext) -> None:
        if self._scoped:
            context.pop_scope()

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Return the actions between the begin and the end of the scope."""
        return [OpaqueFunction(function=self._enter), *self._actions, OpaqueFunction(function=self._leave)]
