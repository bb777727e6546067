# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Dataclasses of parameters on a command line, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


def to_json(parameters: Any) -> str:
    """Return a dataclass, with those inside it, as JSON."""
    return json.dumps(asdict(parameters))


def from_json(cls: type[T], text: str) -> T:
    """Return the dataclass that to_json wrote.

    Raises:
        ValueError: The text is no JSON, a name is unknown, or the dataclass refuses a value.
    """
    return _restore(cls, json.loads(text))


def _restore(cls: Any, values: dict[str, Any]) -> Any:
    hints = get_type_hints(cls)
    unknown = set(values) - {item.name for item in fields(cls)}
    if unknown:
        raise ValueError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
    restored = {}
    for name, value in values.items():
        hint = hints[name]
        if is_dataclass(hint):
            restored[name] = _restore(hint, value)
        else:
            restored[name] = tuple(value) if isinstance(value, list) else value
    return cls(**restored)
