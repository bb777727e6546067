# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is rendered against what intrinsics and optical frame say of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from rher_agent.tasks.push import PushTask
from rher_perception.geometry import Pose, rotation_angle
from rher_perception.objects.estimate import ObjectEstimate
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.layout import cube_layout
from rher_perception.tags.detector import TagDetector
from rher_sim_bridge.camera.renderer import SceneRenderer
from rher_sim_bridge.scene.camera import optical_pose
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

TASK = PushTask()
SIZES = [(640, 480), (1280, 720)]
ERROR = 0.004
"""Of a cube's place without the planar constraint and without noise [m]."""


@pytest.fixture(params=SIZES, ids=["640x480", "1280x720"])
def renderer(request: pytest.FixtureRequest) -> Iterator[SceneRenderer]:
    renderer = SceneRenderer(TASK, *request.param)
    yield renderer
    renderer.close()


@pytest.fixture
def base_from_camera() -> Pose:
    position, quaternion = optical_pose(TASK.parameters.center)
    return Pose.from_quaternion(quaternion, position)


@pytest.mark.parametrize("seed", [2, 5])
def test_a_cube_is_seen_where_it_is(renderer: SceneRenderer, base_from_camera: Pose, seed: int) -> None:
    world = MujocoWorld(TASK)
    start = world.reset_state(0, seed)
    cube = start.state.objects[0]
    renderer.place(start.scene)
    grey = renderer.colour()[..., 1].copy()
    estimator = ObjectEstimator(cube_layout("cube", 0.05, 0.04, 0), renderer.camera)
    seen = estimator.estimate(TagDetector(renderer.camera).detect(grey), base_from_camera, 0)
    assert isinstance(seen, ObjectEstimate)
    true = Pose.from_quaternion(cube.orientation, cube.position)
    assert np.linalg.norm(seen.base_from_object.translation - true.translation) < ERROR
    assert rotation_angle(seen.base_from_object.rotation.T @ true.rotation) < math.radians(2.0)


def test_a_covered_cube_shows_no_tag_until_it_is_uncovered(renderer: SceneRenderer) -> None:
    renderer.place(MujocoWorld(TASK).reset_state(0, 2).scene)
    detector = TagDetector(renderer.camera)
    for covered in (True, False):
        renderer.cover_cube(covered)
        assert bool(detector.detect(renderer.colour()[..., 1].copy()).tags) is not covered


def test_depth_is_the_distance_along_the_optical_axis(renderer: SceneRenderer, base_from_camera: Pose) -> None:
    world = MujocoWorld(TASK)
    start = world.reset_state(0, 2)
    cube = start.state.objects[0]
    renderer.place(start.scene)
    top = base_from_camera.inverse.apply(cube.position + np.array([0.0, 0.0, 0.025]))
    u, v = np.rint(renderer.camera.project(top)).astype(int)
    assert renderer.depth()[v, u] == pytest.approx(top[2], abs=0.002)


def test_the_goal_is_not_in_the_picture(renderer: SceneRenderer) -> None:
    world = MujocoWorld(TASK)
    renderer.place(world.reset_state(0, 2).scene)
    red, green, blue = np.moveaxis(renderer.colour().astype(int), -1, 0)
    assert not np.any((green > red + 30) & (green > blue + 30)), "the mark of the goal is the only green thing"
    red, green, blue = np.moveaxis(world.render().astype(int), -1, 0)
    assert np.any((green > red + 30) & (green > blue + 30))
    world.close()


@pytest.mark.parametrize("positions", [np.zeros(3), np.full(13, math.nan)])
def test_positions_of_another_scene_are_refused(renderer: SceneRenderer, positions: np.ndarray) -> None:
    with pytest.raises(ValueError, match="allowed: 13 finite numbers"):
        renderer.place(positions)
