# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Every row of a batch is traced back to its episode, its step and the instant that gave its goal, for every stage.

Each x tells episode and time, each y whose position it is, and nothing is ever twice at the same place.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightConfig, HindsightSampler, Transitions
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.task import RelayTask

from tests.rher_agent import two_cubes

TOLERANCE = 0.05
GAMMA = 0.9
TCP, A, B, DESIRED_A, DESIRED_B = 1.0, 2.0, 3.0, 20.0, 30.0
"""y of the TCP, of the objects and of their desired goals [m]."""
LENGTHS = {0: 6, 1: 3, 2: 4, 3: 1}
"""Steps of the episodes in the order they are added; the buffer holds the last three."""
SPOILT = (1, 1)
"""Episode and step not to be learned from."""
ROWS = 4000
REACH_A, MOVE_A, REACH_B, MOVE_B = range(4)
STAGES = (REACH_A, MOVE_A, REACH_B, MOVE_B)


class TwoCubes(two_cubes.TwoCubes):
    """What storage reads of a task besides."""

    horizon = max(LENGTHS.values())
    control_period = 0.1
    action_size = 2

    def are_lost(self, observations: np.ndarray) -> np.ndarray:
        return np.zeros(len(observations), dtype=bool)


TASK = cast("RelayTask", TwoCubes())


def place(episode: np.ndarray | int, time: np.ndarray | int, whose: float) -> np.ndarray:
    """Return where something is at an instant of an episode, shape (..., 3)."""
    x = 100.0 * np.asarray(episode) + np.asarray(time)
    return np.stack([x, np.full_like(x, whose), np.zeros_like(x)], axis=-1)


def traced_episode(number: int) -> Episode:
    steps = LENGTHS[number]
    time = np.arange(steps + 1)
    usable = np.array([(number, step) != SPOILT for step in range(steps)])
    return Episode(
        observations=np.concatenate([place(number, time, whose) for whose in (TCP, A, B)], axis=1),
        actions=place(number, time[:-1], 0.0)[:, :2],
        desired_goal=np.stack([place(number, 0, DESIRED_A), place(number, 0, DESIRED_B)]),
        usable=usable,
    )


def draw(stage: int, **settings: float) -> tuple[Transitions, np.ndarray, np.ndarray]:
    """Return a batch of one stage, with the episode and the step of each row as its observations tell them."""
    buffer = ReplayBuffer(TASK, capacity=3)
    for number in LENGTHS:
        buffer.add(traced_episode(number))
    config = HindsightConfig(**settings)  # type: ignore[arg-type]  # the keys are the caller's
    sampler = HindsightSampler(TASK, config, gamma=GAMMA)
    batch = sampler.sample(buffer, np.full(ROWS, stage), np.random.default_rng(0))
    episode, step = np.divmod(batch.observations[:, 0].astype(np.int64), 100)
    return batch, episode, step


@pytest.mark.parametrize("stage", STAGES)
def test_a_row_is_one_step_of_one_episode(stage: int):
    batch, episode, step = draw(stage)
    for observations, time in ((batch.observations, step), (batch.next_observations, step + 1)):
        for where, whose in zip((0, 3, 6), (TCP, A, B), strict=True):
            assert np.array_equal(observations[:, where : where + 3], place(episode, time, whose))
    assert np.array_equal(batch.actions, place(episode, step, 0.0)[:, :2])
    assert np.array_equal(batch.goals.stages, np.full(ROWS, stage))
    held = {(number, time) for number in (1, 2, 3) for time in range(LENGTHS[number])} - {SPOILT}
    assert set(zip(episode.tolist(), step.tolist(), strict=True)) == held, "each, the first and last of an episode too"


