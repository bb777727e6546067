# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Episodes in the real world: rollouts, training episodes with what they teach about mastery, and evaluations."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.sges import Choice, SelfGuidedExploration
from rher_agent.runners.collector import Collector
from rher_agent.runners.evaluator import evaluate
from rher_agent.runners.rollout import GREATEST_AGE, LAST_AGE, LAST_STEPS, last_seen, must_look, rollout
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.stage_rules import Goals
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld, make_world

REACH, PUSH = 0, 1
SEEDS = range(5)
TCP = PushTask().layout.tcp_position
(CUBE,) = PushTask().layout.object_positions


class Still:
    """A policy that never moves."""

    def act(self, observation: np.ndarray, goals: Goals) -> Vector:
        return np.zeros(2)


class ToTheCube:
    """A policy that reaches well and pushes with what it has."""

    def act(self, observation: np.ndarray, goals: Goals) -> Vector:
        way = (observation[CUBE] - observation[TCP])[:2]
        return way / max(0.1, float(np.linalg.norm(way)))


class StoppingWorld(MujocoWorld):
    """Stops in every tenth step."""

    def step(self, action: Vector) -> Step:
        if self._step == 9:
            self.arm.stop("somebody pressed the button")
        return super().step(action)


class HidingWorld(MujocoWorld):
    """Hides the cube for longer than one learns from, from the end of step 5 to the end of step 7."""

    def step(self, action: Vector) -> Step:
        step = super().step(action)
        return replace(step, age=1.1 * GREATEST_AGE) if 5 <= step.step <= 7 else step


class LosingWorld(MujocoWorld):
    """In which nothing is seen of the cube any more from step 6 on."""

    def step(self, action: Vector) -> Step:
        step = super().step(action)
        return replace(step, age=max(0.0, 0.1 * (step.step - 5)))


@dataclass
class Exploring:
    """A collector and what it changes."""

    exploration: SelfGuidedExploration
    collector: Collector
    choices: list[Choice]


def explore(world, *, solo: bool) -> Exploring:
    """Explore without noise, always or never alone."""
    config = ExplorationConfig(noise=0.0, random_probability=0.0, least_solo=float(solo))
    exploration = SelfGuidedExploration(world.task, config)
    choices: list[Choice] = []
    collector = Collector(world, exploration, np.random.default_rng(0), show_choice=choices.append)
    return Exploring(exploration, collector, choices)


def test_a_rollout_is_the_episode_as_it_is_stored(world):
    result = rollout(world, lambda step: np.array([0.3, -0.2]), seed=4)
    episode = result.episode
    horizon = world.task.horizon
    assert [step.step for step in result.steps] == list(range(horizon + 1))
    assert episode.observations.shape == (horizon + 1, world.task.layout.size)
    assert np.array_equal(episode.observations[-1], result.steps[-1].observation)
    assert np.array_equal(episode.actions, [step.action for step in result.steps[1:]])
    assert episode.usable.all()
    assert not result.stopped
    assert result.step_duration == pytest.approx(world.task.control_period)


def test_a_step_is_as_long_as_the_stamps_say_without_the_first_and_unknown_without_stamps(world):
    stamps = (0, 9_000_000_000, 9_130_000_000, 9_260_000_000)
    whole = rollout(world, lambda step: np.zeros(2), seed=4)
    late = [replace(step, stamp_ns=stamp) for step, stamp in zip(whole.steps, stamps, strict=False)]
    for steps, duration in ((late, 0.13), (late[:2], math.nan), ([replace(s, stamp_ns=0) for s in late], math.nan)):
        result = replace(whole, steps=tuple(steps))
        assert result.step_duration == pytest.approx(duration, nan_ok=True)


def test_a_policy_that_wants_out_is_kept_inside_before_the_safety_chain_has_to(world):
    lower, upper = world.task.tcp_box
    for angle in np.linspace(0.0, 2.0 * math.pi, 8, endpoint=False):
        outward = np.array([math.cos(angle), math.sin(angle)])
        result = rollout(world, lambda step, outward=outward: outward, seed=1)
        tcp = result.episode.observations[:, TCP][:, :2]
        assert result.clipped_steps == 0
        assert result.shortened_steps > 0
        assert np.all((tcp > lower) & (tcp < upper))


def test_a_tool_makes_way_sooner_when_the_end_is_near_and_must_be_judged(world):
    task = PushTask(PushParameters(keeps_object=True))
    step = world.reset(seed=4)
    early, late = (replace(step, step=task.horizon - left) for left in (LAST_STEPS + 1, LAST_STEPS))
    for near, age, looks in (
        (early, 1.1 * LAST_AGE, False),
        (early, 1.1 * task.look_age, True),
        (late, 0.9 * LAST_AGE, False),
        (late, 1.1 * LAST_AGE, True),
    ):
        assert must_look(replace(near, age=age), task) is looks
        assert not must_look(replace(near, age=age), PushTask())


