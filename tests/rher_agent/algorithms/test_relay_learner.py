# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The learner: deterministic, bounded, and the same after it was saved and loaded."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner, find_device
from rher_agent.modules.networks import squash
from rher_agent.modules.normalizer import Normalizer
from rher_agent.storage.episode import Episode
from rher_agent.storage.hindsight import HindsightConfig
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.registry import make_relay_task
from rher_agent.tasks.stage_rules import Goals, StageRules

TASK = PushTask()
SMALL = LearnerConfig(hidden=16, layers=2, batch_size=32, updates_per_episode=4, device="cpu")
STAGES = (0, 1)


def wandering_episode(seed: int, steps: int = 20) -> Episode:
    """The TCP goes where actions lead it; the cube follows a random walk of its own."""
    rng = np.random.default_rng(seed)
    actions = rng.uniform(-0.7, 0.7, (steps, 2))
    observations = np.zeros((steps + 1, TASK.layout.size))
    observations[1:, 0:2] = 0.025 * np.cumsum(actions, axis=0)
    observations[1:, 3:5] = np.cumsum(rng.normal(0.0, 0.01, (steps, 2)), axis=0)
    observations[:, 15] = 1.0
    return Episode(observations, actions, rng.uniform(-0.2, 0.2, (1, 3)), np.ones(steps, dtype=bool))


class LosingTask(PushTask):
    """A cube that is lost on one half of the table."""

    def are_lost(self, observations: np.ndarray) -> np.ndarray:
        return observations[:, 3] > 0.0


def trained(config: LearnerConfig = SMALL, *, seed: int = 0, episodes: int = 3) -> RelayLearner:
    learner = RelayLearner(TASK, config, seed=seed)
    for index in range(episodes):
        learner.add(wandering_episode(index))
        learner.learn()
    return learner


def bits(learner: RelayLearner) -> dict[str, bytes]:
    arrays, _ = learner.state()
    return {name: array.tobytes() for name, array in arrays.items()}


def acts(learner: RelayLearner, *, averaged: bool = False) -> np.ndarray:
    policy, rules = learner.policy(averaged=averaged), StageRules(TASK)
    rows = wandering_episode(99).observations
    starts, desired = np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1)
    return np.array(
        [
            policy.act(row, rules.goals(row[None], starts, desired, np.array([stage])))
            for row in rows
            for stage in STAGES
        ]
    )


def test_the_same_seed_and_episodes_give_the_same_bits():
    first, second = trained(seed=5), trained(seed=5)
    assert bits(first) == bits(second)
    assert first.state()[1] == second.state()[1]


def test_another_seed_gives_another_learner():
    first, second = bits(trained(seed=5)), bits(trained(seed=6))
    assert all(first[name] != second[name] for name in first if name.startswith(("actor.0.", "critic.")))


OTHER_WAYS = {
    "as published": SMALL,
    "as released": replace(
        SMALL, critics=1, policy_delay=1, batch_stages="in_turn", view="absolute", symmetry=False, target_interval=5
    ),
    "mirrored": replace(SMALL, symmetry=False, mirror=True, policy_delay=3),
    "by energy": replace(SMALL, hindsight=HindsightConfig(priority="energy", loosest_precision=1.0, steps=3)),
    "more critics": replace(SMALL, critics=3, layer_norm=True, normalize=False),
}
"""Settings under which something else has to be remembered."""