@pytest.mark.parametrize("stage", STAGES)
def test_a_goal_is_one_later_instant_of_the_same_episode_for_tcp_and_objects_alike(stage: int):
    batch, episode, step = draw(stage, relabel_share=1.0)
    future = batch.goals.reach[:, 0].astype(np.int64) - 100 * episode
    assert np.array_equal(batch.goals.reach, place(episode, future, TCP))
    assert np.array_equal(batch.goals.objects[:, 0], place(episode, future, A))
    assert np.array_equal(batch.goals.objects[:, 1], place(episode, future, B))
    length = np.array([LENGTHS[number] for number in range(len(LENGTHS))])[episode]
    found = set(zip(episode.tolist(), step.tolist(), future.tolist(), strict=True))
    assert found == {
        (e, t, f) for e, t in set(zip(episode, step, strict=True)) for f in range(t + 1, LENGTHS[int(e)] + 1)
    }
    assert np.all(future[step == length - 1] == length[step == length - 1]), "the last step has one future"


@pytest.mark.parametrize("stage", STAGES)
def test_the_reward_is_of_the_instant_after_the_step(stage: int):
    batch, episode, step = draw(stage, relabel_share=1.0)
    future = batch.goals.reach[:, 0].astype(np.int64) - 100 * episode
    assert np.array_equal(batch.rewards, np.where(future == step + 1, 0.0, -1.0))
    assert set(batch.rewards) == {0.0, -1.0}
    assert np.all(batch.discounts == GAMMA)
    last = step == np.array([LENGTHS[int(number)] - 1 for number in episode])
    assert np.all(batch.rewards[last] == 0.0)


@pytest.mark.parametrize("stage", STAGES)
def test_without_hindsight_every_object_has_the_goal_that_its_stage_gives_it(stage: int):
    batch, episode, step = draw(stage, relabel_share=0.0)
    start_b, own = place(episode, 0, B), place(episode, step, A if stage in (REACH_A, MOVE_A) else B)
    assert np.array_equal(batch.goals.reach, own), "where the object to be reached is now"
    assert np.array_equal(batch.goals.objects[:, 0], place(episode, 0, DESIRED_A))
    later = stage in (REACH_A, MOVE_A)
    assert np.array_equal(batch.goals.objects[:, 1], start_b if later else place(episode, 0, DESIRED_B))
    assert np.all(batch.rewards == -1.0)


@pytest.mark.parametrize("stage", STAGES)
def test_a_row_is_relabelled_whole_or_not_at_all(stage: int):
    batch, episode, step = draw(stage, relabel_share=0.5)
    tcp = batch.goals.reach[:, 1] == TCP
    assert np.mean(tcp) == pytest.approx(0.5, abs=0.05)
    assert np.array_equal(batch.goals.objects[:, 0, 1] == A, tcp)
    future = batch.goals.reach[:, 0].astype(np.int64) - 100 * episode
    assert np.array_equal(batch.goals.objects[tcp, 1], place(episode, future, B)[tcp])
    assert np.all(future[tcp] > step[tcp])


@pytest.mark.parametrize(("stage", "moved", "unmoved_share"), [(MOVE_A, A, 0.0), (MOVE_A, B, 1.0), (MOVE_B, B, 0.0)])
def test_whether_anything_moved_is_asked_of_the_object_of_the_stage(stage: int, moved: float, unmoved_share: float):
    episode = traced_episode(1)
    for whose, where in ((A, slice(3, 6)), (B, slice(6, 9))):
        if whose != moved:
            episode.observations[:, where] = place(1, 0, whose)
    buffer = ReplayBuffer(TASK, capacity=1)
    buffer.add(episode)
    sampler = HindsightSampler(TASK, HindsightConfig(), gamma=GAMMA)
    batch = sampler.sample(buffer, np.full(ROWS, stage), np.random.default_rng(0))
    assert batch.unmoved_share == unmoved_share


class DriftingCubes(TwoCubes):
    """With time enough for everything to drift out of the tolerance."""

    horizon = 20


STRIDE = 0.006
"""What TCP and cubes drift along x in one step, all from the same place [m]."""
INSIDE = 4
"""Steps after which everything is still within half the tolerance, but not within it after one more."""


