# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""DeclareLaunchArgument: an argument of a launch file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..action import Action
from ..condition import Condition
from ..some_substitutions_type import SomeSubstitutionsType
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class DeclareLaunchArgument(Action):
    """Declares an argument, kept in the launch configuration of its name.

    Attributes:
        name: Its name.
        default_value: Its value when none is given; None makes it a required argument.
        description: What it means, with the choices if there are any.
        choices: The allowed values, None for any.
    """

    def __init__(
        self,
        name: str,
        *,
        default_value: SomeSubstitutionsType | None = None,
        description: str | None = None,
        choices: list[str] | None = None,
        condition: Condition | None = None,
    ) -> None:
        super().__init__(condition=condition)
        if choices is not None and len(choices) == 0:
            raise RuntimeError(f"argument '{name}': choices must not be empty; None allows any value")
        if choices is not None and isinstance(default_value, str) and default_value not in choices:
            raise RuntimeError(f'Provided default_value "{default_value}" is not in provided choices "{choices}".')
        self.name = name
        self.choices = choices
        self.default_value = None if default_value is None else normalize_to_list_of_substitutions(default_value)
        if description is None:
            self.description = "no description given" if choices is None else f"One of: {choices}"
        else:
            self.description = description
            if choices is not None:
                self.description += f"{'' if description.endswith('.') else '.'} Valid choices are: {choices}"

    def check(self, value: str) -> None:
        """Check a value against the choices.

        Raises:
            RuntimeError: It is none of them.
        """
        if self.choices is not None and value not in self.choices:
            raise RuntimeError(
                f'Argument "{self.name}" provided value "{value}" is not valid. Valid options are: {self.choices}'
            )

    def execute(self, context: LaunchContext) -> None:
        """Fill in the default and check the value.

        Raises:
            RuntimeError: The argument is required and missing, or its value is none of the choices.
        """
        if self.name not in context.launch_configurations:
            if self.default_value is None:
                raise RuntimeError(f'Required launch argument "{self.name}" was not provided.')
            context.launch_configurations[self.name] = perform_substitutions(context, self.default_value)
        self.check(context.launch_configurations[self.name])
