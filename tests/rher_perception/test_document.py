# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The documents list every parameter with its true default, and every reason to refuse a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from rher_perception.objects.estimate import Cause
from rher_perception.tracking.frame_guard import FrameVerdict

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENT = DOCUMENTS / "perception.md"
CALIBRATION = DOCUMENTS / "calibration.md"
ROW = re.compile(r"^\| `([\w.]+)` \| ([^|]+) \| .+ \|$", re.MULTILINE)
COUNTED = (FrameVerdict.FRESH, FrameVerdict.REPEATED)
"""Pictures that are answered like any other."""


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(shown(part) for part in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value) or "empty"


def defaults(parameters: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for item in fields(parameters):
        value = getattr(parameters, item.name)
        if is_dataclass(value):
            yield from defaults(value, f"{prefix}{item.name}.")
        else:
            yield prefix + item.name, shown(value)


def test_the_tables_of_parameters_are_complete_and_true() -> None:
    pytest.importorskip("rher_interfaces")
    from rher_perception.camera.settings import CameraSettings
    from rher_perception.ros.camera_publisher import PublisherParameters
    from rher_perception.ros.parameters import PerceptionParameters

    nodes = (PerceptionParameters(), CameraSettings(), PublisherParameters())
    expected = dict(pair for parameters in nodes for pair in defaults(parameters))
    assert dict(ROW.findall(DOCUMENT.read_text())) == expected


def test_the_table_of_the_parameters_of_a_calibration_is_complete_and_true() -> None:
    pytest.importorskip("rher_interfaces")
    from rher_perception.ros.calibration_parameters import CalibrateParameters
    from rher_perception.ros.parameters import PerceptionParameters

    parameters = CalibrateParameters()
    # The document refers to the other one's table for these.
    assert parameters.detection == PerceptionParameters().pipeline.detection
    expected = {name: value for name, value in defaults(parameters) if not name.startswith("detection.")}
    assert dict(ROW.findall(CALIBRATION.read_text())) == expected


def test_every_refusal_is_explained() -> None:
    text = DOCUMENT.read_text()
    for verdict in set(FrameVerdict) - set(COUNTED):
        assert verdict.value in text
    for cause in Cause:
        assert f"\n| {cause.value} | " in text
