# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Turning or mirroring the table changes the action in just that way and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.modules.canonical_frame import CanonicalFrame
from rher_agent.modules.encoder import RelayEncoder
from rher_agent.tasks.fetch_pick_and_place import FetchPickAndPlaceTask
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import StageRules

TASK = PushTask()
RULES = StageRules(TASK)
STAGES = (0, 1)


def situation(rng: np.random.Generator):
    """Return a random observation and goal, positions in metres."""
    observation = rng.normal(0.0, 0.1, TASK.layout.size)
    yaw = rng.uniform(-math.pi, math.pi)
    observation[15:17] = math.cos(4 * yaw), math.sin(4 * yaw)
    return observation, rng.normal(0.0, 0.1, (1, 3))


def moved(observation: np.ndarray, goal: np.ndarray, angle: float, mirror: bool, shift: np.ndarray):
    """The same situation elsewhere on the table: mirrored at the x axis, then turned, then shifted."""
    flip = np.diag((1.0, -1.0 if mirror else 1.0, 1.0))
    turn = np.array(
        [[math.cos(angle), -math.sin(angle), 0.0], [math.sin(angle), math.cos(angle), 0.0], [0.0, 0.0, 1.0]]
    )
    change = turn @ flip
    result = observation.copy()
    for start in range(0, 15, 3):
        result[start : start + 3] = change @ observation[start : start + 3]
    result[0:3] += shift
    result[3:6] += shift
    yaw = math.atan2(observation[16], observation[15]) * (-1.0 if mirror else 1.0) + 4 * angle
    result[15:17] = math.cos(yaw), math.sin(yaw)
    return result, (goal @ change.T) + shift, change


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("mirror", [False, True])
def test_policy_turns_with_the_table(stage: int, mirror: bool):
    rng = np.random.default_rng(3)
    policy = RelayLearner(TASK, LearnerConfig(hidden=16), seed=1).policy(averaged=False)
    for _ in range(20):
        observation, goal = situation(rng)
        shift = np.array([*rng.normal(size=2), 0.0])
        other, other_goal, change = moved(observation, goal, rng.uniform(-3, 3), mirror, shift)
        actions = []
        for seen, wanted in ((observation, goal), (other, other_goal)):
            starts = RULES.object_positions(seen[None])
            actions.append(policy.act(seen, RULES.goals(seen[None], starts, wanted[None], np.array([stage]))))
        assert np.allclose(change[:2, :2] @ actions[0], actions[1], atol=1e-5)


def test_without_symmetry_the_policy_does_not_turn():
    rng = np.random.default_rng(3)
    policy = RelayLearner(TASK, LearnerConfig(hidden=16, symmetry=False), seed=1).policy(averaged=False)
    observation, goal = situation(rng)
    other, other_goal, change = moved(observation, goal, 1.0, False, np.zeros(3))
    stage = np.array([1])
    first = policy.act(observation, RULES.goals(observation[None], goal[None], goal[None], stage))
    second = policy.act(other, RULES.goals(other[None], other_goal[None], other_goal[None], stage))
    assert not np.allclose(change[:2, :2] @ first, second, atol=1e-2)


def test_goal_lies_ahead_and_second_to_the_left():
    encoder = RelayEncoder(TASK)
    frame = CanonicalFrame(encoder)
    rng = np.random.default_rng(0)
    for stage in STAGES:
        observation, goal = situation(rng)
        stages = np.array([stage])
        goals = RULES.goals(observation[None], goal[None], goal[None], stages)
        features = encoder.features(observation[None], goals)
        seen = frame.features(features, frame.find(features, stages))
        assert seen[0, encoder.ahead[stage]] > 0.0
        assert seen[0, encoder.ahead[stage] + 1] == pytest.approx(0.0, abs=1e-6)
        assert seen[0, encoder.side[stage] + 1] >= 0.0


def test_actions_go_there_and_back():
    encoder = RelayEncoder(TASK)
    canonical = CanonicalFrame(encoder)
    rng = np.random.default_rng(0)
    stages = rng.integers(2, size=50)
    features = rng.normal(size=(50, encoder.size)).astype(np.float32)
    frame = canonical.find(features, stages)
    actions = rng.normal(size=(50, 2)).astype(np.float32)
    assert np.allclose(canonical.actions_back(canonical.actions(actions, frame), frame), actions, atol=1e-6)


def test_a_goal_reached_has_no_direction_and_no_nan():
    encoder = RelayEncoder(TASK)
    features = np.zeros((1, encoder.size), dtype=np.float32)
    frame = CanonicalFrame(encoder).find(features, np.array([1]))
    assert frame.ahead[0] == 1.0
    assert not frame.mirrored[0]


FETCH = FetchPickAndPlaceTask()
FETCH_RULES = StageRules(FETCH)


def fetch_moved(observation: np.ndarray, goal: np.ndarray, angle: float, mirror: bool):
    """The same situation mirrored at the x axis and turned, gripper included: spins are axial, yaws have their n."""
    flip = np.diag((1.0, -1.0 if mirror else 1.0, 1.0))
    turn = np.eye(3)
    turn[:2, :2] = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    change = turn @ flip
    layout, result = FETCH.layout, observation.copy()
    for where in (layout.tcp_position, *layout.object_positions, *layout.vectors):
        result[where] = change @ observation[where]
    for where in layout.axial_vectors:
        result[where] = np.linalg.det(change) * change @ observation[where]
    for where, symmetry in zip(layout.yaws, layout.yaw_symmetries, strict=True):
        cosine, sine = observation[where]
        yaw = math.atan2(sine, cosine) * (-1.0 if mirror else 1.0) + symmetry * angle
        result[where] = math.cos(yaw), math.sin(yaw)
    return result, goal @ change.T, change


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("mirror", [False, True])
def test_spins_yaws_and_the_gripper_turn_with_the_world_and_heights_do_not(stage: int, mirror: bool):
    rng = np.random.default_rng(4)
    policy = RelayLearner(FETCH, LearnerConfig(hidden=16), seed=1).policy(averaged=False)
    for _ in range(20):
        observation, goal = rng.normal(0.0, 0.1, FETCH.layout.size), rng.normal(0.0, 0.1, (1, 3))
        for where in FETCH.layout.yaws:
            observation[where] /= np.linalg.norm(observation[where])
        other, other_goal, change = fetch_moved(observation, goal, rng.uniform(-3, 3), mirror)
        actions = []
        for seen, wanted in ((observation, goal), (other, other_goal)):
            starts = FETCH_RULES.object_positions(seen[None])
            goals = FETCH_RULES.goals(seen[None], starts, wanted[None], np.array([stage]))
            actions.append(policy.act(seen, goals))
        assert np.allclose(change @ actions[0][:3], actions[1][:3], atol=1e-5)
        assert actions[0][3] == pytest.approx(actions[1][3], abs=1e-5)
