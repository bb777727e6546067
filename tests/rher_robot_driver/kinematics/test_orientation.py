# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The rotation vector between two orientations, from the smallest turn to half a turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_robot_driver.kinematics.orientation import orientation_error
from transforms3d.axangles import axangle2mat


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-6, 0.3, 2.0, math.pi - 1e-2, math.pi - 1e-5])
def test_error_is_axis_times_angle(angle: float) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        axis = rng.normal(size=3)
        axis /= np.linalg.norm(axis)
        current = axangle2mat(rng.normal(size=3), rng.uniform(0.0, 3.0))
        target = axangle2mat(axis, angle) @ current
        np.testing.assert_allclose(orientation_error(target, current), angle * axis, rtol=0.0, atol=1e-9)


def test_half_a_turn_is_found() -> None:
    error = orientation_error(np.diag((1.0, -1.0, -1.0)), np.eye(3))
    np.testing.assert_allclose(np.abs(error), (math.pi, 0.0, 0.0), atol=1e-7)
