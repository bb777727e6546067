# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import rclpy
from rher_agent.exploration.sges import Choice
from rher_agent.ros.conversions import point_array
from rher_agent.ros.markers import PRACTICE, DrawnWorld, MarkerPublisher, Scene, build_markers
from rher_agent.ros.quality import LOCKSTEP, MARKERS
from rher_agent.runners.evaluator import Evaluation
from rher_agent.runners.prediction import predicted_path
from rher_agent.runners.reports import EvaluationReport
from rher_agent.tasks.pick_and_place import PickAndPlaceTask
from rher_agent.tasks.push import PushTask
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld, make_world
from visualization_msgs.msg import Marker, MarkerArray

EVALUATION = EvaluationReport(
    episode=12,
    env_steps=600,
    updates=960,
    wall_s=6.0,
    evaluation_episodes=20,
    success_rate=0.3,
    strict_success_rate=0.1,
    clipped_share=0.0,
)
FORWARD = np.array((0.8, 0.0))


@pytest.fixture(scope="module")
def world():
    return MujocoWorld()


def markers_of(scene):
    return {marker.ns: marker for marker in build_markers(scene).markers}


def test_scene_shows_goal_object_action_box_and_paths(world):
    task = PushTask()
    scene = Scene(task, task.tcp_box)
    scene.see(world.reset(seed=1))
    scene.actor, scene.guided = "reach", True
    for _ in range(3):
        scene.see(world.step(FORWARD))
    step = scene.step
    drawn = markers_of(scene)
    assert all(marker.header.frame_id == "base_link" for marker in drawn.values())

    goal = drawn["goal"].pose.position
    assert [goal.x, goal.y, goal.z] == step.desired_goal[0].tolist()
    assert drawn["goal"].color.a == 1.0
    assert drawn["tolerance"].pose.position == goal
    assert drawn["tolerance"].scale.x == 2 * task.parameters.tolerance
    assert drawn["tolerance"].color.a < 1.0
    assert drawn["goal"].scale.x < drawn["tolerance"].scale.x / 4.0
    achieved = drawn["achieved_goal"].pose.position
    assert [achieved.x, achieved.y, achieved.z] == step.observation[3:6].tolist()
    ring = np.linalg.norm(point_array(drawn["achieved_goal"].points), axis=1)
    half_diagonal = task.parameters.cube_size / np.sqrt(2.0)
    assert (ring > half_diagonal).all(), "the cube hides nothing of it"
    assert (ring < task.parameters.tolerance).all()
    assert len(drawn["tcp_path"].points) == len(drawn["object_path"].points) == 4
    tail, tip = drawn["action"].points
    assert tip.x > tail.x
    assert tip.y == tail.y
    beads = drawn["predicted_path"]
    ahead = np.array([[bead.x, bead.y, bead.z] for bead in beads.points])
    assert np.array_equal(ahead, predicted_path(task, step, 10))
    assert (beads.color.r, beads.color.b) == (drawn["action"].color.r, drawn["action"].color.b)
    assert beads.color.a < drawn["action"].color.a
    assert drawn["stage"].text == "reach guides"


def edges_of(workspace):
    """Return the edges of a box that is drawn, shape (edges, 2, 3) [m]."""
    assert workspace.type == Marker.LINE_LIST
    return point_array(workspace.points).reshape(-1, 2, 3)


def test_the_workspace_is_a_box_where_the_tool_has_heights_and_flat_where_it_has_one(world):
    scene = Scene(PushTask(), PushTask().tcp_box)
    scene.see(world.reset(seed=1))
    flat = edges_of(markers_of(scene)["workspace"])
    lower, upper = PushTask().tcp_box
    assert len(flat) == 4
    assert set(flat[..., 2].flat) == {PushTask().tool_height}
    assert np.array_equal(np.sort(np.ptp(flat, axis=1).max(axis=1)), np.sort([*(upper - lower), *(upper - lower)]))

    task = PickAndPlaceTask()
    scene = Scene(task, task.tcp_box)
    scene.see(make_world("pick_and_place").reset(seed=1))
    box = edges_of(markers_of(scene)["workspace"])
    sides = np.subtract((*task.tcp_box[1], task.tcp_heights[1]), (*task.tcp_box[0], task.tcp_heights[0]))
    ways = np.abs(box[:, 1] - box[:, 0])
    assert len(box) == 12
    for axis in range(3):
        np.testing.assert_allclose(ways[ways[:, axis] > 0.0], [np.eye(3)[axis] * sides] * 4)


