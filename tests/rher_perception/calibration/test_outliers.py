# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Outliers that show before anything is solved."""

from __future__ import annotations

import numpy as np
import pytest
from rher_perception.calibration.outliers import screw_outliers
from rher_perception.calibration.samples import HandEyeSample, Setup

from tests.rher_perception.calibration.cell import disturbed, standstills


@pytest.mark.parametrize("setup", list(Setup))
def test_a_clean_set_has_none(setup: Setup) -> None:
    assert screw_outliers(standstills(20, setup, 4), setup) == []


@pytest.mark.parametrize("setup", list(Setup))
def test_a_pose_that_was_turned_is_found(setup: Setup) -> None:
    samples = standstills(15, setup, 5)
    seen = disturbed(samples[6].camera_from_target, np.array([0.0, 0.15, 0.1]), np.zeros(3))
    samples[6] = HandEyeSample(samples[6].base_from_gripper, seen)
    assert screw_outliers(samples, setup) == [6]
