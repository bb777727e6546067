# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The gap between a finger and a cube."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_agent.tasks.cube_gap import cube_gap

CUBE = np.array((0.5, 0.1, 0.02))


@pytest.mark.parametrize(
    ("offset", "yaw", "gap"),
    [
        ((0.05, 0.0), 0.0, 0.02),
        ((0.0, -0.05), math.pi / 2.0, 0.02),
        ((0.05, 0.06), 0.0, 0.04),
        ((0.05, 0.0), math.pi / 4.0, 0.04 - 0.02 * math.sqrt(2.0)),
        ((0.015, 0.0), 0.0, -0.015),
    ],
)
def test_it_is_measured_from_side_or_edge_whatever_the_turn(offset: tuple[float, float], yaw: float, gap: float):
    found = cube_gap(CUBE[:2] + offset, CUBE, yaw, edge=0.04, radius=0.01)
    assert found == pytest.approx(gap)
