# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tasks with an opening gripper in MuJoCo: they can be done, and fingers do what is asked of them."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.tasks.drawer import BAR_MIDDLE, FRONT_MIDDLE
from rher_agent.tasks.pick_and_place import PickAndPlaceTask
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.tasks.tabletop import OPENING_STEP
from rher_agent.worlds.world import Step
from rher_sim_bridge.scene.gripper import FINGER_SPEED
from rher_sim_bridge.tasks.registry import build_scene
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld, make_world

from tests.rher_sim_bridge.worlds.solvers import solve

SEEDS = range(8)
TOUCHING = 1e-3
"""Depth to which what lies on something sinks in [m]."""
OPEN = 0.03
"""How far a drawer is pulled before its fingers are asked to go anywhere [m]."""
HELD = 4
"""Steps for which an action is asked for: one that changes at every step leads nowhere."""


@pytest.fixture(scope="module")
def world() -> MujocoWorld:
    return make_world("pick_and_place")


def test_a_script_brings_the_cube_to_every_goal_and_most_to_the_letter(world: MujocoWorld):
    ends = [solve(world, seed) for seed in SEEDS]
    task = world.task
    errors = [np.linalg.norm(end.observation[task.layout.object_positions[0]] - end.desired_goal[0]) for end in ends]
    assert max(errors) <= task.stages[-1].tolerance
    strict = [task.is_strict_success(end.observation, end.desired_goal) for end in ends]
    assert np.mean(strict) >= 0.7
    assert any(end.desired_goal[0][2] > 0.08 for end in ends), "goals in the air are among them"


@pytest.mark.parametrize(
    ("name", "share", "strict"),
    [
        ("push", 1.0, 0.9),
        ("drawer", 1.0, 1.0),
        ("insert", 1.0, 1.0),
        ("obstacle_push", 0.7, 0.7),
        ("double_push", 0.9, 0.9),
        ("stack", 0.7, 0.5),
        ("drawer_box", 1.0, 0.9),
        ("triple_push", 0.6, 0.6),
        ("triple_stack", 0.3, 0.1),
    ],
)
def test_a_script_does_every_task(name: str, share: float, strict: float):
    """It knows little of towers that lean and of cubes in each other's way, so that with three it often fails."""
    world = make_world(name)
    task = world.task
    rules = StageRules(task)
    last = np.array([len(task.stages) - 1])
    ends = [solve(world, seed) for seed in SEEDS]
    done = [rules.done(end.observation[None], Goals(last, np.zeros((1, 3)), end.desired_goal[None]))[0] for end in ends]
    assert np.mean(done) >= share
    assert np.mean([task.is_strict_success(end.observation, end.desired_goal) for end in ends]) >= strict


@pytest.mark.parametrize("name", ["drawer", "drawer_box"])
def test_fingers_begin_off_the_drawer(name: str):
    world = make_world(name)
    for seed in range(20):
        world.reset(seed=seed)
        assert min((contact.dist for contact in world.data.contact[: world.data.ncon]), default=0.0) > -TOUCHING


@pytest.mark.parametrize(("name", "place"), [("drawer", "gap"), ("drawer_box", "gap"), ("drawer_box", "tray")])
def test_wherever_a_policy_asks_to_go_an_open_drawer_does_not_stop_the_arm(name: str, place: str):
    """Two thirds of what is asked for leads towards the arm, against the end of the drawer."""
    world = make_world(name)
    task = world.task
    stopped: list[bool] = []
    tcp, handle = task.layout.tcp_position, task.layout.object_positions[0]

    def is_there(step: Step) -> bool:
        """Tell whether the fingers are low behind the bar, or the front, of a drawer that is open."""
        offset = (step.observation[tcp] - step.observation[handle])[[0, 2]]
        is_open = world.data.joint(task.object_names[0]).qpos[0] > OPEN
        behind = BAR_MIDDLE[0] < offset[0] < FRONT_MIDDLE[0] if place == "gap" else offset[0] > FRONT_MIDDLE[0]
        return bool(is_open and behind and offset[1] < 0.0)

    for seed in range(10):
        step, rng = solve(world, seed, until=is_there), np.random.default_rng(seed)
        assert not step.truncated
        asked = np.zeros(task.action_size)
        while not step.truncated:
            if step.step % HELD == 0 or not asked.any():
                asked = np.clip(rng.normal(size=task.action_size), -1.0, 1.0)
                asked[0] *= np.sign(asked[0]) * rng.choice((-1.0, -1.0, 1.0))
                asked[:3] /= max(1.0, float(np.linalg.norm(asked[:3])))
            step = world.step(task.keep_inside(asked, step.observation))
        stopped.append(step.stopped)
    assert not any(stopped)


def test_nothing_stops_or_hinders_the_arm_on_the_way(world: MujocoWorld):
    step = world.reset(seed=1)
    clipped = 0
    rng = np.random.default_rng(0)
    while not step.truncated:
        action = world.task.keep_inside(np.append(rng.normal(0.0, 0.6, 3), rng.uniform(-1.0, 1.0)), step.observation)
        action[:3] /= max(1.0, float(np.linalg.norm(action[:3])))
        step = world.step(action)
        clipped += step.clipped
    assert not step.stopped
    assert clipped <= 2


def test_fingers_begin_open_close_and_tell_so(world: MujocoWorld):
    step = world.reset(seed=3)
    opening = world.task.layout.scalars.start
    assert step.observation[opening] == pytest.approx(world.task.parameters.stroke)
    for _ in range(10):
        step = world.step(np.array((0.0, 0.0, 0.0, -1.0)))
        assert step.action[3] == -1.0
    assert step.observation[opening] == pytest.approx(0.0, abs=2e-3)


def test_fingers_are_no_faster_than_those_of_a_gripper(world: MujocoWorld):
    opening, period = world.task.layout.scalars.start, world.task.parameters.control_period
    openings = [world.reset(seed=3).observation[opening]]
    for ask in (-1.0, 1.0):
        openings += [world.step(np.array((0.0, 0.0, 0.0, ask))).observation[opening] for _ in range(10)]
    speeds = np.abs(np.diff(openings)) / period
    assert speeds.max() == pytest.approx(2.0 * FINGER_SPEED, rel=0.02)
    assert pytest.approx(2.0 * FINGER_SPEED * period) == OPENING_STEP


def test_the_same_seed_gives_the_same_bits(world: MujocoWorld):
    first, second = solve(world, 5), solve(MujocoWorld(PickAndPlaceTask()), 5)
    np.testing.assert_array_equal(first.observation, second.observation)


def test_a_task_without_a_scene_is_refused():
    class Unknown(PickAndPlaceTask):
        name = "unknown"

    with pytest.raises(ValueError, match="task 'unknown' has no MuJoCo scene; allowed: double_push, drawer"):
        build_scene(Unknown(), None, 0.005)
