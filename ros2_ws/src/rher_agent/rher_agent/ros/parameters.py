# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Frozen dataclasses as ROS parameters: declared with documentation and range, read back validated.

A field's documentation is the text below it in the source. Its metadata may hold `range`, a pair of inclusive bounds,
or `choices`, a sequence of values. Whatever else is not allowed the dataclass itself refuses with a ValueError. Nested
dataclasses become dotted names, such as learner.gamma. Parameters are read once, at the start.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable
from dataclasses import Field, fields, is_dataclass
from typing import Any, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.exceptions import ParameterException
from rclpy.node import Node

T = TypeVar("T")

ROS_PARAMETERS = ("use_sim_time", "start_type_description_service")
"""Parameters that every node has."""


class ParameterError(ValueError):
    """A parameter has a value that is not allowed, or a name that does not exist; one line tells which are."""


def declare_parameters(node: Node, defaults: T, prefix: str = "") -> T:
    """Declare the fields of a dataclass as parameters and return the dataclass as the user set it.

    Give the node `automatically_declare_parameters_from_overrides=True`: then whole numbers are taken for decimal ones,
    and refuse_unknown_parameters can find misspelt names.

    Args:
        node: Where to declare them.
        defaults: An instance of a frozen dataclass; nested dataclasses, numbers, text, flags and tuples of these.
        prefix: Put before every name, such as `learner.`.

    Raises:
        ParameterError: A value has the wrong type or is not allowed.
    """
    documentation = _documentation(type(defaults))
    values: dict[str, Any] = {}
    for field in fields(defaults):  # type: ignore[arg-type]  # T is a dataclass
        default = getattr(defaults, field.name)
        name = prefix + field.name
        if is_dataclass(default):
            values[field.name] = declare_parameters(node, default, f"{name}.")
        else:
            values[field.name] = _declare(node, name, default, field, documentation.get(field.name, ""))
    try:
        return type(defaults)(**values)
    except ValueError as error:
        raise ParameterError(f"{prefix}{error}") from error


def require_parameter(node: Node, name: str, allowed: str) -> None:
    """Refuse to go on without a parameter that has no default.

    Args:
        node: Whose overrides are declared.
        name: Of the parameter.
        allowed: What it may be, in words.

    Raises:
        ParameterError: It was not given.
    """
    if not node.has_parameter(name):
        raise ParameterError(f"{name} is empty; allowed: {allowed}")


def refuse_unknown_parameters(node: Node, known: Iterable[str] = ()) -> None:
    """Refuse parameters that were given but never declared by declare_parameters: they are misspelt.

    Args:
        node: After all its parameters were declared.
        known: Names that were declared in another way.

    Raises:
        ParameterError: There are some; the message lists what is allowed.
    """
    names = node.list_parameters([], 0).names
    declared = {name for name in names if node.describe_parameter(name).read_only} | {*known, *ROS_PARAMETERS}
    unknown = sorted(name for name in names if name not in declared and not name.startswith("qos_overrides."))
    if unknown:
        allowed = ", ".join(sorted(declared - set(ROS_PARAMETERS)))
        raise ParameterError(f"unknown parameter {', '.join(unknown)}; allowed: {allowed}")


def _declare(node: Node, name: str, default: Any, field: Field[Any], documentation: str) -> Any:
    descriptor = _descriptor(default, field, documentation)
    value = _value(default)
    given = None
    if node.has_parameter(name):
        given = node.get_parameter(name).value
        node.undeclare_parameter(name)
    try:
        if given is None:
            given = node.declare_parameter(name, value, descriptor).value
        else:
            node.declare_parameter(name, _value(_convert(name, given, default)), descriptor, ignore_override=True)
    except ParameterException as error:
        bounds = field.metadata.get("range")
        allowed = f"{bounds[0]} to {bounds[1]}" if bounds else _type_name(default)
        raise ParameterError(f"{name} is {given if given is not None else str(error)!r}; allowed: {allowed}") from error
    converted = _convert(name, given, default)
    choices = field.metadata.get("choices")
    if choices is not None and converted not in choices:
        raise ParameterError(f"{name} is {converted!r}; allowed: {', '.join(map(str, choices))}")
    return converted


def _descriptor(default: Any, field: Field[Any], documentation: str) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(description=documentation, read_only=True)
    choices = field.metadata.get("choices")
    if choices is not None:
        descriptor.additional_constraints = f"one of: {', '.join(map(str, choices))}"
    bounds = field.metadata.get("range")
    if bounds is not None and isinstance(default, float):
        descriptor.floating_point_range = [FloatingPointRange(from_value=float(bounds[0]), to_value=float(bounds[1]))]
    elif bounds is not None:
        descriptor.integer_range = [IntegerRange(from_value=bounds[0], to_value=bounds[1], step=1)]
    return descriptor


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _convert(name: str, value: Any, default: Any) -> Any:
    """Return a value in the type of the default; whole numbers pass for decimal ones."""
    if isinstance(default, tuple):
        if not isinstance(value, str | bytes) and hasattr(value, "__len__") and len(value) == len(default):
            return tuple(_convert(name, item, like) for item, like in zip(value, default, strict=True))
    elif isinstance(default, bool) or isinstance(value, bool):
        if isinstance(default, bool) and isinstance(value, bool):
            return value
    elif isinstance(default, float):
        if isinstance(value, int | float):
            return float(value)
    elif isinstance(value, type(default)):
        return value
    raise ParameterError(f"{name} is {value!r}; allowed: {_type_name(default)}")


def _type_name(default: Any) -> str:
    if isinstance(default, tuple):
        return f"a list of {len(default)}, each {_type_name(default[0])}"
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    return names[type(default)]


def _documentation(cls: type) -> dict[str, str]:
    """Return the text below each field in the source of a class; empty where there is no source."""
    try:
        source = textwrap.dedent(inspect.getsource(cls))
    except OSError:
        return {}
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for above, below in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(above, ast.AnnAssign)
            and isinstance(above.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[above.target.id] = inspect.cleandoc(below.value.value)
    return found
