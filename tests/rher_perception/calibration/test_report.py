# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What people read during a calibration and after it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_perception.calibration.hand_eye import HandEyeResult
from rher_perception.calibration.report import method_table, progress_line, result_lines
from rher_perception.calibration.samples import Residuals, Setup
from rher_perception.geometry import Pose


@pytest.fixture
def result() -> HandEyeResult:
    return HandEyeResult(
        setup=Setup.EYE_TO_HAND,
        camera=Pose(np.eye(3), np.array([1.2, 0.0, 0.8])),
        target=Pose.identity(),
        method="park",
        held_out=Residuals(np.full(3, 0.001), np.full(3, 0.002)),
        by_method={"tsai": (0.002, math.radians(0.2)), "park": (0.001, math.radians(0.1))},
        used=(0, 1, 3),
        left_out=(2,),
    )


def test_progress_is_one_line() -> None:
    assert progress_line(12, 20, ("rotate more about x of the tool",), 80.0) == (
        "12/20 poses, rotate more about x of the tool, 1:20 left"
    )
    assert progress_line(1, 20, (), None) == "1/20 poses"


def test_the_methods_are_ranked_and_the_one_taken_is_marked(result: HandEyeResult) -> None:
    _, first, second = method_table(result).splitlines()
    assert first.split() == ["park", "1.00", "mm", "0.100", "deg", "<-", "taken"]
    assert second.split() == ["tsai", "2.00", "mm", "0.200", "deg"]


def test_the_result_names_frames_and_outliers_as_people_count(result: HandEyeResult) -> None:
    text = result_lines(result, "base_link", "lens")
    assert "lens in base_link (stands still): (1.2000, 0.0000, 0.8000) m" in text
    assert "from 3 poses, without 3" in text
