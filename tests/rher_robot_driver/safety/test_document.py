# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""docs/safety.md lists every parameter of the safety chain with its true default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from rher_robot_driver.ros.parameters import default_safety

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "safety.md"
ROW = re.compile(r"^\| `([\w.]+)` \| ([^|]+) \| .+ \|$", re.MULTILINE)


def defaults(parameters: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for item in fields(parameters):
        value = getattr(parameters, item.name)
        if is_dataclass(value):
            yield from defaults(value, f"{prefix}{item.name}.")
        elif isinstance(value, tuple):
            yield prefix + item.name, "[" + ", ".join(f"{x:g}" for x in value) + "]"
        else:
            yield prefix + item.name, str(value)


def test_the_table_of_parameters_is_complete_and_true():
    assert dict(ROW.findall(DOCUMENT.read_text())) == dict(defaults(default_safety()))
