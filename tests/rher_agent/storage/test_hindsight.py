# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Goals come from the future of the same episode, and rewards from the goals."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightConfig, HindsightSampler
from rher_agent.storage.replay_buffer import ReplayBuffer
from rher_agent.tasks.push import PushTask

TASK = PushTask()
REACH, PUSH = 0, 1
STEP_LENGTH = 0.02
GAMMA = 0.9


def travelling_episode(number: int, steps: int = 20, *, object_moves: bool = True) -> Episode:
    """The TCP travels along x and the cube along y, both telling their time; z tells the episode."""
    observations = np.zeros((steps + 1, TASK.layout.size))
    time = np.arange(steps + 1) * STEP_LENGTH
    observations[:, 0] = time
    observations[:, 2] = number
    observations[:, 4] = time if object_moves else 0.0
    observations[:, 5] = number
    goal = np.array([[9.0, 9.0, number]])
    return Episode(observations, np.zeros((steps, 2)), goal, np.ones(steps, dtype=bool))


def sample(stage: int, config: HindsightConfig, rows: int = 2000, *, object_moves: bool = True):
    buffer = ReplayBuffer(TASK, capacity=4)
    for number in range(3):
        buffer.add(travelling_episode(number, object_moves=object_moves))
    sampler = HindsightSampler(TASK, config, gamma=GAMMA)
    return sampler.sample(buffer, np.full(rows, stage), np.random.default_rng(0))


def test_push_goals_lie_in_the_future_of_the_same_episode():
    batch = sample(PUSH, HindsightConfig(relabel_share=1.0))
    goals = batch.goals.objects[:, 0]
    assert np.array_equal(goals[:, 2], batch.observations[:, 2])
    assert np.all(goals[:, 1] > batch.observations[:, 4] + STEP_LENGTH / 2)
    assert goals[:, 1].max() == pytest.approx(20 * STEP_LENGTH)


def test_reach_goals_are_where_the_tcp_will_be():
    batch = sample(REACH, HindsightConfig(relabel_share=1.0))
    goals = batch.goals.reach
    assert np.array_equal(goals[:, 2], batch.observations[:, 2])
    assert np.all(goals[:, 0] > batch.observations[:, 0] + STEP_LENGTH / 2)


def test_without_relabelling_the_goals_are_those_of_the_episode():
    push = sample(PUSH, HindsightConfig(relabel_share=0.0))
    assert np.all(push.goals.objects[:, 0, 0] == 9.0)
    assert np.all(push.rewards == -1.0)
    reach = sample(REACH, HindsightConfig(relabel_share=0.0))
    assert np.array_equal(reach.goals.reach, reach.observations[:, 3:6])


def test_share_of_relabelled_rows():
    batch = sample(PUSH, HindsightConfig(relabel_share=0.8), rows=5000)
    assert np.mean(batch.goals.objects[:, 0, 0] != 9.0) == pytest.approx(0.8, abs=0.02)


def test_rewards_are_those_of_the_state_after_the_step():
    config = HindsightConfig(relabel_share=1.0, precision=0.5)
    batch = sample(PUSH, config)
    distance = np.linalg.norm(batch.next_observations[:, 3:6] - batch.goals.objects[:, 0], axis=1)
    assert np.array_equal(batch.rewards == 0.0, distance <= 0.5 * TASK.parameters.tolerance)
    assert set(np.unique(batch.rewards)) == {-1.0, 0.0}


def test_redraw_makes_goals_met_already_rare():
    def met(batch) -> float:
        distance = np.linalg.norm(batch.observations[:, 3:6] - batch.goals.objects[:, 0], axis=1)
        return float(np.mean(distance <= 0.5 * TASK.parameters.tolerance))

    kept = sample(PUSH, HindsightConfig(precision=0.5, relabel_share=1.0, redraw_probability=0.0))
    redrawn = sample(PUSH, HindsightConfig(precision=0.5, relabel_share=1.0, redraw_probability=1.0, redraw_rounds=10))
    assert met(redrawn) < 0.7 * met(kept)


