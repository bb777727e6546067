# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the networks see: relative, masked after normalisation, tagged with the stage."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from rher_agent.modules.absolute_encoder import AbsoluteEncoder
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import Goals
from rher_agent.tasks.task import RelayTask

from tests.rher_agent import two_cubes

TASK = PushTask()
ENCODER = RelayEncoder(TASK)
OBSERVATION = np.arange(17.0)[None]
GOALS = {
    stage: Goals(np.array([stage]), reach=np.array([[7.0, 7.0, 7.0]]), objects=np.array([[[1.0, 2.0, 3.0]]]))
    for stage in (0, 1)
}


def test_features_are_relative():
    features = ENCODER.features(OBSERVATION, GOALS[1])[0]
    assert features.shape == (ENCODER.size,)
    assert features[0] == 2.0  # height of the TCP
    assert features[1:5].tolist() == [3.0, 3.0, 3.0, 5.0]  # cube - TCP, height of the cube
    assert features[5:14].tolist() == list(range(6, 15))  # velocities and executed action
    assert features[14:16].tolist() == [15.0, 16.0]  # yaw
    assert features[16:19].tolist() == [7.0, 6.0, 5.0]  # reach goal - TCP
    assert features[19:22].tolist() == [-2.0, -2.0, -2.0]  # object goal - cube


def test_absolute_horizontal_position_is_hidden():
    shift = np.zeros((1, 17))
    shift[0, [0, 1, 3, 4]] = 0.3
    aside = np.array([0.3, 0.3, 0.0])
    moved = Goals(np.array([1]), GOALS[1].reach + aside, GOALS[1].objects + aside)
    there = ENCODER.features(OBSERVATION + shift, moved)
    assert np.allclose(there, ENCODER.features(OBSERVATION, GOALS[1]), atol=1e-6)


def test_each_stage_sees_only_its_own_slot():
    ones = np.ones((1, ENCODER.size), dtype=np.float32)
    reach = ENCODER.mask_and_tag(ones, np.array([0]))[0]
    push = ENCODER.mask_and_tag(ones, np.array([1]))[0]
    assert reach[16:22].tolist() == [1, 1, 1, 0, 0, 0]
    assert push[16:22].tolist() == [0, 0, 0, 1, 1, 1]
    assert reach[22:].tolist() == [1, 0]
    assert push[22:].tolist() == [0, 1]
    assert ENCODER.input_size == 24


def test_masked_slots_can_be_set_to_what_is_asked_for():
    ones, seven = np.ones((1, ENCODER.size), dtype=np.float32), np.full(ENCODER.size, 7.0, np.float32)
    reach = ENCODER.mask_and_tag(ones, np.array([0]), seven)[0]
    assert reach[16:].tolist() == [1, 1, 1, 7, 7, 7, 1, 0]
    assert (reach[:16] == 1.0).all()


class TwoCubes(two_cubes.TwoCubes):
    """With a velocity besides."""

    layout = ObservationLayout(
        size=12, tcp_position=slice(0, 3), object_positions=(slice(3, 6), slice(6, 9)), vectors=(slice(9, 12),)
    )


@pytest.mark.parametrize(("encoder_type", "slots_at"), [(RelayEncoder, 12), (AbsoluteEncoder, 18)])
@pytest.mark.parametrize(
    ("stage", "reach", "a", "b"),
    [(0, True, False, True), (1, False, True, True), (2, True, True, False), (3, False, True, True)],
)
def test_a_stage_sees_the_goals_that_bind_it_each_in_its_own_slot(
    encoder_type: type[RelayEncoder], slots_at: int, stage: int, reach: bool, a: bool, b: bool
):
    """A reach sees where the TCP and the other cube should be, not where the cube it reaches for should."""
    encoder = encoder_type(cast("RelayTask", TwoCubes()))
    rows = np.arange(1.0, 13.0)[None]
    goals = Goals(np.array([stage]), np.array([[21.0, 22.0, 23.0]]), np.array([[[31.0, 32, 33], [41, 42, 43]]]))
    features = encoder.features(rows, goals)
    assert features.shape == (1, encoder.size)
    seen = encoder.mask_and_tag(features, goals.stages)[0]
    shown = np.array([reach, a, b])[:, None]
    wanted = np.concatenate((goals.reach, goals.objects[0]))
    if encoder_type is RelayEncoder:
        wanted -= rows[0, :9].reshape(3, 3)
    assert np.array_equal(seen[slots_at : slots_at + 9].reshape(3, 3), wanted * shown)
    assert seen[slots_at + 9 :].tolist() == np.eye(4)[stage].tolist()
    assert np.array_equal(seen[:slots_at], features[0, :slots_at]), "nothing else is hidden"