@pytest.mark.parametrize("stage", STAGES)
def test_goals_of_a_move_that_are_met_before_the_step_are_drawn_again_and_no_others(stage: int):
    """With as many rounds as it takes, all later instants that are not met yet are alike, the one just entered too."""
    task, rows = cast("RelayTask", DriftingCubes()), 5 * ROWS
    drift = np.zeros((task.horizon + 1, task.layout.size))
    drift[:, [0, 3, 6]] = STRIDE * np.arange(task.horizon + 1)[:, None]
    buffer = ReplayBuffer(task, capacity=1)
    buffer.add(Episode(drift, np.zeros((task.horizon, 2)), np.zeros((2, 3)), np.ones(task.horizon, dtype=bool)))
    config = HindsightConfig(precision=0.5, relabel_share=1.0, redraw_probability=1.0, redraw_rounds=100)
    sampler = HindsightSampler(task, config, gamma=GAMMA)
    batch = sampler.sample(buffer, np.full(rows, stage), np.random.default_rng(0))
    step, future = (np.rint(x / STRIDE).astype(np.int64) for x in (batch.observations[:, 0], batch.goals.reach[:, 0]))
    ahead, left = future - step, task.horizon - step
    assert ahead.min() == 1
    assert np.all(ahead <= left)
    # Near the end every instant is met.
    met = np.where((left > INSIDE) & (stage in (MOVE_A, MOVE_B)), INSIDE, 0)
    instants = np.arange(1, task.horizon + 1)
    expected = ((instants > met[:, None]) & (instants <= left[:, None])) / (left - met)[:, None]
    share = np.bincount(ahead, minlength=task.horizon + 1)[1:] / rows
    assert share == pytest.approx(expected.mean(axis=0), abs=0.01)


@pytest.mark.parametrize(("early", "weight", "expected"), [(15, 1.0, 0.25), (15, 3.0, 0.5), (18, 4.0, 4.0 / 13.0)])
@pytest.mark.parametrize("stage", STAGES)
def test_stages_are_drawn_more_often_where_their_object_has_to_be_moved(
    stage: int, early: int, weight: float, expected: float
):
    """The first object comes to its goal after the first `early` steps; from there on the second has to be moved."""
    task = cast("RelayTask", DriftingCubes())
    at_goal = np.arange(task.horizon + 1) >= early
    observations = np.zeros((task.horizon + 1, task.layout.size))
    observations[:, 2] = at_goal
    observations[:, task.layout.object_positions[0]] = np.where(at_goal[:, None], 0.0, 1.0)
    buffer = ReplayBuffer(task, capacity=2)
    usable = np.ones(task.horizon, dtype=bool)
    buffer.add(Episode(observations, np.zeros((task.horizon, 2)), np.zeros((2, 3)), usable))
    sampler = HindsightSampler(task, HindsightConfig(at_hand_weight=weight), gamma=GAMMA)
    batch = sampler.sample(buffer, np.resize(STAGES, 5 * ROWS * len(STAGES)), np.random.default_rng(0))
    late = batch.observations[batch.goals.stages == stage, 2].mean()
    if stage in (REACH_B, MOVE_B):
        assert late == pytest.approx(expected, abs=0.02)
    elif weight == 1.0:
        assert late == pytest.approx(1.0 - early / task.horizon, abs=0.02)
    else:
        # No more than half of the rows are drawn for it.
        assert late == pytest.approx((1.0 - early / task.horizon) / 2.0, abs=0.02)


def test_stages_whose_object_never_had_to_be_moved_are_drawn_from_everywhere():
    task = cast("RelayTask", DriftingCubes())
    observations = np.zeros((task.horizon + 1, task.layout.size))
    observations[:, task.layout.object_positions[0]] = 1.0
    observations[:, 2] = np.arange(task.horizon + 1)
    buffer = ReplayBuffer(task, capacity=1)
    usable = np.ones(task.horizon, dtype=bool)
    buffer.add(Episode(observations, np.zeros((task.horizon, 2)), np.zeros((2, 3)), usable))
    sampler = HindsightSampler(task, HindsightConfig(at_hand_weight=100.0), gamma=GAMMA)
    batch = sampler.sample(buffer, np.full(ROWS, MOVE_B), np.random.default_rng(0))
    assert np.unique(batch.observations[:, 2]).tolist() == list(range(task.horizon))