def test_tells_how_many_rows_teach_nothing():
    assert sample(PUSH, HindsightConfig()).unmoved_share == 0.0
    assert sample(PUSH, HindsightConfig(), object_moves=False).unmoved_share == 1.0
    assert sample(REACH, HindsightConfig()).unmoved_share == 0.0


def test_an_empty_buffer_is_an_error():
    sampler = HindsightSampler(TASK, HindsightConfig(), gamma=GAMMA)
    with pytest.raises(ValueError, match="no usable transition"):
        sampler.sample(ReplayBuffer(TASK, capacity=1), np.array([PUSH]), np.random.default_rng(0))


def test_settings_out_of_range_are_named():
    with pytest.raises(ValueError, match=r"precision is 1.5; allowed: 0.05 to 1.0"):
        HindsightConfig(precision=1.5)
    with pytest.raises(ValueError, match=r"redraw_rounds is -1; allowed: 0 to 100"):
        HindsightConfig(redraw_rounds=-1)
    with pytest.raises(ValueError, match=r"at_hand_weight is 2.0; allowed with the priority 'energy': 1"):
        HindsightConfig(priority="energy", at_hand_weight=2.0)


def test_by_energy_episodes_with_a_moving_object_are_drawn_and_resting_ones_hardly_ever():
    buffer = ReplayBuffer(TASK, capacity=4)
    buffer.add(travelling_episode(0, object_moves=False))
    moving = travelling_episode(1)
    moving.observations[:, 4] = 5.0 * moving.observations[:, 4] ** 2
    buffer.add(moving)
    for priority, share in (("uniform", 0.5), ("energy", 1.0)):
        sampler = HindsightSampler(TASK, HindsightConfig(priority=priority), gamma=GAMMA)
        batch = sampler.sample(buffer, np.full(2000, PUSH), np.random.default_rng(0))
        assert np.mean(batch.observations[:, 2]) == pytest.approx(share, abs=0.05)


def test_by_energy_a_short_episode_is_drawn_as_often_as_a_long_one_that_took_up_as_much():
    buffer = ReplayBuffer(TASK, capacity=2)
    buffer.add(travelling_episode(0))
    long = travelling_episode(1)
    half = len(long) // 2
    buffer.add(Episode(long.observations[: half + 1], long.actions[:half], long.desired_goal, long.usable[:half]))
    buffer.energies[:] = 1.0
    sampler = HindsightSampler(TASK, HindsightConfig(priority="energy"), gamma=GAMMA)
    batch = sampler.sample(buffer, np.full(4000, PUSH), np.random.default_rng(0))
    assert np.mean(batch.observations[:, 2]) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("steps", [1, 3])
def test_what_leads_to_a_stop_has_lost_all_in_every_stage(steps: int):
    episode = travelling_episode(0)
    episode.usable[-1] = False
    buffer = ReplayBuffer(TASK, capacity=1, learn_stops=True)
    buffer.add(episode)
    sampler = HindsightSampler(TASK, HindsightConfig(stop_is_final=True, steps=steps), gamma=GAMMA)
    for stage in (REACH, PUSH):
        batch = sampler.sample(buffer, np.full(2000, stage), np.random.default_rng(0))
        last = (batch.next_observations == episode.observations[-1]).all(axis=1)
        assert 0 < last.sum() < len(last)
        assert np.array_equal(batch.lost, last)


def test_a_drawn_precision_rewards_the_nearer_the_more_often():
    """Goals lie whole steps of 0.4 tolerances away; of a share drawn from 0.2 to 1, 0.75 are more than 0.4."""
    expectations = {0.0: (1.0, 0.0, 0.0, 0.0), 1.0: (1.0, 0.75, 0.25, 0.0), 2.2: (1.0, 0.9, 0.7, 0.5)}
    for loosest, expected in expectations.items():
        config = HindsightConfig(relabel_share=1.0, precision=0.2, loosest_precision=loosest, redraw_probability=0.0)
        batch = sample(PUSH, config, rows=20_000)
        away = np.linalg.norm(batch.next_observations[:, 3:6] - batch.goals.objects[:, 0], axis=1)
        steps = np.round(away / STEP_LENGTH).astype(int)
        met = [np.mean(batch.rewards[steps == count] == 0.0) for count in range(4)]
        assert met == pytest.approx(expected, abs=0.05)


