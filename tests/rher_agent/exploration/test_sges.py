# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Who acts while exploring, and how actions are perturbed."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.exploration.sges import Choice, SelfGuidedExploration
from rher_agent.modules.action_shape import random_action
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.task import Task
from rher_agent.tasks.triple_stack import TripleStackTask

from tests.rher_agent import two_cubes

PUSH_TASK = PushTask()
REACH, PUSH = 0, 1
REACH_A, MOVE_A, REACH_B, MOVE_B = range(4)
DRAWS = 4000
SHARE_ERROR = 0.04
"""Five standard deviations of a share of 0.5 over DRAWS."""


class TwoCubes(two_cubes.TwoCubes):
    """What exploration reads of a task besides."""

    action_size = 2
    action_groups = (slice(0, 2),)
    contact_radius = 0.06
    step_length = 0.025
    objects_alike = False
    horizon = 50


class AlikeCubes(TwoCubes):
    """Of which either may be called the first."""

    objects_alike = True


TWO_CUBES = cast("Task", TwoCubes())
ALIKE_CUBES = cast("Task", AlikeCubes())


def explore(task: Task = PUSH_TASK, *, solo: bool = False, **changes: float | str) -> SelfGuidedExploration:
    """Return exploration in an episode that is the last stage's alone, or not."""
    exploration = SelfGuidedExploration(task, ExplorationConfig(**changes))  # type: ignore[arg-type]  # the keys are the caller's
    rng = np.random.default_rng(0)
    while exploration.begin(rng) != solo:
        pass
    return exploration


def master(exploration: SelfGuidedExploration, stage: int) -> None:
    for _ in range(exploration.config.mastery_window):
        exploration.mastery.record(stage, True)


def guided_share(exploration: SelfGuidedExploration, at_hand: int) -> float:
    rng = np.random.default_rng(1)
    return float(np.mean([exploration.choose(at_hand, rng).guided for _ in range(DRAWS)]))


