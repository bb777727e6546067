# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The file of a calibration: kept whole, read strictly, doubted when old or of another camera."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rher_perception.calibration.hand_eye import calibrate
from rher_perception.calibration.record import CalibrationRecord
from rher_perception.calibration.samples import Setup

from tests.rher_perception.calibration.cell import CAMERA, standstills

DATE = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def record() -> CalibrationRecord:
    result = calibrate(standstills(20, Setup.EYE_TO_HAND, 0), Setup.EYE_TO_HAND)
    return CalibrationRecord.of(result, "ur5e", "923322071234", "base_link", "camera_color_optical_frame", DATE)


def test_a_record_is_read_back_as_it_was_written(record: CalibrationRecord, tmp_path: Path) -> None:
    path = tmp_path / "cell" / "camera.yaml"
    record.save(path)
    again = CalibrationRecord.load(path)
    np.testing.assert_allclose(again.transform.translation, record.transform.translation, atol=1e-15)
    np.testing.assert_allclose(again.transform.rotation, record.transform.rotation, atol=1e-12)
    for name in ("date", "setup", "robot", "camera_serial", "parent_frame", "child_frame", "method", "poses_used"):
        assert getattr(again, name) == getattr(record, name)
    assert again.residual_mm == pytest.approx(record.residual_mm, abs=1e-4)
    assert [file.name for file in path.parent.iterdir()] == ["camera.yaml"]


def test_the_record_holds_the_calibration(record: CalibrationRecord) -> None:
    assert np.linalg.norm(record.transform.translation - CAMERA[Setup.EYE_TO_HAND].translation) < 0.003
    assert 0.0 < record.residual_mm < 5.0


def test_nothing_speaks_against_a_fresh_one(record: CalibrationRecord) -> None:
    assert record.warnings(DATE + timedelta(days=1), "923322071234", "ur5e") == ()


@pytest.mark.parametrize(
    ("now", "serial", "robot", "words"),
    [
        (DATE + timedelta(days=31), "923322071234", "ur5e", "31 days old"),
        (DATE - timedelta(hours=1), "923322071234", "ur5e", "in the future"),
        (DATE, "111", "ur5e", "camera 923322071234, this one is 111"),
        (DATE, "923322071234", "ur10e", "robot ur5e, this one is ur10e"),
    ],
)
def test_what_speaks_against_it_is_said(
    record: CalibrationRecord, now: datetime, serial: str, robot: str, words: str
) -> None:
    (warning,) = record.warnings(now, serial, robot)
    assert words in warning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", 2),
        ("date", "2026-11-20T12:00:00"),
        ("date", "yesterday"),
        ("setup", "eye_on_foot"),
        ("robot", ""),
        ("camera_serial", 923322071234),
        ("translation_m", [0.0, 1.0]),
        ("translation_m", [0.0, 1.0, float("nan")]),
        ("quaternion_wxyz", [1.0, 1.0, 0.0, 0.0]),
        ("quaternion_wxyz", ["a", 0.0, 0.0, 0.0]),
        ("poses_used", -1),
        ("residual_mm", float("inf")),
    ],
)
def test_a_spoilt_file_is_refused_with_its_name(
    record: CalibrationRecord, tmp_path: Path, name: str, value: object
) -> None:
    path = tmp_path / "camera.yaml"
    record.save(path)
    content = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**content, name: value}))
    with pytest.raises(ValueError, match=r"camera\.yaml is no calibration"):
        CalibrationRecord.load(path)
    del content[name]
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(ValueError, match=f"'{name}' is missing"):
        CalibrationRecord.load(path)


@given(content=st.binary(max_size=200))
def test_random_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("spoilt") / "camera.yaml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no calibration"):
        CalibrationRecord.load(path)