@pytest.mark.parametrize(("guided", "words"), [(True, "reach guides"), (False, "reach")])
def test_words_and_a_collar_of_the_tool_have_the_colour_of_who_acts(world, guided, words):
    scene = Scene(PushTask())
    scene.see(world.reset(seed=1))
    for name in ("actor", "predicted_path"):
        assert markers_of(scene)[name].action == Marker.DELETE, "nobody acts yet"
    scene.actor, scene.guided = "reach", guided
    drawn = markers_of(scene)
    assert drawn["actor"].action == Marker.ADD
    assert drawn["stage"].text == words
    assert drawn["actor"].color == drawn["stage"].color == drawn["action"].color
    assert (drawn["actor"].color.b > drawn["actor"].color.r) == guided
    position = drawn["actor"].pose.position
    assert [position.x, position.y] == scene.tcp_path[-1][:2].tolist()


def test_the_workspace_is_red_where_a_limit_acted(world):
    scene = Scene(PushTask(), PushTask().tcp_box)
    step = world.reset(seed=1)
    scene.see(step)
    free = markers_of(scene)["workspace"].color
    scene.see(replace(step, step=1, clipped=True))
    limited = markers_of(scene)["workspace"].color
    assert limited.r > free.r
    assert limited.g < free.g


def test_a_panel_tells_how_training_and_evaluations_go(ros, world, make_episode):
    markers = MarkerPublisher(ros(), world.task, workspace=world.task.tcp_box)
    markers.scene.see(world.reset(seed=1))
    assert markers_of(markers.scene)["panel"].action == Marker.DELETE
    markers.episode(make_episode(12, stage_success=(1.0, 0.25)))
    assert markers_of(markers.scene)["panel"].text == "episode 12\nreach 100%\npush 25%"
    markers.evaluating(7, 20, 6)
    assert markers_of(markers.scene)["panel"].text == "evaluation: goal 7 of 20\n6 met"
    markers.evaluation(EVALUATION)
    assert markers_of(markers.scene)["panel"].text == "episode 12\nreach 100%\npush 25%"
    markers.judged(Evaluation(tuple(SimpleNamespace(success=met) for met in (True, True, False))), ["cube"])
    assert markers_of(markers.scene)["panel"].text == "2 of 3 goals met"


def test_the_panel_tells_of_an_episode_that_is_practice(ros):
    world = make_world("stack")
    markers = MarkerPublisher(ros(), world.task, workspace=world.task.tcp_box)
    drawn = DrawnWorld(world, markers)
    drawn.reset(seed=1, goal=world.task.practice_goal(np.random.default_rng(0)))
    assert markers_of(markers.scene)["panel"].text == PRACTICE
    markers.scene.panel = "episode 12"
    assert markers_of(markers.scene)["panel"].text == f"episode 12\n{PRACTICE}"
    drawn.reset(seed=1)
    assert markers_of(markers.scene)["panel"].text == "episode 12"


def test_reset_begins_the_paths_anew(world):
    scene = Scene(PushTask())
    scene.see(world.reset(seed=1))
    scene.see(world.step(FORWARD))
    scene.see(world.reset(seed=2))
    drawn = markers_of(scene)
    assert len(drawn["tcp_path"].points) == 1
    assert drawn["stage"].action == Marker.DELETE
    assert "workspace" not in drawn


def test_drawn_world_publishes_to_who_looks(ros, world):
    node = ros()
    markers = MarkerPublisher(node, world.task, rate=1000.0)
    drawn = DrawnWorld(world, markers)
    received = []
    node.create_subscription(MarkerArray, MARKERS, received.append, LOCKSTEP)
    # Discovery has no event to wait for; steps go on until the first picture comes.
    for _ in range(1000):
        step = drawn.reset(seed=1)
        markers.acting(Choice(1, guided=False))
        while not step.truncated and not received:
            step = drawn.step(FORWARD)
            rclpy.spin_once(node, timeout_sec=0.01)
        if received:
            break
    assert {"goal", "action"} <= {marker.ns for marker in received[0].markers}


def test_rate_must_be_positive(ros, world):
    with pytest.raises(ValueError, match="rate is 0"):
        MarkerPublisher(ros(), world.task, rate=0.0)
