# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Normalise, perform and type substitutions."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import yaml

from .some_substitutions_type import SomeSubstitutionsType
from .substitution import Substitution
from .text_substitution import TextSubstitution

if TYPE_CHECKING:
    from .launch_context import LaunchContext

_SCALARS = (bool, int, float, str)


def normalize_to_list_of_substitutions(subs: SomeSubstitutionsType) -> list[Substitution]:
    """Return ``subs`` as a list of substitutions; plain strings become TextSubstitution.

    Raises:
        TypeError: An item is neither a string nor a substitution.
    """
    items: Iterable[Any] = (subs,) if isinstance(subs, (str, Substitution)) else subs
    normalized: list[Substitution] = []
    for item in items:
        if isinstance(item, str):
            normalized.append(TextSubstitution(text=item))
        elif isinstance(item, Substitution):
            normalized.append(item)
        else:
            raise TypeError(f"expected a string or a substitution, got {item!r} of type {type(item).__name__}")
    return normalized


def perform_substitutions(context: LaunchContext, subs: Iterable[Substitution]) -> str:
    """Return the performed substitutions, concatenated."""
    return "".join(context.perform_substitution(sub) for sub in subs)


def describe_substitutions(subs: Iterable[Substitution]) -> str:
    """Return the descriptions of ``subs``, joined by a plus sign."""
    return " + ".join(sub.describe() for sub in subs)


def is_substitution(value: Any) -> bool:
    """Return whether ``value`` is a substitution or an iterable of strings with at least one substitution."""
    if isinstance(value, Substitution):
        return True
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return False
    items = list(value)
    return all(isinstance(item, (Substitution, str)) for item in items) and any(
        isinstance(item, Substitution) for item in items
    )


def is_uniform_list(value: Any, scalar: type | None = None) -> bool:
    """Return whether ``value`` is a list whose items all have one scalar type (``scalar`` if given)."""
    if not isinstance(value, (list, tuple)):
        return False
    kind = scalar if scalar is not None else type(value[0]) if value else str
    return kind in _SCALARS and all(isinstance(item, kind) for item in value)


def is_instance_of(value: Any, value_type: Any = None) -> bool:
    """Return whether ``value`` is of ``value_type``: a scalar type, List[scalar type], or None for any of them."""
    if value_type is None:
        return isinstance(value, _SCALARS) or is_uniform_list(value)
    if typing.get_origin(value_type) is list:
        return is_uniform_list(value, typing.get_args(value_type)[0])
    if value_type not in _SCALARS:
        raise ValueError(f"type {value_type!r} is not allowed: bool, int, float, str, or a List of one of them")
    return isinstance(value, value_type)


def coerce_to_type(text: str, value_type: Any = None) -> Any:
    """Return ``text`` as a value of ``value_type``; with None, YAML decides.

    Raises:
        ValueError: The text cannot be read as that type.
    """
    if value_type is str:
        return text
    if value_type in (int, float):
        return value_type(text)
    if value_type is bool and text in ("0", "1"):
        return text == "1"
    try:
        value = yaml.safe_load(text) if text else text
    except yaml.YAMLError as error:
        raise ValueError(f"{text!r} is not valid YAML: {error}") from error
    if not is_instance_of(value, value_type):
        raise ValueError(f"cannot convert {text!r} to {value_type or 'a parameter value'}")
    return value
