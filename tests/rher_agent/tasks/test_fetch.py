# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the entries of a Fetch observation go."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_agent.tasks.fetch import OBJECT_VELOCITY
from rher_agent.tasks.fetch_push import FetchPushTask


def test_every_entry_of_a_fetch_observation_has_its_place():
    """Velocities are per step there and per second here, the cube's relative to the gripper there."""
    task = FetchPushTask()
    gripper, cube, euler = np.array([1.3, 0.7, 0.45]), np.array([1.4, 0.8, 0.425]), np.array([0.2, -0.3, 0.1])
    relative, spin, velocity = np.array([0.001, 0.002, 0.003]), np.array([0.01, 0.02, 0.03]), np.array([0.1, 0.2, 0.3])
    fingers, finger_velocities = np.array([0.04, 0.05]), np.array([-0.005, 0.006])
    parts = (gripper, cube, cube - gripper, fingers, euler, relative, spin, velocity, finger_velocities)
    found, layout = task.encode({"observation": np.concatenate(parts)}), task.layout
    assert found.shape == (layout.size,)
    assert found[layout.tcp_position] == pytest.approx(gripper)
    assert found[layout.object_positions[0]] == pytest.approx(cube)
    assert found[layout.vectors[0]] == pytest.approx(velocity / 0.04)
    assert found[OBJECT_VELOCITY] == pytest.approx((relative + velocity) / 0.04)
    assert found[layout.axial_vectors[0]] == pytest.approx(spin / 0.04)
    assert found[layout.yaws[0]] == pytest.approx((math.cos(4 * 0.1), math.sin(4 * 0.1)))
    assert found[layout.yaws[1]].tolist() == [1.0, 0.0]
    assert found[layout.scalars] == pytest.approx([*fingers, *finger_velocities / 0.04])
