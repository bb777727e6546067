# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Settings as frozen dataclasses: fields with ranges and choices, checked when made, and their plain form.

The ranges and choices also become those of the ROS parameters.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")


def ranged(default: T, low: float, high: float) -> T:
    """Return a field whose value lies in [low, high]."""
    result: T = field(default=default, metadata={"range": (low, high)})
    return result


def choice(default: str, *allowed: str) -> str:
    """Return a field whose value is one of those allowed."""
    result: str = field(default=default, metadata={"choices": allowed})
    return result


def check(settings: Any) -> None:
    """Check every field of a dataclass against its range or choices; call it in __post_init__.

    Raises:
        ValueError: A value is not allowed; the message names the field, the value and what is allowed.
    """
    for item in fields(settings):
        value = getattr(settings, item.name)
        bounds, allowed = item.metadata.get("range"), item.metadata.get("choices")
        if bounds is not None and not bounds[0] <= value <= bounds[1]:
            raise ValueError(f"{item.name} is {value}; allowed: {bounds[0]} to {bounds[1]}")
        if allowed is not None and value not in allowed:
            raise ValueError(f"{item.name} is '{value}'; allowed: {', '.join(allowed)}")


def from_plain(kind: type[T], values: Mapping[str, Any]) -> T:
    """Make a dataclass, with dataclasses in it, from the plain values that dataclasses.asdict gave.

    Raises:
        ValueError: A value is not allowed.
        TypeError: A name does not exist.
    """
    hints = typing.get_type_hints(kind)
    converted = {
        name: from_plain(hints[name], value) if is_dataclass(hints.get(name)) else value
        for name, value in values.items()
    }
    return kind(**converted)


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested values by dotted name, such as learner.gamma.

    Args:
        values: Of any depth.
        prefix: Before every name.
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return found
