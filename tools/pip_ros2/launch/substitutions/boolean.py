# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Substitutions that compare, combine and choose; truth is the text ``true`` or ``false``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import (
    coerce_to_type,
    describe_substitutions,
    is_substitution,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)
from .failure import SubstitutionFailure

if TYPE_CHECKING:
    from ..launch_context import LaunchContext

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _truth(context: LaunchContext, subs: list[Substitution]) -> bool:
    try:
        return coerce_to_type(perform_substitutions(context, subs), bool)
    except ValueError as error:
        raise SubstitutionFailure(str(error)) from error


def _text(truth: bool) -> str:
    return str(truth).lower()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


class NotSubstitution(Substitution):
    """The opposite of a truth."""

    def __init__(self, value: SomeSubstitutionsType) -> None:
        self.value = normalize_to_list_of_substitutions(value)

    def describe(self) -> str:
        """Return the description of the operand within that of this substitution."""
        return f"{type(self).__name__}({describe_substitutions(self.value)})"

    def perform(self, context: LaunchContext) -> str:
        """Return the opposite of the operand."""
        return _text(not _truth(context, self.value))


class _Binary(Substitution):
    """A substitution of two operands."""

    def __init__(self, left: SomeSubstitutionsType, right: SomeSubstitutionsType) -> None:
        self.left = normalize_to_list_of_substitutions(left)
        self.right = normalize_to_list_of_substitutions(right)

    def describe(self) -> str:
        """Return the descriptions of the operands within that of this substitution."""
        operands = f"{describe_substitutions(self.left)}, {describe_substitutions(self.right)}"
        return f"{type(self).__name__}({operands})"


class AndSubstitution(_Binary):
    """Whether both are true."""

    def perform(self, context: LaunchContext) -> str:
        """Return the conjunction."""
        left, right = _truth(context, self.left), _truth(context, self.right)
        return _text(left and right)


class OrSubstitution(_Binary):
    """Whether at least one is true."""

    def perform(self, context: LaunchContext) -> str:
        """Return the disjunction."""
        left, right = _truth(context, self.left), _truth(context, self.right)
        return _text(left or right)


class EqualsSubstitution(_Binary):
    """Whether two texts are equal; booleans and numbers are compared as such."""

    def __init__(self, left: Any, right: Any) -> None:
        super().__init__(self._operand(left), self._operand(right))

    @staticmethod
    def _operand(value: Any) -> SomeSubstitutionsType:
        if is_substitution(value):
            return value
        if value is None:
            return ""
        return _text(value) if isinstance(value, bool) else str(value)

    def _equal(self, context: LaunchContext) -> bool:
        left = perform_substitutions(context, self.left)
        right = perform_substitutions(context, self.right)
        if left.lower() in _BOOLEANS and right.lower() in _BOOLEANS:
            return _BOOLEANS[left.lower()] == _BOOLEANS[right.lower()]
        left_number, right_number = _number(left), _number(right)
        if left_number is not None and right_number is not None:
            return math.isclose(left_number, right_number)
        return left == right

    def perform(self, context: LaunchContext) -> str:
        """Return whether the operands are equal."""
        return _text(self._equal(context))


class NotEqualsSubstitution(EqualsSubstitution):
    """The opposite of EqualsSubstitution."""

    def perform(self, context: LaunchContext) -> str:
        """Return whether the operands differ."""
        return _text(not self._equal(context))


class IfElseSubstitution(Substitution):
    """One of two values, by a condition."""

    def __init__(
        self,
        condition: SomeSubstitutionsType,
        if_value: SomeSubstitutionsType = "",
        else_value: SomeSubstitutionsType = "",
    ) -> None:
        if if_value == "" and else_value == "":
            raise RuntimeError("IfElseSubstitution needs if_value or else_value")
        self.condition = normalize_to_list_of_substitutions(condition)
        self.if_value = normalize_to_list_of_substitutions(if_value)
        self.else_value = normalize_to_list_of_substitutions(else_value)

    def describe(self) -> str:
        """Return the descriptions of the operands within that of this substitution."""
        operands = (self.condition, self.if_value, self.else_value)
        return f"IfElseSubstitution({', '.join(map(describe_substitutions, operands))})"

    def perform(self, context: LaunchContext) -> str:
        """Return the value that the condition chooses."""
        return perform_substitutions(context, self.if_value if _truth(context, self.condition) else self.else_value)