def test_reach_stages_may_have_a_precision_of_their_own():
    config = HindsightConfig(relabel_share=1.0, precision=0.9, reach_precision=0.3)
    for stage, share in ((REACH, 0.3), (PUSH, 0.9)):
        batch = sample(stage, config)
        goals = batch.goals.reach if stage == REACH else batch.goals.objects[:, 0]
        at = slice(0, 3) if stage == REACH else slice(3, 6)
        away = np.linalg.norm(batch.next_observations[:, at] - goals, axis=1)
        assert np.array_equal(batch.rewards == 0.0, away <= share * TASK.parameters.tolerance)


class CliffTask(PushTask):
    """A cube beyond y = 0.3 has fallen."""

    def are_lost(self, observations: np.ndarray) -> np.ndarray:
        return observations[:, 4] > CLIFF


CLIFF = 0.3


@pytest.mark.parametrize("is_final", [True, False])
def test_a_step_that_loses_the_object_is_told_for_the_stage_that_moves_it(is_final: bool):
    buffer = ReplayBuffer(TASK, capacity=1)
    buffer.add(travelling_episode(0))
    sampler = HindsightSampler(CliffTask(), HindsightConfig(lost_is_final=is_final), gamma=GAMMA)
    rng = np.random.default_rng(0)
    batch = sampler.sample(buffer, np.full(2000, PUSH), rng)
    fallen = batch.next_observations[:, 4] > CLIFF
    assert 0 < fallen.sum() < len(fallen)
    assert np.array_equal(batch.lost, fallen & is_final)
    assert not sampler.sample(buffer, np.full(2000, REACH), rng).lost.any()


def test_rewards_of_several_steps_are_summed_up_to_the_end():
    steps, length = 3, 20
    # Fifteen steps on the cube is 30 cm away, so that goals of the far future are met in none of the three steps.
    batch = sample(PUSH, HindsightConfig(relabel_share=1.0, precision=1.0, redraw_probability=0.0, steps=steps))
    now = np.rint(batch.observations[:, 4] / STEP_LENGTH).astype(int)
    after = np.rint(batch.next_observations[:, 4] / STEP_LENGTH).astype(int)
    assert np.array_equal(after - now, np.minimum(steps, length - now))
    assert np.allclose(batch.discounts, GAMMA ** (after - now))
    goal = batch.goals.objects[:, 0, 1]
    expected = np.zeros(len(now))
    for k in range(1, steps + 1):
        far = np.abs((now + k) * STEP_LENGTH - goal) > TASK.parameters.tolerance
        expected -= np.where((k <= after - now) & far, GAMMA ** (k - 1), 0.0)
    assert np.allclose(batch.rewards, expected)
    assert len(np.unique(np.round(batch.rewards, 6))) >= steps + 1


def test_several_steps_never_lead_over_one_not_to_be_learned_from():
    episode = travelling_episode(0)
    episode.usable[10] = False
    buffer = ReplayBuffer(TASK, capacity=1)
    buffer.add(episode)
    sampler = HindsightSampler(TASK, HindsightConfig(steps=5), gamma=GAMMA)
    batch = sampler.sample(buffer, np.full(2000, PUSH), np.random.default_rng(0))
    now = np.rint(batch.observations[:, 4] / STEP_LENGTH).astype(int)
    after = np.rint(batch.next_observations[:, 4] / STEP_LENGTH).astype(int)
    assert not np.any((now <= 10) & (after > 10))
    assert np.any(after == 10)


def test_a_share_so_small_that_everything_is_astray_is_refused():
    with pytest.raises(ValueError, match=r"astray_precision is 0\.01; allowed: 0, or 0\.05 to 1"):
        HindsightConfig(astray_precision=0.01)