@pytest.mark.parametrize("config", OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_a_loaded_learner_goes_on_bit_for_bit(config: LearnerConfig):
    original = trained(config, seed=1)
    arrays, plain = original.state()
    plain = json.loads(json.dumps(plain))
    loaded = RelayLearner(TASK, config, seed=2)
    for index in range(3):
        loaded.add(wandering_episode(index))
    loaded.load_state(arrays, plain)
    assert bits(loaded) == bits(original)
    for index in range(3, 6):
        for learner in (original, loaded):
            learner.add(wandering_episode(index))
        assert original.learn() == loaded.learn()
    assert bits(loaded) == bits(original)
    assert loaded.state()[1] == original.state()[1]
    assert np.array_equal(acts(loaded), acts(original))


def test_a_state_stays_as_it_was_while_the_learner_goes_on():
    learner = trained()
    arrays, _ = learner.state()
    before = {name: array.tobytes() for name, array in arrays.items()}
    learner.learn()
    assert {name: array.tobytes() for name, array in arrays.items()} == before
    assert bits(learner) != before


def test_networks_of_another_shape_are_refused():
    arrays, plain = trained().state()
    other = RelayLearner(TASK, LearnerConfig(hidden=8, layers=2), seed=0)
    with pytest.raises(ValueError, match=r"actor\.0\.weight\.0 is of shape \(\d+, 16\); allowed: \(\d+, 8\)"):
        other.load_state(arrays, plain)


@pytest.mark.parametrize("value", [100.0, -100.0])
def test_targets_are_bounded_whatever_the_target_critic_says(value: float):
    gamma = 0.5
    config = LearnerConfig(
        hidden=16, layers=1, batch_size=32, updates_per_episode=300, learning_rate=0.01, gamma=gamma, target_rate=1e-4
    )
    learner = RelayLearner(TASK, config, seed=0)
    arrays, plain = learner.state()
    for name in ("target_critic.0.bias.1", "target_critic.1.bias.1"):
        arrays[name] = np.full_like(arrays[name], value)
    learner.load_state(arrays, plain)
    learner.add(wandering_episode(0))
    learner.learn()
    metrics = learner.learn()
    bound = 0.0 if value > 0.0 else -1.0 / (1.0 - gamma)
    assert metrics["q_mean"] == pytest.approx(bound, abs=0.1)


def test_a_goal_never_reached_costs_all_that_can_be_lost():
    gamma = 0.8
    config = LearnerConfig(
        hidden=16,
        layers=1,
        batch_size=32,
        updates_per_episode=300,
        learning_rate=0.01,
        gamma=gamma,
        hindsight=HindsightConfig(relabel_share=0.0),
    )
    learner = RelayLearner(TASK, config, seed=0)
    far = wandering_episode(0)
    far.observations[:, 3] += 5.0
    learner.add(Episode(far.observations, far.actions, np.full((1, 3), 9.0), far.usable))
    learner.learn()
    metrics = learner.learn()
    assert metrics["q_mean"] == pytest.approx(-1.0 / (1.0 - gamma), abs=0.2)


def test_metrics_are_finite_and_updates_are_counted():
    learner = RelayLearner(TASK, SMALL, seed=0)
    learner.add(wandering_episode(0))
    metrics = learner.learn()
    assert metrics.keys() == {"critic_loss", "actor_loss", "q_mean", "q_min", "q_max", "unmoved_share"}
    assert all(math.isfinite(value) for value in metrics.values())
    assert metrics["q_min"] <= metrics["q_mean"] <= metrics["q_max"]
    assert learner.updates == SMALL.updates_per_episode
    learner.learn()
    assert learner.updates == 2 * SMALL.updates_per_episode


def test_the_actor_learns_at_every_policy_delay():
    config = LearnerConfig(hidden=16, batch_size=32, updates_per_episode=1, policy_delay=2)
    learner = RelayLearner(TASK, config, seed=0)
    learner.add(wandering_episode(0))
    start = bits(learner)
    assert math.isnan(learner.learn()["actor_loss"])
    assert {
        name for name, value in bits(learner).items() if start.get(name) != value and name.startswith("actor.")
    } == set()
    assert math.isfinite(learner.learn()["actor_loss"])
    assert bits(learner)["actor.0.weight.3"] != start["actor.0.weight.3"]


def test_a_policy_is_frozen():
    learner = trained()
    policy, rules = learner.policy(averaged=False), StageRules(TASK)
    row = wandering_episode(99).observations[5]
    goals = rules.goals(row[None], np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1), np.array([1]))
    before = policy.act(row, goals)
    learner.add(wandering_episode(7))
    learner.learn()
    assert np.array_equal(policy.act(row, goals), before)
    assert not np.array_equal(learner.policy(averaged=False).act(row, goals), before)


def test_the_averaged_policy_lags_behind_the_online_one():
    learner = RelayLearner(TASK, SMALL, seed=0)
    start = acts(learner)
    assert np.array_equal(acts(learner, averaged=True), start)
    learner = trained()
    arrays, _ = learner.state()
    untrained, _ = RelayLearner(TASK, SMALL, seed=0).state()
    for name in (name for name in arrays if name.startswith("actor.")):
        online, average = arrays[name] - untrained[name], arrays["average_" + name] - untrained[name]
        assert 0.0 < np.linalg.norm(average) < 0.5 * np.linalg.norm(online)
    assert not np.array_equal(acts(learner), acts(learner, averaged=True))


