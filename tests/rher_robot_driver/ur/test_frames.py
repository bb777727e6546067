# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""UR's base against base_link, against matrices of transforms3d."""

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.ur.frames import quaternion_from_base, turned, turned_point
from transforms3d.axangles import axangle2mat
from transforms3d.quaternions import quat2mat

HALF_TURN = np.diag((-1.0, -1.0, 1.0))


@pytest.mark.parametrize("seed", range(20))
def test_orientation(seed: int) -> None:
    vector = np.random.default_rng(seed).uniform(-4.0, 4.0, 3)
    expected = HALF_TURN @ axangle2mat(vector, float(np.linalg.norm(vector)))
    quaternion = quaternion_from_base(vector.tolist())
    np.testing.assert_allclose(quat2mat(quaternion), expected, atol=1e-14)
    assert np.linalg.norm(quaternion) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("angle", [0.0, 1e-300, 1e-13, 1e-9])
def test_orientation_of_no_rotation(angle: float) -> None:
    np.testing.assert_allclose(quat2mat(quaternion_from_base((angle, 0.0, 0.0))), HALF_TURN, atol=1e-8)


def test_vectors() -> None:
    assert turned((1.0, 2.0, 3.0, 4.0, 5.0, 6.0)) == (-1.0, -2.0, 3.0, -4.0, -5.0, 6.0)
    assert turned_point((1.0, 2.0, 3.0)) == (-1.0, -2.0, 3.0)
