# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluate the parameters of a node: dictionaries of values and substitutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from launch.launch_context import LaunchContext
from launch.substitution import Substitution
from launch.utilities import (
    is_substitution,
    is_uniform_list,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)

from .parameter_descriptions import ParameterValue


def evaluate_parameters(context: LaunchContext, parameters: Mapping[Any, Any], prefix: str = "") -> dict[str, Any]:
    """Return parameter values by name.

    Nested dictionaries become names joined by a dot. Strings stay strings; the text of a substitution is read as
    YAML, so that ``0.5`` becomes a float.

    Args:
        context: The launch context.
        parameters: Values by name; names may be substitutions.
        prefix: Put in front of each name.

    Raises:
        TypeError: A value is not of a type that a parameter can have.
    """
    values: dict[str, Any] = {}
    for key, value in parameters.items():
        name = prefix + perform_substitutions(context, normalize_to_list_of_substitutions(key))
        if isinstance(value, Mapping):
            values.update(evaluate_parameters(context, value, f"{name}."))
        else:
            values[name] = evaluate_value(context, name, value)
    return values


def evaluate_value(context: LaunchContext, name: str, value: Any) -> Any:
    """Return the value of the parameter ``name``.

    Raises:
        TypeError: The value is not of a type that a parameter can have.
    """
    if isinstance(value, ParameterValue):
        return value.evaluate(context)
    if is_substitution(value):
        return _from_yaml(name, perform_substitutions(context, normalize_to_list_of_substitutions(value)))
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        items = [_item(context, name, item) for item in value]
        if {type(item) for item in items} == {int, float}:
            items = [float(item) for item in items]
        return _checked_list(name, items)
    raise TypeError(f"parameter {name!r}: {value!r} is not a bool, int, float, str, substitution or list of them")


def _item(context: LaunchContext, name: str, item: Any) -> Any:
    if isinstance(item, (Substitution, list, tuple)):
        return yaml.safe_load(perform_substitutions(context, normalize_to_list_of_substitutions(item)))
    return item


def _from_yaml(name: str, text: str) -> Any:
    try:
        value = yaml.safe_load(text) if text else text
    except yaml.YAMLError as error:
        raise TypeError(
            f"parameter {name!r}: {text!r} is not valid YAML; for a string use ParameterValue(..., value_type=str)"
        ) from error
    if isinstance(value, list):
        return _checked_list(name, value)
    if not isinstance(value, (bool, int, float, str)):
        raise TypeError(
            f"parameter {name!r}: {text!r} is read as {type(value).__name__}; "
            "for a string use ParameterValue(..., value_type=str)"
        )
    return value


def _checked_list(name: str, items: list[Any]) -> list[Any]:
    if not items or not is_uniform_list(items):
        raise TypeError(f"parameter {name!r}: {items!r} is not a non-empty list of one type of bool, int, float, str")
    return items