def test_what_a_stop_corrupted_is_not_learned_from():
    episode = wandering_episode(0)
    learner = RelayLearner(TASK, SMALL, seed=0)
    learner.add(Episode(episode.observations, episode.actions, episode.desired_goal, np.zeros(20, dtype=bool)))
    before = learner.state()[0]
    assert all(math.isnan(value) for value in learner.learn().values())
    assert learner.updates == 0
    after = learner.state()[0]
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_batches_in_turn_hold_one_stage_each_the_last_first():
    learner = trained(replace(SMALL, batch_stages="in_turn", symmetry=False))
    inputs = learner._draw(4).inputs
    stages = inputs[:, :, -len(STAGES) :].argmax(dim=2)
    assert [stages[index].unique().tolist() for index in range(4)] == [[1], [0], [1], [0]]


def test_a_move_has_three_rows_of_a_batch_for_every_one_of_a_reach():
    inputs = trained()._draw(100).inputs
    assert inputs[:, :, -len(STAGES) :].mean(dim=(0, 1)).tolist() == pytest.approx([0.25, 0.75], abs=0.03)


def test_stages_of_no_weight_are_not_drawn():
    for batch_stages in ("mixed", "in_turn"):
        learner = trained(replace(SMALL, batch_stages=batch_stages, reach_weight=0.0))
        inputs = learner._draw(4).inputs
        assert inputs[:, :, -1].all(), "only the last stage"


@pytest.mark.parametrize("batch_stages", ["mixed", "in_turn"])
@pytest.mark.parametrize(
    ("learned_stages", "mastered", "stages"),
    [
        ("all", 2, {0, 1, 2, 3}),
        ("unmastered", 0, {0, 1, 2, 3}),
        ("unmastered", 2, {2, 3}),
        ("unmastered", 3, {3}),
        ("last", 0, {3}),
    ],
)
def test_batches_hold_the_stages_that_are_to_be_learned(
    batch_stages: str, learned_stages: str, mastered: int, stages: set[int]
):
    task = make_relay_task("double_push")
    config = replace(SMALL, batch_stages=batch_stages, learned_stages=learned_stages, exchange=False)
    learner, rng = RelayLearner(task, config, seed=0), np.random.default_rng(0)
    observations = rng.normal(size=(task.horizon + 1, task.layout.size))
    actions = rng.uniform(-0.5, 0.5, (task.horizon, task.action_size))
    learner.add(Episode(observations, actions, np.zeros((2, 3)), np.ones(task.horizon, dtype=bool)))
    inputs = learner._draw(8, mastered).inputs
    drawn = inputs[:, :, -len(task.stages) :].argmax(dim=2)
    assert set(drawn.unique().tolist()) == stages


def test_target_weights_stay_until_their_interval_is_over():
    learner = RelayLearner(TASK, replace(SMALL, target_interval=2 * SMALL.updates_per_episode), seed=0)
    learner.add(wandering_episode(0))

    def target() -> bytes:
        return bits(learner)["target_critic.0.weight.0"]

    before = target()
    learner.learn()
    assert target() == before
    learner.learn()
    assert target() != before


def test_what_follows_goes_its_share_of_the_way_to_what_it_follows():
    config = replace(SMALL, updates_per_episode=1, policy_delay=1, target_rate=0.2, average_rate=0.03)
    learner = trained(config)
    before, _ = learner.state()
    learner.learn()
    after, _ = learner.state()
    followed = (
        ("target_actor.", "actor.", 0.2),
        ("target_critic.", "critic.", 0.2),
        ("average_actor.", "actor.", 0.03),
    )
    for follower, online, rate in followed:
        names = [name for name in after if name.startswith(follower)]
        assert names
        for name in names:
            old, aim = before[name], after[name.replace(follower, online)]
            assert not np.array_equal(old, aim)
            np.testing.assert_allclose(after[name], old + rate * (aim - old), rtol=1e-5, atol=1e-6)


def test_without_bound_targets_may_leave_the_range_of_values():
    learner = trained(replace(SMALL, bound_targets=False))
    learner._target_critic.weights.values.zero_()
    for network in learner._target_critic.weights.layers:
        network[-1][1].fill_(7.0)
    batches = learner._draw(1)
    loss, values = learner._criticise(replace(batches, rewards=torch.zeros_like(batches.rewards)), 0)
    assert loss == pytest.approx(float(((values - learner.config.gamma * 7.0) ** 2).mean()), rel=1e-4)


