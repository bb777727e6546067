# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The residuals of samples against their definition, pose by pose."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_perception.calibration.samples import HandEyeSample, Setup, errors_of, residuals
from rher_perception.geometry import Pose, rotation_from_vector, vector_from_rotation

from tests.rher_perception.calibration.cell import CAMERA, TARGET, disturbed, standstills


@pytest.mark.parametrize("setup", list(Setup))
@pytest.mark.parametrize("turn", [0.0, 1e-9, 0.3, math.pi - 1e-5, math.pi])
def test_errors_are_what_is_left_between_both_sides(setup: Setup, turn: float) -> None:
    samples = standstills(6, setup, 1)
    x, z = CAMERA[setup], disturbed(TARGET[setup], np.array([0.0, turn, 0.0]), np.array([0.1, 0.0, -0.2]))
    found = errors_of(samples, setup, x, z)
    for row, sample in zip(found, samples, strict=True):
        off = z.inverse @ sample.chain(setup) @ x @ sample.camera_from_target
        np.testing.assert_allclose(row[:3], off.translation, atol=1e-12)
        np.testing.assert_allclose(rotation_from_vector(row[3:]), off.rotation, atol=1e-7)


def test_exact_samples_leave_nothing_and_small_angles_are_exact() -> None:
    setup = Setup.EYE_IN_HAND
    exact = residuals(standstills(6, setup, 1, noise=0.0), setup, CAMERA[setup], TARGET[setup])
    assert max(exact.rms) < 1e-12
    tiny = np.array([1e-9, -2e-9, 3e-9])
    sample = HandEyeSample(Pose.identity(), Pose(rotation_from_vector(tiny), np.zeros(3)))
    found = errors_of([sample], setup, Pose.identity(), Pose.identity())[0, 3:]
    np.testing.assert_allclose(found, vector_from_rotation(rotation_from_vector(tiny)), rtol=1e-6)
