# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The MuJoCo world: the same seed gives the same bits, limits are reported, and a push is a push."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import make_task
from rher_agent.worlds.world import Step, WorldError
from rher_robot_driver.safety.recovery_rules import RecoveryRules
from rher_sim_bridge.scene.gripper import TOOL_BODY
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld, make_world
from rher_sim_bridge.worlds.parameters import SimParameters

DIGEST = f"""
import runpy
here = runpy.run_path({__file__!r})
print(here["digest_of_an_episode"](here["MujocoWorld"]()))
"""


@pytest.fixture
def world() -> MujocoWorld:
    return MujocoWorld()


def toward_cube(step: Step) -> np.ndarray:
    direction = step.observation[3:5] - step.observation[:2]
    return direction / np.linalg.norm(direction)


def digest_of_an_episode(world: MujocoWorld) -> str:
    rng, digest = np.random.default_rng(1), hashlib.sha256()
    step = world.reset(seed=11)
    while not step.truncated:
        digest.update(step.observation.tobytes() + step.action.tobytes() + step.desired_goal.tobytes())
        step = world.step(rng.uniform(-1.0, 1.0, 2) + 0.5)
    return digest.hexdigest()


def test_an_episode_has_the_same_bits_whatever_happened_before_and_in_another_process(world: MujocoWorld) -> None:
    first = digest_of_an_episode(world)
    step = world.reset(seed=12)
    for _ in range(20):
        step = world.step(toward_cube(step))
    world.arm.stop("test")
    world.step(np.zeros(2))
    assert digest_of_an_episode(world) == first
    assert digest_of_an_episode(MujocoWorld()) == first
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.split()[-1] == first


def test_other_seeds_give_other_episodes(world: MujocoWorld) -> None:
    starts = {world.reset(seed=seed).observation.tobytes() for seed in range(20)}
    assert len(starts) == 20


def test_a_goal_given_is_used_and_changes_nothing_else(world: MujocoWorld) -> None:
    goal = np.array([[0.45, 0.05, 0.025]])
    drawn, given = world.reset(seed=3), world.reset(seed=3, goal=goal)
    np.testing.assert_array_equal(given.desired_goal, goal)
    np.testing.assert_array_equal(given.observation, drawn.observation)


@pytest.mark.parametrize("goal", [np.zeros(3), np.full((1, 3), np.nan), np.zeros((2, 3))])
def test_a_goal_of_another_shape_is_refused(world: MujocoWorld, goal: np.ndarray) -> None:
    with pytest.raises(ValueError, match="goal is"):
        world.reset(seed=0, goal=goal)


def test_no_start_solves_its_goal_and_all_keep_their_distances(world: MujocoWorld) -> None:
    p = world.task.parameters
    lower, upper = world.task.tcp_box
    half = p.square / 2.0
    for seed in range(500):
        start = world.reset_state(seed, seed)
        cube, tcp = start.state.objects[0].position, start.state.tcp_position
        assert np.linalg.norm(cube - start.desired_goal[0]) > p.tolerance
        assert np.linalg.norm(cube[:2] - start.desired_goal[0, :2]) >= p.goal_clearance - 1e-9
        assert np.linalg.norm(cube[:2] - tcp[:2]) >= p.tcp_clearance - 1e-9
        assert np.abs(cube[:2] - p.center).max() <= half
        assert np.abs(start.desired_goal[0, :2] - p.center).max() <= half
        assert (lower <= tcp[:2]).all()
        assert (tcp[:2] <= upper).all()
        assert not np.any(start.state.tcp_twist)
        assert not np.any(start.state.objects[0].linear_velocity)