@pytest.mark.parametrize(("value", "target"), [(7.0, 0.0), (-1000.0, -1.0 / (1.0 - SMALL.gamma)), (-10.0, None)])
def test_a_bounded_target_is_the_plain_one_or_the_bound(value: float, target: float | None):
    learner = trained()
    learner._target_critic.weights.values.zero_()
    for network in learner._target_critic.weights.layers:
        network[-1][1].fill_(value)
    batches = learner._draw(1)
    expected = target if target is not None else -1.0 + SMALL.gamma * value
    loss, values = learner._criticise(replace(batches, rewards=torch.full_like(batches.rewards, -1.0)), 0)
    assert loss == pytest.approx(float(((values - expected) ** 2).mean()), rel=1e-4)


@pytest.mark.parametrize("config", [replace(SMALL, symmetry=False), SMALL], ids=["as it is", "canonical view"])
def test_what_a_stage_does_not_see_is_exactly_zero_after_normalising(config: LearnerConfig):
    learner = trained(config)
    assert learner.state()[0]["normalizer.total"].any()
    batches = learner._draw(4)
    inputs, next_inputs = batches.inputs, batches.next_inputs
    tags = inputs[:, :, -len(STAGES) :]
    assert torch.equal(tags, next_inputs[:, :, -len(STAGES) :]), "a row is of one stage, before the step and after"
    slots = learner.encoder.ahead
    for stage in STAGES:
        for rows in (inputs[tags[:, :, stage] == 1.0], next_inputs[tags[:, :, stage] == 1.0]):
            own, other = slots[stage], slots[1 - stage]
            assert len(rows) > 0
            assert rows[:, own : own + 3].any()
            assert not rows[:, other : other + 3].any()


RAW_ZERO = replace(SMALL, masked="raw_zero", symmetry=False)


def test_where_slots_are_masked_before_normalising_what_a_stage_does_not_see_is_what_zero_is_scaled_to():
    learner = trained(RAW_ZERO)
    batches = learner._draw(4)
    inputs, next_inputs = batches.inputs, batches.next_inputs
    zero = torch.from_numpy(learner._drawer.normalizer.normalize(np.zeros((1, learner.encoder.size), np.float32))[0])
    for stage in STAGES:
        slot = slice(learner.encoder.ahead[1 - stage], learner.encoder.ahead[1 - stage] + 3)
        assert zero[slot].any()
        for rows in (inputs, next_inputs):
            hidden = rows[rows[:, :, stage - len(STAGES)] == 1.0][:, slot]
            assert len(hidden) > 0
            assert torch.equal(hidden, zero[slot].expand_as(hidden))


@pytest.mark.parametrize("stage", STAGES)
def test_where_slots_are_masked_before_normalising_a_policy_acts_as_its_actor(stage: int):
    learner, rules = trained(RAW_ZERO), StageRules(TASK)
    policy = learner.policy(averaged=False)
    rows = wandering_episode(99).observations
    starts, desired = np.zeros((len(rows), 1, 3)), np.full((len(rows), 1, 3), 0.1)
    goals = rules.goals(rows, starts, desired, np.full(len(rows), stage))
    features = learner.encoder.features(rows, goals)
    other = learner.encoder.ahead[1 - stage]
    features[:, other : other + 3] = 0.0
    tags = np.eye(len(STAGES), dtype=np.float32)[goals.stages]
    inputs = np.concatenate((learner._drawer.normalizer.normalize(features), tags), axis=1)
    expected = learner._actor.forward(torch.from_numpy(inputs), keep=False).numpy()
    for index, action in enumerate(expected):
        goal = Goals(goals.stages[[index]], goals.reach[[index]], goals.objects[[index]])
        assert policy.act(rows[index], goal) == pytest.approx(action, abs=1e-5)


def test_without_normaliser_features_stay_as_they_are():
    learner = trained(replace(SMALL, normalize=False))
    assert learner.state()[1]["normalizer_count"] == 0.0
    rows = np.array([[7.0, -100.0, 0.25]], dtype=np.float32)
    np.testing.assert_array_equal(Normalizer(3, epsilon=0.01, clip=5.0).normalize(rows), rows)


def test_what_is_lost_is_worth_the_least_without_a_bound_too():
    """A critic far below the bound must not be looked ahead to from where all is lost."""
    learner = RelayLearner(LosingTask(), replace(SMALL, symmetry=False, bound_targets=False), seed=0)
    learner.add(wandering_episode(0))
    batches = learner._draw(4)
    rewards, discounts = batches.rewards, batches.discounts
    lowest = -1.0 / (1.0 - SMALL.gamma)
    lost = torch.isclose(rewards, torch.tensor(lowest))
    assert bool(lost.any())
    assert not discounts[lost].any()
    assert bool((discounts[~lost] > 0.0).all())


