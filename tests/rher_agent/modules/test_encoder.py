# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the networks see: relative, masked after normalisation, tagged with the stage."""

from __future__ import annotations

import numpy as np
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import Goals

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