def test_an_untouched_cube_stays_where_it_is(world: MujocoWorld) -> None:
    first = world.reset(seed=0)
    away = -toward_cube(first)
    for k in range(world.task.horizon):
        step = world.step(away if k < 5 else np.zeros(2))
        np.testing.assert_allclose(step.observation[3:6], first.observation[3:6], atol=1e-6)
        np.testing.assert_allclose(step.observation[15:17], first.observation[15:17], atol=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_a_straight_push_moves_the_cube_the_way_of_the_tool(world: MujocoWorld, seed: int) -> None:
    step = first = world.reset(seed=seed)
    direction = toward_cube(first)
    touched = False
    for _ in range(world.task.horizon):
        step = world.step(0.6 * direction)
        if step.clipped or np.linalg.norm(step.observation[3:6] - first.observation[3:6]) > 0.06:
            break
    moved = step.observation[3:5] - first.observation[3:5]
    touched = float(np.linalg.norm(moved)) > 0.05
    assert touched
    assert moved @ direction > 0.85 * np.linalg.norm(moved)


def test_a_pushed_cube_comes_to_rest_on_the_table(world: MujocoWorld) -> None:
    step = first = world.reset(seed=1)
    direction = toward_cube(first)
    while np.linalg.norm(step.observation[3:6] - first.observation[3:6]) < 0.03:
        step = world.step(direction)
    for _ in range(8):
        step = world.step(-direction)
    assert np.linalg.norm(step.observation[9:12]) < 1e-3
    assert step.observation[5] == pytest.approx(first.observation[5], abs=1e-4)


def test_the_cube_pushes_back_on_the_tool(world: MujocoWorld) -> None:
    start = world.reset_state(0, seed=1)
    direction = start.state.objects[0].position - start.state.tcp_position
    direction[2] = 0.0
    direction /= np.linalg.norm(direction)
    assert not np.any(start.state.wrench)
    twist = np.concatenate((0.1 * direction, np.zeros(3)))
    forces = []
    for _ in range(40):
        advanced = world.advance(twist)
        if np.linalg.norm(advanced.state.objects[0].linear_velocity) > 0.02:
            forces.append(float(advanced.state.wrench[:3] @ direction))
    # Coulomb friction of 0.15 kg on the table: 0.45 x 0.15 kg x 9.81 m/s^2 = 0.66 N.
    assert -1.3 < np.mean(forces) < -0.3


def test_the_executed_action_is_the_one_asked_for_while_no_limit_acts(world: MujocoWorld) -> None:
    world.reset(seed=0)
    rng = np.random.default_rng(0)
    for _ in range(5):
        action = rng.uniform(-0.5, 0.5, 2)
        step = world.step(action)
        assert not step.clipped
        assert step.reason == ""
        np.testing.assert_allclose(step.action, action, rtol=1e-12)


def test_an_action_beyond_the_unit_disc_is_scaled_onto_it(world: MujocoWorld) -> None:
    world.reset(seed=0)
    step = world.step(np.array([3.0, 4.0]))
    np.testing.assert_allclose(step.action, [0.6, 0.8])
    assert not step.clipped


def test_the_face_of_the_box_clips_and_what_was_executed_is_told(world: MujocoWorld) -> None:
    _, upper = world.task.tcp_box
    step = world.reset(seed=0)
    clipped = []
    for _ in range(world.task.horizon):
        before = step.observation[:2].copy()
        step = world.step(np.array([0.0, 1.0]))
        assert step.observation[1] <= upper[1] + 1e-4
        if step.clipped:
            clipped.append(step)
            assert step.reason == "box"
            assert 0.0 <= step.action[1] < 1.0
            # The joints trail the command by some 20 ms, 5 mm at full speed.
            executed = step.action * world.task.parameters.v_max * world.task.control_period
            np.testing.assert_allclose(step.observation[:2] - before, executed, atol=6e-3)
    assert clipped
    assert clipped[-1].action[1] == pytest.approx(0.0, abs=1e-3)
    assert clipped[-1].observation[1] == pytest.approx(upper[1], abs=2e-3)
    assert step.truncated
    assert step.step == world.task.horizon


def test_a_stop_ends_the_episode_and_the_next_reset_clears_it(world: MujocoWorld) -> None:
    world.reset(seed=0)
    world.step(np.array([1.0, 0.0]))
    world.arm.stop("test")
    step = world.step(np.array([1.0, 0.0]))
    assert step.stopped
    assert step.truncated
    assert step.reason == "test"
    with pytest.raises(WorldError, match="reset"):
        world.step(np.zeros(2))
    world.reset(seed=0)
    step = world.step(np.array([1.0, 0.0]))
    assert not step.stopped
    assert not step.clipped


def test_what_is_measured_stops_the_simulated_arm_too_as_often_as_it_is_placed_anew(world: MujocoWorld) -> None:
    tool = world.model.body(TOOL_BODY).id
    stops = world.task.horizon // 5
    assert stops > RecoveryRules().max_clears
    for _ in range(stops):
        world.reset(seed=0)
        assert not world.step(np.array([0.5, 0.0])).stopped
        world.data.xfrc_applied[tool, 1] = 250.0
        step = world.step(np.array([0.5, 0.0]))
        assert step.stopped
        assert step.truncated
        assert step.reason in ("force", "measured_box")
    assert world.arm.limit_counts["latch"] == stops


def test_time_counts_periods_and_resets_and_never_jumps_back(world: MujocoWorld) -> None:
    stamps = []
    for episode in range(3):
        stamps.append(world.reset_state(episode, seed=episode).state.stamp_ns)
        stamps.extend(world.advance(np.zeros(6)).state.stamp_ns for _ in range(4))
    periods, resets = np.diff(stamps).tolist(), np.diff(stamps)[4::5].tolist()
    assert resets == [1_500_000_000] * 2
    assert sorted(periods) == [100_000_000] * 12 + resets


@pytest.mark.parametrize("action", [np.array([np.nan, 0.0]), np.array([np.inf, -np.inf]), np.zeros(3)])
def test_an_action_that_is_none_is_refused(world: MujocoWorld, action: np.ndarray) -> None:
    world.reset(seed=0)
    with pytest.raises(ValueError, match="action is"):
        world.step(action)


def test_a_step_before_the_first_reset_is_refused(world: MujocoWorld) -> None:
    with pytest.raises(WorldError, match="reset"):
        world.step(np.zeros(2))


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown task 'juggle'; allowed: double_push"):
        make_world("juggle")


def test_nothing_but_cube_table_and_tip_touch_in_random_play(world: MujocoWorld) -> None:
    rng = np.random.default_rng(0)
    pairs = set()
    for seed in range(10):
        step = world.reset(seed=seed)
        while not step.truncated:
            step = world.step(0.5 * toward_cube(step) + rng.normal(0.0, 0.7, 2))
            for contact in world.data.contact:
                pairs.add(frozenset(world.model.geom(index).name for index in (contact.geom1, contact.geom2)))
    assert pairs == {frozenset(("cube", "table")), frozenset(("cube", "tip"))}


def test_the_camera_sees_the_tag_on_top_of_the_cube(world: MujocoWorld) -> None:
    step = world.reset(seed=2)
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11))
    corners, ids, _ = detector.detectMarkers(world.render(1280, 720))
    world.close()
    assert ids is not None
    center = corners[ids.ravel().tolist().index(0)][0].mean(axis=0)

    camera = world.data.camera("color")
    rotation = camera.xmat.reshape(3, 3)
    ray = (center[0] - 640.0, 360.0 - center[1], -360.0 / np.tan(np.radians(world.model.camera("color").fovy[0] / 2.0)))
    direction = rotation @ np.array(ray)
    top = step.observation[5] + world.task.parameters.cube_size / 2.0
    hit = camera.xpos + direction * (top - camera.xpos[2]) / direction[2]
    np.testing.assert_allclose(hit[:2], step.observation[3:5], atol=3e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_task_that_keeps_its_object_leaves_it_where_the_arm_gets_behind_it(seed):
    task = PushTask(PushParameters(keeps_object=True))
    world, p = MujocoWorld(task), task.parameters
    step = world.reset(seed=seed)
    while not step.truncated:
        step = world.step(task.keep_inside(toward_cube(step), step.observation))
    out = np.abs(step.observation[3:5] - p.center).max()
    assert p.square / 2.0 < out < p.square / 2.0 + 0.03


def test_fingers_are_as_late_as_the_arm():
    delay, task = 2, make_task("pick_and_place")
    late, ideal = MujocoWorld(task, SimParameters(action_delay=delay)), MujocoWorld(task)
    late.reset(seed=0)
    ideal.reset(seed=0)
    actions = [np.array((0.5, 0.0, 0.0, -1.0)), np.array((0.0, 0.5, 0.0, 1.0)), *[np.zeros(4)] * (delay + 2)]
    delayed = [late.step(action).observation for action in actions]
    punctual = [ideal.step(action).observation for action in actions[:-delay]]
    np.testing.assert_allclose(delayed[delay:], punctual, atol=1e-9)
    opening = task.layout.scalars
    assert [float(seen[opening][0]) == task.parameters.stroke for seen in delayed[: delay + 1]] == [True] * delay + [
        False
    ]


@pytest.mark.parametrize("height", [-0.1, 0.05])
def test_a_table_of_another_height_holds_everything_up(height: float):
    task, on_the_floor = PushTask(PushParameters(table_height=height)), PushTask()
    raised, published = MujocoWorld(task).reset(seed=3), MujocoWorld(on_the_floor).reset(seed=3)
    places = (task.layout.tcp_position, *task.layout.object_positions)
    for place in places:
        np.testing.assert_allclose(raised.observation[place] - published.observation[place], (0, 0, height), atol=1e-6)
    np.testing.assert_allclose(raised.desired_goal - published.desired_goal, [(0, 0, height)], atol=1e-9)
