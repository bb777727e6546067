# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Going back the way the tool came when an object has not been seen for long."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_agent.runners.rollout import rollout
from rher_agent.runners.way_back import way_back
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

TASK = PushTask(PushParameters(keeps_object=True))
SEEN, UNSEEN = 0.05, TASK.look_age + 0.05
TCP = TASK.layout.tcp_position
STEP = TASK.step_length


def at(place: tuple[float, ...], age: float) -> Step:
    """Return a step in which the TCP is at a place of the table."""
    observation = np.zeros(TASK.layout.size)
    observation[TCP] = (*place[:2], TASK.tool_height)
    return Step(episode=0, step=0, observation=observation, desired_goal=np.zeros((1, 3)), action=np.zeros(2), age=age)


def retreat(way: list[tuple[float, ...]], count: int, share: float = 1.0) -> np.ndarray:
    """Go a way, lose the object at its end, and follow way_back so many times; return the places from that end on.

    Args:
        way: Places.
        count: Of steps back.
        share: Of what is asked that the arm does.
    """
    steps = [at(place, SEEN) for place in way[:-1]] + [at(way[-1], UNSEEN)]
    for _ in range(count):
        action = way_back(TASK, steps)
        assert action is not None
        steps.append(at(tuple(steps[-1].observation[TCP][:2] + share * STEP * action), UNSEEN))
    return np.array([step.observation[TCP][:2] for step in steps[len(way) - 1 :]])


def from_the_way(place: np.ndarray, way: np.ndarray) -> float:
    """Return the distance of a place from a way that is straight from each of its places to the next [m]."""
    start, run = way[:-1], np.diff(way, axis=0)
    share = np.clip(((place - start) * run).sum(axis=1) / np.maximum((run * run).sum(axis=1), 1e-12), 0.0, 1.0)
    return float(np.linalg.norm(start + share[:, None] * run - place, axis=1).min())


def test_nothing_happens_while_the_object_is_seen():
    assert way_back(TASK, [at((0.5, 0.0), SEEN)]) is None
    assert way_back(TASK, [at((0.5, 0.0), UNSEEN), at((0.5, 0.1), SEEN)]) is None
    assert way_back(PushTask(), [at((0.5, 0.0), UNSEEN)]) is None


@pytest.mark.parametrize("share", [1.0, 0.7, 0.3])
def test_the_tool_goes_round_the_corner_it_came_round(share):
    corner = [(0.40, 0.0), (0.42, 0.0), (0.44, 0.0), (0.44, 0.02), (0.44, 0.04)]
    places = retreat(corner, 20, share)
    assert max(from_the_way(place, np.array(corner)) for place in places) < 0.4 * STEP
    np.testing.assert_allclose(places[-1], corner[0], atol=2e-3)


def test_time_at_rest_is_not_waited_for_again():
    places = retreat([(0.40, 0.0), (0.43, 0.0), *[(0.45, 0.0)] * 20], 2)
    np.testing.assert_allclose(places[2], (0.45 - 2 * STEP, 0.0), atol=STEP / 4)


def test_where_the_tool_went_to_and_fro_it_does_not_go_again():
    to_and_fro = [(0.40, 0.0), (0.43, 0.0), (0.45, 0.0), *[(0.46, 0.0), (0.45, 0.0)] * 10]
    places = retreat(to_and_fro, 14)
    np.testing.assert_allclose(places[-1], (0.40, 0.0), atol=2e-3)


def test_where_the_episode_began_it_waits():
    places = retreat([(0.40, 0.0), (0.41, 0.0)], 5)
    np.testing.assert_allclose(places[2:], np.full((4, 2), (0.40, 0.0)), atol=1e-9)
    np.testing.assert_array_equal(way_back(TASK, [at((0.5, 0.0), UNSEEN)]), np.zeros(2))


def test_a_tool_that_is_held_goes_on_from_where_it_is():
    """Held in the middle of the way for longer than the rest of it takes."""
    way = [(0.40, 0.0), (0.44, 0.0), (0.44, 0.04), (0.40, 0.04)]
    held = [at(place, SEEN) for place in way[:-1]] + [at(way[-1], UNSEEN)] + [at((0.44, 0.03), UNSEEN)] * 10
    action = way_back(TASK, held)
    assert action is not None
    np.testing.assert_allclose(np.array((0.44, 0.03)) + STEP * action, (0.44, 0.03 - STEP), atol=STEP / 4)


headings = st.lists(st.floats(-3.0, 3.0), min_size=2, max_size=30)


@settings(deadline=None)
@given(headings, st.floats(0.5, 1.0))
def test_the_way_back_keeps_to_the_way_that_was_gone(turns: list[float], share: float):
    strides = 0.8 * STEP * np.array([(np.cos(turn), np.sin(turn)) for turn in turns])
    gone = np.array((0.5, 0.0)) + np.concatenate((np.zeros((1, 2)), np.cumsum(strides, axis=0)))
    places = retreat([tuple(place) for place in gone], 3 * len(turns), share)
    for place in places:
        assert from_the_way(place, gone) <= 0.5 * STEP
    np.testing.assert_allclose(places[-1], gone[0], atol=STEP / 4)


def test_what_the_task_keeps_a_policy_from_does_not_stop_the_way_back():
    """Back is outwards here, past a cube near the edge, which the tool might push out if it went there by itself."""
    place, cube = (0.62, 0.0), (0.655, 0.0, 0.025)
    step = at(place, UNSEEN)
    step.observation[TASK.layout.object_positions[0]] = cube
    back = way_back(TASK, [at((0.66, 0.0), SEEN), at((0.64, 0.0), SEEN), step])
    assert back is not None
    assert back[0] > 0.8
    assert TASK.keep_inside(back, step.observation, step.age)[0] < 0.0


class HiddenWorld(MujocoWorld):
    """Where the cube is not seen from step 6 on."""

    def step(self, action: Vector) -> Step:
        step = super().step(action)
        return step if step.step < 6 else Step(**{**vars(step), "age": UNSEEN})


def test_an_arm_is_led_back_whatever_the_policy_wants():
    with_hidden = HiddenWorld(TASK)
    done = rollout(with_hidden, lambda step: np.array((0.0, 1.0)), seed=3, until=lambda step: step.step == 14)
    across = [step.observation[TCP][1] for step in done.steps]
    assert across[6] > across[0] + 3 * STEP
    assert across[14] == pytest.approx(across[0], abs=STEP)
    assert done.shortened_steps >= 8
    assert not done.episode.usable[6:].any()