def test_a_stop_ends_the_episode_and_marks_what_it_corrupted():
    result = rollout(StoppingWorld(), lambda step: np.array([0.1, 0.0]), seed=4)
    assert result.stopped
    assert len(result.steps) == 11
    assert result.episode.usable.tolist() == [True] * 9 + [False]


def test_steps_to_and_from_what_was_hidden_for_long_are_not_learned_from_and_end_nothing():
    result = rollout(HidingWorld(), lambda step: np.array([0.1, 0.0]), seed=4)
    assert not result.stopped
    assert np.flatnonzero(~result.episode.usable).tolist() == [4, 5, 6, 7]


def test_a_tool_that_does_not_see_makes_way_whatever_the_policy_wants():
    task = PushTask(PushParameters(keeps_object=True))
    first = LosingWorld(task)
    result = rollout(first, lambda step: np.array((0.0, 1.0)), seed=4)
    late = [index for index, step in enumerate(result.steps) if step.age > task.look_age]
    assert late[0] == 11
    seen = last_seen(result.steps[: late[0] + 1])
    assert seen.step == 5
    offset = (seen.observation[TCP] - seen.observation[CUBE])[:2]
    way = (result.steps[late[0] + 3].observation[TCP] - result.steps[late[0] + 1].observation[TCP])[:2]
    # Clear of the cube it goes aside, across the way from it.
    across = np.array((-offset[1], offset[0])) / np.linalg.norm(offset)
    assert abs(way @ across) > 1.5 * task.step_length
    assert result.shortened_steps >= len(late) - 1


def test_an_end_that_was_not_seen_is_no_success():
    task = PushTask(PushParameters(keeps_object=True))
    world = LosingWorld(task)
    start = world.reset(seed=4)
    at_goal = start.observation[CUBE].copy()

    class AtTheGoal(LosingWorld):
        """Whose goal is where the cube lies."""

        def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
            return super().reset(seed=seed, goal=at_goal[None])

    (episode,) = evaluate(AtTheGoal(task), Still(), [4]).episodes
    assert episode.goal_distance < 0.01
    assert not episode.success
    assert not episode.strict_success
    assert episode.stopped == "what lies on the table was last seen 4.5 s before the end"


def test_a_guided_episode_that_reaches_masters_reaching_only(world):
    exploring = explore(world, solo=False)
    collected = exploring.collector.collect(ToTheCube(), seed=2)
    assert collected.contact
    assert not collected.solo
    assert exploring.exploration.mastery.state() == [[True], []]
    assert 0.0 < collected.guide_share_before < 1.0
    assert 0.0 < collected.guide_share_after < 1.0, "the guide presses"
    assert len(exploring.choices) == world.task.horizon


def test_a_guided_episode_that_reaches_nothing_counts_against_reaching(world):
    exploring = explore(world, solo=False)
    collected = exploring.collector.collect(Still(), seed=2)
    assert not collected.contact
    assert not collected.success
    assert exploring.exploration.mastery.state() == [[False], []]
    assert collected.guide_share_before == np.mean([choice.guided for choice in exploring.choices])
    assert math.isnan(collected.guide_share_after)


def test_a_solo_episode_judges_the_last_stage(world):
    exploring = explore(world, solo=True)
    collected = exploring.collector.collect(ToTheCube(), seed=2)
    assert collected.solo
    assert set(exploring.choices) == {Choice(PUSH, guided=False)}
    assert exploring.exploration.mastery.state() == [[True], [collected.success]]
    assert collected.guide_share_before == collected.guide_share_after == 0.0


def test_a_stopped_episode_says_nothing_about_mastery():
    exploring = explore(StoppingWorld(), solo=True)
    collected = exploring.collector.collect(Still(), seed=2)
    assert collected.rollout.stopped
    assert exploring.exploration.mastery.state() == [[], []]


def test_no_goal_is_met_untouched(world):
    result = evaluate(world, Still(), SEEDS)
    assert [episode.seed for episode in result.episodes] == list(SEEDS)
    assert result.success_rate == result.strict_success_rate == result.clipped_share == result.shortened_share == 0.0
    clearance, slip = world.task.parameters.goal_clearance, 1e-3
    assert all(episode.goal_distance > clearance - slip for episode in result.episodes)


class MetAndStoppingWorld(StoppingWorld):
    """In which the cube lies at its goal from the start."""

    def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
        return super().reset(seed=seed, goal=super().reset(seed=seed).observation[CUBE][None])


def test_a_training_episode_that_was_stopped_is_no_success_wherever_the_object_lies():
    collected = explore(MetAndStoppingWorld(), solo=True).collector.collect(Still(), seed=4)
    assert collected.rollout.stopped
    assert not collected.success and not collected.strict_success


