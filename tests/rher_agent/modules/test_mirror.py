# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A mirrored row is the encoding of the mirrored world."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.modules.mirror import Mirror
from rher_agent.tasks.fetch_pick_and_place import FetchPickAndPlaceTask
from rher_agent.tasks.stage_rules import Goals

TASK = FetchPickAndPlaceTask()
LAYOUT = TASK.layout


def mirrored(observation: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return the observation of the world mirrored by a diagonal matrix of signs."""
    result = observation.copy()
    for where in (LAYOUT.tcp_position, *LAYOUT.object_positions, *LAYOUT.vectors):
        result[where] = change @ observation[where]
    for where in LAYOUT.axial_vectors:
        result[where] = np.linalg.det(change) * change @ observation[where]
    for where, symmetry in zip(LAYOUT.yaws, LAYOUT.yaw_symmetries, strict=True):
        yaw = math.atan2(observation[where][1], observation[where][0]) / symmetry
        direction = change[:2, :2] @ [math.cos(yaw), math.sin(yaw)]
        turned = symmetry * math.atan2(direction[1], direction[0])
        result[where] = math.cos(turned), math.sin(turned)
    return result


@pytest.mark.parametrize("signs", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_features_are_those_of_the_mirrored_world(signs: tuple[int, int]):
    rng = np.random.default_rng(0)
    encoder = RelayEncoder(TASK)
    change = np.diag((*signs, 1.0))
    stages = np.array([1])
    for _ in range(10):
        observation, goal = rng.normal(size=LAYOUT.size), rng.normal(size=(1, 1, 3))
        for where in LAYOUT.yaws:
            observation[where] /= np.linalg.norm(observation[where])
        features = encoder.features(observation[None], Goals(stages, goal[:, 0], goal))
        other = encoder.features(mirrored(observation, change)[None], Goals(stages, goal[:, 0] @ change, goal @ change))
        flips = np.array([signs], dtype=np.float32)
        assert np.allclose(Mirror(encoder).features(features, flips), other, atol=1e-5)


def test_all_four_mirrors_are_drawn_and_actions_follow():
    mirror, rng = Mirror(RelayEncoder(TASK)), np.random.default_rng(1)
    signs = mirror.draw(1000, rng)
    drawn, counts = np.unique(signs, axis=0, return_counts=True)
    assert len(drawn) == 4
    assert counts.min() > 180
    actions = rng.normal(size=(1000, 4)).astype(np.float32)
    seen = mirror.actions(actions, signs)
    assert np.array_equal(seen[:, :2], actions[:, :2] * signs)
    assert np.array_equal(seen[:, 2:], actions[:, 2:])