def push_observation(tcp_distance: float, *, goal_distance: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    observation = np.zeros(PUSH_TASK.layout.size)
    observation[PUSH_TASK.layout.object_positions[0]] = [0.5, 0.1, 0.025]
    observation[PUSH_TASK.layout.tcp_position] = [0.5, 0.1 - tcp_distance, 0.025]
    return observation, np.array([[0.5 + goal_distance, 0.1, 0.025]])


@pytest.mark.parametrize(("share", "expected"), [(0.99, PUSH), (1.01, REACH)])
@pytest.mark.parametrize("goal_distance", [0.0, 0.2])
def test_the_stage_at_hand_of_a_push_is_read_off_the_contact(share: float, expected: int, goal_distance: float):
    observation, goal = push_observation(share * PUSH_TASK.contact_radius, goal_distance=goal_distance)
    assert explore().stage_at_hand(observation, goal) == expected


@pytest.mark.parametrize(
    ("tcp", "a_moved", "b_moved", "expected"),
    [
        ("away", False, False, REACH_A),
        ("at b", False, False, REACH_A),
        ("at a", False, False, MOVE_A),
        ("away", True, False, REACH_B),
        ("at a", True, False, REACH_B),
        ("at b", True, False, MOVE_B),
        ("away", True, True, REACH_B),
        ("at b", True, True, MOVE_B),
        ("at b", False, True, REACH_A),
    ],
)
def test_the_stage_at_hand_is_that_of_the_first_object_not_at_its_goal(
    tcp: str, a_moved: bool, b_moved: bool, expected: int
):
    goal = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    a = goal[0] if a_moved else np.array([0.5, 0.0, 0.0])
    b = goal[1] if b_moved else np.array([0.0, 0.5, 0.0])
    tcp_position = {"away": np.array([3.0, 3.0, 0.0]), "at a": a + 0.03, "at b": b + 0.03}[tcp]
    observation = np.concatenate((tcp_position, a, b))
    assert explore(TWO_CUBES).stage_at_hand(observation, goal) == expected


@pytest.mark.parametrize("probability", [0.0, ExplorationConfig().guide_probability, 1.0])
def test_before_contact_the_guide_has_its_share(probability: float):
    exploration = explore(guide_probability=probability)
    assert guided_share(exploration, REACH) == pytest.approx(probability, abs=SHARE_ERROR)
    rng = np.random.default_rng(2)
    choices = {exploration.choose(REACH, rng) for _ in range(100)}
    assert choices <= {Choice(REACH, guided=True), Choice(PUSH, guided=False)}


def test_after_contact_no_guide_acts_but_to_press():
    assert guided_share(explore(press_probability=0.0), PUSH) == 0.0


def test_the_guide_presses_on_what_it_reached_until_the_push_is_learned():
    exploration = explore()
    probability = exploration.config.press_probability
    assert guided_share(exploration, PUSH) == pytest.approx(probability, abs=SHARE_ERROR)
    rng = np.random.default_rng(2)
    choices = {exploration.choose(PUSH, rng) for _ in range(100)}
    assert choices == {Choice(REACH, guided=True), Choice(PUSH, guided=False)}
    master(exploration, PUSH)
    left = probability * (1.0 - exploration.mastery.success(PUSH))
    assert guided_share(exploration, PUSH) == pytest.approx(left, abs=SHARE_ERROR)


@pytest.mark.parametrize("at_hand", [REACH_A, MOVE_A, REACH_B, MOVE_B])
def test_a_solo_episode_is_the_last_stages_alone(at_hand: int):
    exploration = explore(TWO_CUBES, solo=True)
    rng = np.random.default_rng(3)
    assert {exploration.choose(at_hand, rng) for _ in range(200)} == {Choice(MOVE_B, guided=False)}


def test_solo_episodes_grow_with_the_success_of_the_last_stage():
    def solo_share(exploration: SelfGuidedExploration) -> float:
        rng = np.random.default_rng(4)
        return float(np.mean([exploration.begin(rng) for _ in range(DRAWS)]))

    exploration = explore()
    assert solo_share(exploration) == pytest.approx(exploration.config.least_solo, abs=SHARE_ERROR)
    for success in (True, False, True, True):
        exploration.mastery.record(PUSH, success)
    assert solo_share(exploration) == pytest.approx(3 / 5, abs=SHARE_ERROR)


def test_the_stage_after_the_highest_mastered_learns():
    exploration = explore(TWO_CUBES)
    rng = np.random.default_rng(5)
    master(exploration, REACH_A)
    master(exploration, MOVE_A)
    assert exploration.config.mastery_threshold < exploration.mastery.success(MOVE_A)
    choices = {exploration.choose(REACH_A, rng) for _ in range(100)}
    assert choices == {Choice(MOVE_A, guided=True), Choice(REACH_B, guided=False)}
    master(exploration, REACH_B)
    choices = {exploration.choose(REACH_A, rng) for _ in range(100)}
    assert choices == {Choice(REACH_B, guided=True), Choice(MOVE_B, guided=False)}


@pytest.mark.parametrize(("threshold", "guide"), [(0.8, REACH_A), (0.6, MOVE_A)])
def test_a_stage_is_mastered_from_the_threshold_on(threshold: float, guide: int):
    exploration = explore(TWO_CUBES, mastery_threshold=threshold, guide_probability=1.0)
    master(exploration, REACH_A)
    for episode in range(9):
        exploration.mastery.record(MOVE_A, episode < 7)
    assert exploration.mastery.success(MOVE_A) == 0.7
    assert exploration.choose(REACH_A, np.random.default_rng(5)) == Choice(guide, guided=True)


@pytest.mark.parametrize("mastered", [(), (REACH_A, MOVE_A)])
def test_a_stage_further_on_guides_though_it_is_not_mastered(mastered: tuple[int, ...]):
    exploration = explore(TWO_CUBES)
    for stage in mastered:
        master(exploration, stage)
    rng = np.random.default_rng(5)
    choices = {exploration.choose(REACH_B, rng) for _ in range(100)}
    assert choices == {Choice(REACH_B, guided=True), Choice(MOVE_B, guided=False)}


def test_random_actions_are_held_and_have_their_share():
    exploration = explore(random_probability=0.4, noise=0.0, press_probability=0.0)
    rng = np.random.default_rng(6)
    own = np.zeros(2)
    actions = [tuple(exploration.perturb(own, exploration.choose(PUSH, rng), rng)) for _ in range(20_000)]
    held = [len(list(group)) for action, group in groupby(actions) if action != tuple(own)]
    assert sum(held) / len(actions) == pytest.approx(exploration.config.random_probability, rel=0.1)
    assert np.mean(held) == pytest.approx(exploration.config.random_hold, rel=0.2)


def test_a_held_action_goes_on_whoever_would_act_and_ends_with_the_episode():
    exploration = explore(random_probability=1.0, random_hold=1.0, noise=0.0)
    rng = np.random.default_rng(7)
    learner, own = Choice(PUSH, guided=False), np.zeros(2)
    assert np.any(exploration.perturb(own, learner, rng) != own), "every action is random"

    exploration = explore(random_probability=0.9, random_hold=50.0, guide_probability=1.0, noise=0.0)
    while not np.any((action := exploration.perturb(own, learner, rng)) != own):
        pass
    assert exploration.choose(REACH, rng) == learner
    assert np.array_equal(exploration.perturb(own, learner, rng), action)
    while exploration.begin(rng):
        pass
    assert exploration.choose(REACH, rng).guided
    assert np.array_equal(exploration.perturb(own, Choice(REACH, guided=True), rng), own)


def test_the_guide_is_never_replaced_by_random_actions():
    exploration = explore(random_probability=1.0, random_hold=1.0, noise=0.0)
    rng = np.random.default_rng(8)
    own = np.array([0.3, -0.4])
    for _ in range(200):
        assert np.array_equal(exploration.perturb(own, Choice(REACH, guided=True), rng), own)


@given(st.floats(0.0, 1.0), st.floats(-3.2, 3.2), st.integers(0, 10_000), st.booleans())
def test_a_perturbed_action_stays_in_the_unit_ball(radius: float, angle: float, seed: int, guided: bool):
    exploration, rng = explore(noise=2.0), np.random.default_rng(seed)
    own = radius * np.array([np.cos(angle), np.sin(angle)])
    choice = Choice(REACH if guided else PUSH, guided=guided)
    assert np.linalg.norm(exploration.perturb(own, choice, rng)) <= 1.0 + 1e-12


def test_noise_shrinks_with_success_to_the_least():
    exploration = explore(noise=0.1, random_probability=0.0, mastery_window=1000)
    rng = np.random.default_rng(9)

    def deviation() -> float:
        choice, own = Choice(REACH, guided=True), np.zeros(2)
        return float(np.std([exploration.perturb(own, choice, rng) for _ in range(DRAWS)]))

    config = exploration.config
    assert deviation() == pytest.approx(config.noise, rel=0.05)
    exploration.mastery.record(REACH, True)
    assert deviation() == pytest.approx(config.noise / 2.0, rel=0.05)
    master(exploration, REACH)
    assert 1.0 - exploration.mastery.success(REACH) < config.least_noise
    assert deviation() == pytest.approx(config.least_noise * config.noise, rel=0.05)


def noise_of(exploration: SelfGuidedExploration, stage: int) -> float:
    """Return the standard deviation of what is added to an action of a stage, as a share of the configured one."""
    rng = np.random.default_rng(17)
    still, choice = np.zeros(2), Choice(stage, guided=False)
    added = [exploration.perturb(still, choice, rng) for _ in range(DRAWS // 10)]
    return float(np.std(added)) / exploration.config.noise


@pytest.mark.parametrize("calmest", [1.0, 0.3, 0.0])
def test_every_episode_draws_how_calm_it_is(calmest: float):
    exploration, rng = explore(calmest=calmest, noise=0.1, random_probability=0.0), np.random.default_rng(16)
    shares = []
    for _ in range(40):
        exploration.begin(rng)
        shares.append(noise_of(exploration, PUSH))
        assert noise_of(exploration, PUSH) == shares[-1], "the same all episode"
    assert min(shares) == pytest.approx(calmest, abs=0.1)
    assert max(shares) == pytest.approx(1.0, abs=0.1)
    assert np.mean(shares) == pytest.approx((calmest + 1.0) / 2.0, abs=0.15)


def test_calm_guides_need_calm_episodes():
    with pytest.raises(ValueError, match="calm_guide is True; allowed with a calmest of 1: False"):
        ExplorationConfig(calm_guide=True)


@pytest.mark.parametrize("stage", [REACH_A, MOVE_A, REACH_B])
def test_the_calmer_an_episode_the_less_the_guide_is_interrupted(stage: int):
    rng = np.random.default_rng(20)
    exploration = explore(
        TWO_CUBES,
        calmest=0.0,
        calm_guide=True,
        guide_probability=0.4,
        press_probability=0.0,
        noise=0.1,
        random_probability=0.0,
    )
    for _ in range(8):
        while exploration.begin(rng):
            pass
        guided = np.mean([exploration.choose(stage, rng).guided for _ in range(DRAWS)])
        assert guided == pytest.approx(1.0 - 0.6 * noise_of(exploration, MOVE_B), abs=SHARE_ERROR)


def test_the_guide_of_a_calm_episode_is_interrupted_as_ever_unless_asked():
    rng = np.random.default_rng(20)
    exploration = explore(TWO_CUBES, calmest=0.0, guide_probability=0.4)
    for _ in range(3):
        while exploration.begin(rng):
            pass
        guided = np.mean([exploration.choose(REACH_B, rng).guided for _ in range(DRAWS)])
        assert guided == pytest.approx(0.4, abs=SHARE_ERROR)


@pytest.mark.parametrize(("stage", "share"), [(MOVE_A, 0.5), (MOVE_B, 0.5 / 11.0)])
def test_what_is_counted_in_practice_does_not_end_it(stage: int, share: float):
    exploration = explore(ALIKE_CUBES, shared_mastery=True, practice_probability=0.5)
    master(exploration, stage)
    assert exploration.practice_share == pytest.approx(share)


@pytest.mark.parametrize(("shared", "share"), [(True, 0.5 / 11.0), (False, 0.5)])
def test_practice_falls_with_any_but_the_first_of_alike_moves(shared: bool, share: float):
    task = TripleStackTask()
    exploration = explore(task, shared_mastery=shared, practice_probability=0.5)
    master(exploration, MOVE_B)
    assert exploration.practice_share == pytest.approx(share)


@pytest.mark.parametrize(("shared", "noise"), [(True, (1.0, 0.1, 1.0, 0.1)), (False, (1.0, 0.1, 1.0, 1.0))])
def test_who_can_move_one_of_alike_objects_is_calm_with_the_next(shared: bool, noise: tuple[float, ...]):
    exploration = explore(ALIKE_CUBES, shared_mastery=shared, noise=0.1, random_probability=0.0, least_noise=0.0)
    master(exploration, MOVE_A)
    for stage, share in enumerate(noise):
        assert noise_of(exploration, stage) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(("shared", "pressing"), [(True, 0.0), (False, 1.0)])
def test_who_can_move_one_of_alike_objects_does_not_press_against_the_next(shared: bool, pressing: float):
    rng = np.random.default_rng(19)
    exploration = explore(ALIKE_CUBES, shared_mastery=shared, press_probability=1.0)
    master(exploration, MOVE_A)
    pressed = [exploration.choose(MOVE_B, rng) == Choice(REACH_B, guided=True) for _ in range(DRAWS)]
    assert np.mean(pressed) == pytest.approx(pressing, abs=0.1)


@pytest.mark.parametrize("guide", ["learned", "jsrl"])
def test_in_practice_the_stage_of_the_first_object_moves_what_its_reach_has_found(guide: str):
    rng = np.random.default_rng(18)
    exploration = explore(TWO_CUBES, least_solo=1.0, solo=True, press_probability=1.0, guide=guide)
    master(exploration, REACH_A)
    assert exploration.begin(rng, practice=True) is False
    reaching = [exploration.choose(REACH_A, rng) for _ in range(DRAWS)]
    assert set(reaching) == {Choice(REACH_A, guided=True), Choice(MOVE_A, guided=False)}
    share = np.mean([choice.guided for choice in reaching])
    assert share == pytest.approx(exploration.config.guide_probability, abs=SHARE_ERROR)
    assert {exploration.choose(MOVE_A, rng) for _ in range(20)} == {Choice(MOVE_A, guided=False)}
    exploration.guide_retired = True
    assert {exploration.choose(REACH_A, rng) for _ in range(20)} == {Choice(MOVE_A, guided=False)}
    assert exploration.begin(rng) is True
    assert {exploration.choose(REACH_A, rng) for _ in range(20)} == {Choice(MOVE_B, guided=False)}


def test_random_actions_fill_the_unit_disc_evenly():
    rng = np.random.default_rng(10)
    actions = np.array([random_action(PushTask().action_groups, rng) for _ in range(DRAWS)])
    radius = np.linalg.norm(actions, axis=1)
    assert radius.max() <= 1.0
    for share in (0.25, 0.5, 0.75):
        assert np.mean(radius**2 < share) == pytest.approx(share, abs=SHARE_ERROR)
    assert np.abs(actions.mean(axis=0)).max() < SHARE_ERROR


def test_the_same_generator_gives_the_same_exploration():
    def acts() -> list[float]:
        exploration, rng = explore(), np.random.default_rng(11)
        result = []
        for at_hand in [REACH] * 20 + [PUSH] * 30:
            result += list(exploration.perturb(np.zeros(2), exploration.choose(at_hand, rng), rng))
        return result

    first = acts()
    assert first == acts()
    assert any(a != b for a, b in pairwise(first))


def test_a_p_controller_walks_straight_to_the_object_in_the_guides_place():
    exploration = explore(guide="p_controller")
    observation, _ = push_observation(0.3)
    action = exploration.controlled(observation, Choice(REACH, guided=True))
    assert action == pytest.approx([0.0, 1.0]), "far away it goes as fast as it may"
    near, _ = push_observation(PUSH_TASK.step_length / 2)
    assert exploration.controlled(near, Choice(REACH, guided=True)) == pytest.approx([0.0, 0.5])
    assert exploration.controlled(observation, Choice(PUSH, guided=False)) is None
    assert explore().controlled(observation, Choice(REACH, guided=True)) is None


def test_jsrl_guides_a_first_part_that_shrinks_with_success():
    exploration, rng = explore(guide="jsrl", least_solo=0.0), np.random.default_rng(12)

    def prefix() -> int:
        """Return for how long the guide acts in an episode that has one, and check that it does not come back."""
        while exploration.begin(rng):
            continue
        guided = [exploration.choose(REACH, rng).guided for _ in range(PUSH_TASK.horizon)]
        assert guided == sorted(guided, reverse=True)
        return sum(guided)

    before = [prefix() for _ in range(300)]
    assert np.mean(before) == pytest.approx(PUSH_TASK.horizon / 2, abs=3.0)
    for outcome in (True, False) * (exploration.config.mastery_window // 2):
        exploration.mastery.record(PUSH, outcome)
    share = 1.0 - exploration.mastery.success(PUSH)
    assert 0.5 < share < 0.6
    after = [prefix() for _ in range(300)]
    assert np.mean(after) == pytest.approx(share * PUSH_TASK.horizon / 2, abs=2.0)


def test_without_the_gate_the_guide_is_the_stage_at_hand():
    """With both stages of a first object mastered, the gate lets the last mastered one guide from the start."""
    for gate, guide in ((True, MOVE_A), (False, REACH_A)):
        exploration = explore(TWO_CUBES, relay_gate=gate, guide_probability=1.0)
        for stage in (REACH_A, MOVE_A):
            for _ in range(exploration.config.mastery_window):
                exploration.mastery.record(stage, True)
        assert exploration.choose(REACH_A, np.random.default_rng(3)) == Choice(guide, guided=True)


def test_jsrl_hands_over_at_contact():
    exploration, rng = explore(guide="jsrl", least_solo=0.0), np.random.default_rng(13)
    exploration.begin(rng)
    assert not any(exploration.choose(PUSH, rng).guided for _ in range(PUSH_TASK.horizon))


def test_random_actions_replace_the_guides_too_where_asked_for():
    exploration, rng = explore(random_guide=True, random_probability=1.0, random_hold=1.0), np.random.default_rng(14)
    still = np.zeros(2)
    actions = [exploration.perturb(still, Choice(REACH, guided=True), rng) for _ in range(200)]
    assert np.mean(np.linalg.norm(actions, axis=1) > 0.5) == pytest.approx(0.75, abs=0.15)


def test_the_reached_radius_may_be_changed():
    observation, goal = push_observation(0.04)
    assert explore().stage_at_hand(observation, goal) == PUSH
    assert explore(reached_radius=0.03).stage_at_hand(observation, goal) == REACH


@pytest.mark.parametrize("guide", ["learned", "jsrl"])
def test_a_retired_guide_leaves_everything_to_the_last_stage(guide: str):
    exploration, rng = explore(guide=guide, guide_probability=1.0, press_probability=1.0), np.random.default_rng(15)
    exploration.guide_retired = True
    for _ in range(20):
        exploration.begin(rng)
        assert {exploration.choose(at_hand, rng) for at_hand in (REACH, PUSH)} == {Choice(PUSH, guided=False)}