def test_an_evaluation_that_was_stopped_is_no_success_wherever_the_object_lies():
    (stopped,) = evaluate(MetAndStoppingWorld(), Still(), [4]).episodes
    assert stopped.goal_distance < 0.01
    assert stopped.stopped
    assert not stopped.success and not stopped.strict_success


def test_success_is_judged_at_the_last_step(world):
    class Generous(MujocoWorld):
        def reset(self, *, seed: int | None = None, goal: Vector | None = None) -> Step:
            return super().reset(seed=seed, goal=super().reset(seed=seed).observation[CUBE][None])

    generous = Generous()
    begun: list[tuple[int, int]] = []
    still = evaluate(generous, Still(), SEEDS, begin=lambda goal, met: begun.append((goal, met)))
    assert begun == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]
    assert still.success_rate == still.strict_success_rate == 1.0
    pushed = evaluate(generous, ToTheCube(), SEEDS)
    assert pushed.success_rate < 1.0, "what is pushed off its goal is no success"


def test_the_same_seeds_give_the_same_evaluation(world):
    first, second = (evaluate(world, ToTheCube(), [8, 9]) for _ in range(2))
    assert first.episodes[0].goal_distance != first.episodes[1].goal_distance
    for one, other in zip(first.episodes, second.episodes, strict=True):
        assert one.goal_distance == other.goal_distance


class Noting(ToTheCube):
    """Notes which stage it is asked for, and whether the cube was reached."""

    def __init__(self, world: MujocoWorld) -> None:
        self._world = world
        self.asked: list[tuple[int, bool]] = []

    def act(self, observation: np.ndarray, goals: Goals) -> Vector:
        reached = np.linalg.norm(observation[TCP] - observation[CUBE]) <= self._world.task.contact_radius
        self.asked.append((int(goals.stages[0]), bool(reached)))
        return super().act(observation, goals)


def test_an_evaluation_may_be_guided_until_the_object_is_reached(world: MujocoWorld):
    for guide, allowed in ((0.0, {PUSH}), (1.0, {REACH}), (0.5, {REACH, PUSH})):
        policy = Noting(world)
        evaluate(world, policy, SEEDS, guide=guide)  # type: ignore[arg-type]  # acts like a policy
        assert {stage for stage, reached in policy.asked if not reached} == allowed
        assert {stage for stage, reached in policy.asked if reached} == {PUSH}


def test_a_training_episode_ends_where_the_object_is_lost(world: MujocoWorld):
    class CliffTask(PushTask):
        """The cube is lost once it was touched."""

        def are_lost(self, observations: np.ndarray) -> np.ndarray:
            return np.linalg.norm(observations[:, CUBE] - observations[:, TCP], axis=1) < world.task.contact_radius

    for end_when_lost in (True, False):
        config = ExplorationConfig(end_when_lost=end_when_lost, random_probability=0.0, noise=0.0)
        cliff = MujocoWorld(CliffTask())
        rng = np.random.default_rng(0)
        collector = Collector(cliff, SelfGuidedExploration(cliff.task, config), rng, show_choice=lambda _: None)
        steps = collector.collect(ToTheCube(), seed=0).rollout.steps  # type: ignore[arg-type]  # acts like a policy
        assert (steps[-1].step < cliff.task.horizon) == end_when_lost
        lost = [bool(cliff.task.are_lost(step.observation[None])[0]) for step in steps]
        assert not any(lost[1:-1]) or not end_when_lost
        assert any(lost)


def test_an_episode_may_end_on_success(world):
    class HereTask(PushTask):
        def sample_goal(self, rng: np.random.Generator, object_positions: Vector) -> Vector:
            return object_positions

    for end_on_success in (True, False):
        config = ExplorationConfig(end_on_success=end_on_success, random_probability=0.0, noise=0.0)
        here = MujocoWorld(HereTask())
        rng = np.random.default_rng(0)
        collector = Collector(here, SelfGuidedExploration(here.task, config), rng, show_choice=lambda _: None)
        episode = collector.collect(Still(), seed=0)
        assert episode.success
        assert episode.rollout.steps[-1].step == (1 if end_on_success else here.task.horizon)


@pytest.mark.parametrize(("name", "learned"), [("push", (0.0, 0.0)), ("drawer", (0.0, 0.0, -1.0))])
def test_a_task_says_whether_what_was_asked_or_what_was_executed_is_learned(name, learned):
    """Towards the face of its box until the tool rests there."""
    asked = np.array((1.0, 0.0)) if name == "push" else np.array((0.0, 0.0, -1.0))
    result = rollout(make_world(name), lambda step: asked, seed=2)
    np.testing.assert_allclose(result.steps[-1].action, np.zeros(len(asked)), atol=1e-6)
    np.testing.assert_allclose(result.episode.actions[-1], learned, atol=1e-6)