def test_joint_gradients_are_those_of_the_critic_before_its_step():
    """After one update from the same start the critics agree, and the actors do not."""
    in_turn, joint = (
        bits(trained(replace(SMALL, gradients=way, policy_delay=1, updates_per_episode=1), episodes=1))
        for way in ("in_turn", "joint")
    )
    assert all(values == joint[name] for name, values in in_turn.items() if "critic" in name)
    # Adam's first step goes by the sign of a gradient alone; what it remembers tells the gradients apart.
    assert in_turn["actor_optimizer.mean"] != joint["actor_optimizer.mean"]


def test_the_averaged_policy_of_full_rate_is_the_online_one():
    learner = trained(replace(SMALL, average_rate=1.0))
    assert np.array_equal(acts(learner, averaged=True), acts(learner))


def test_the_absolute_view_tells_where_on_the_table_and_the_relative_one_does_not():
    rows = wandering_episode(0).observations
    shifted = rows.copy()
    shifted[:, [0, 3]] += 0.1
    goals = Goals(np.ones(len(rows), dtype=np.int64), np.zeros((len(rows), 3)), np.zeros((len(rows), 1, 3)))
    shift = np.array([0.1, 0.0, 0.0])
    moved = Goals(goals.stages, goals.reach + shift, goals.objects + shift)
    for view, same in (("relative", True), ("absolute", False)):
        encoder = trained(replace(SMALL, view=view, symmetry=False), episodes=1).encoder
        assert np.allclose(encoder.features(rows, goals), encoder.features(shifted, moved), atol=1e-6) == same


def test_two_ways_to_use_the_symmetry_at_once_are_refused():
    with pytest.raises(ValueError, match="allowed: the view 'absolute', or symmetry, or mirror"):
        LearnerConfig(mirror=True)
    with pytest.raises(ValueError, match="view is 'absolute' with symmetry True"):
        LearnerConfig(view="absolute")


def test_the_actor_descends_its_loss_and_the_cost_of_its_actions():
    learner = trained(replace(SMALL, action_l2=0.7, layer_norm=True, symmetry=False))
    inputs = learner._draw(1).inputs[0]
    copies = [
        [(weight.clone().requires_grad_(), bias.clone().requires_grad_()) for weight, bias in layers]
        for layers in (learner._actor.weights.layers[0], learner._critic.weights.layers[0])
    ]

    def through(layers: list[tuple[torch.Tensor, torch.Tensor]], x: torch.Tensor, *, layer_norm: bool) -> torch.Tensor:
        for weight, bias in layers[:-1]:
            x = x @ weight + bias
            x = torch.relu(torch.nn.functional.layer_norm(x, x.shape[1:]) if layer_norm else x)
        return x @ layers[-1][0] + layers[-1][1]

    actions = squash(through(copies[0], inputs, layer_norm=False), TASK.action_groups)
    values = through(copies[1], torch.cat((inputs, actions), dim=1), layer_norm=True)
    loss = -values.mean() + 0.7 * actions.square().mean()
    expected = torch.autograd.grad(loss, [part for layer in copies[0] for part in layer])
    assert float(learner._improve(inputs)) == pytest.approx(float(loss.detach()), rel=1e-5)
    found = [part for layer in learner._actor.weights.gradients[0] for part in layer]
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "has_gpu", "kind"), [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu")]
)
def test_a_gpu_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, name: str, has_gpu: bool, kind: str):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    assert find_device(name).type == kind


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="device is 'cuda' and torch finds no GPU; allowed: auto or cpu"):
        find_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_learns_the_same_but_for_rounding():
    # One update: after several, Adam makes a whole step of a rounding of a gradient near zero.
    once = replace(SMALL, updates_per_episode=1, policy_delay=1)
    here, there = (trained(replace(once, device=device), episodes=1) for device in ("cpu", "cuda"))
    for name in ("_actor", "_critic"):
        ours, theirs = (getattr(learner, name).weights.gradient.cpu() for learner in (here, there))
        assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-6)


def test_what_loses_the_object_is_worth_the_least_there_is():
    class LostTask(PushTask):
        def are_lost(self, observations: np.ndarray) -> np.ndarray:
            return np.ones(len(observations), dtype=bool)

    learner = RelayLearner(LostTask(), replace(SMALL, gamma=0.9), seed=0)
    learner.add(wandering_episode(0))
    batches = learner._draw(4)
    inputs, rewards = batches.inputs, batches.rewards
    moves = inputs[:, :, -1] > 0.5
    assert torch.allclose(rewards[moves], torch.tensor(-10.0))
    assert torch.all(rewards[~moves] >= -1.0)
