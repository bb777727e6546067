# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The plate of a calibration: upright where its site says, seen by the scene's camera, and nothing to the physics."""

from __future__ import annotations

import math
from typing import Any

import mujoco
import numpy as np
import pytest
from rher_agent.tasks.push import PushTask
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector
from rher_perception.objects.estimate import ObjectEstimate
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.layout import board_layout
from rher_perception.tags.detector import TagDetector
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_sim_bridge.scene.camera import CAMERA, VERTICAL_FIELD
from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.scene.plate import PLATE_SITE, Plate, plate_image
from rher_sim_bridge.scene.push_scene import build_push_scene
from rher_sim_bridge.worlds.simulated_arm import READY, TOOL_DOWN

OPTICAL_FROM_MUJOCO = np.diag([1.0, -1.0, -1.0])
WIDTH, HEIGHT = 640, 480


@pytest.mark.parametrize("plate", [Plate(), Plate(columns=3, rows=2, tag_size=0.032, gap=0.008, first_tag=40)])
@pytest.mark.parametrize("turn", [(0.0, 0.0, 0.0), (0.15, 0.0, -0.8), (-0.1, -0.2, 0.7)])
def test_the_camera_sees_the_tags_where_the_site_is(plate: Plate, turn: tuple[float, float, float]) -> None:
    arm = UR_ARMS["ur5e"]
    model = build_push_scene(PushTask(), arm, 0.005, plate).compile()
    data = mujoco.MjData(model)
    rotation = TOOL_DOWN @ rotation_from_vector(np.array(turn))
    data.qpos[:6] = ArmKinematics(arm, TOOL_LENGTH).inverse(np.array([0.52, 0.0, 0.12]), rotation, READY)
    mujoco.mj_forward(model, data)
    with mujoco.Renderer(model, HEIGHT, WIDTH) as renderer:
        renderer.update_scene(data, camera=CAMERA)
        grey = renderer.render()[:, :, 1].copy()

    camera = CameraModel.pinhole(WIDTH, HEIGHT, math.radians(VERTICAL_FIELD))
    layout = board_layout("plate", plate.columns, plate.rows, plate.tag_size, plate.gap, plate.first_tag)
    lens = data.camera(CAMERA)
    base_from_camera = Pose(lens.xmat.reshape(3, 3) @ OPTICAL_FROM_MUJOCO, lens.xpos.copy())
    found = ObjectEstimator(layout, camera).estimate(TagDetector(camera).detect(grey), base_from_camera, 0)
    assert isinstance(found, ObjectEstimate)
    assert set(found.tags) == {tag.id for tag in layout.tags}
    site = data.site(PLATE_SITE)
    np.testing.assert_allclose(found.base_from_object.translation, site.xpos, atol=1.5e-3)
    assert rotation_angle(found.base_from_object.rotation.T @ site.xmat.reshape(3, 3)) < math.radians(1.0)


def test_the_plate_changes_nothing_of_the_physics() -> None:
    states = []
    for plate in (None, Plate()):
        model = build_push_scene(PushTask(), UR_ARMS["ur5e"], 0.005, plate).compile()
        data = mujoco.MjData(model)
        data.qpos[:6] = data.ctrl[:6] = READY
        for _ in range(50):
            mujoco.mj_step(model, data)
        states.append(data.qpos.copy())
    np.testing.assert_array_equal(*states)


def test_the_print_has_a_white_margin_of_one_cell() -> None:
    picture = plate_image(Plate())
    assert picture.shape == (20 * 32, 20 * 32, 3)
    assert (picture[:32] == 255).all() and (picture[:, -32:] == 255).all()
    assert (picture[32:64, 32 : 9 * 32] == 0).all()


@pytest.mark.parametrize(
    ("field", "value"), [("columns", 0), ("rows", 0), ("tag_size", 0.0), ("gap", 0.0), ("gap", 0.012)]
)
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        Plate(**{field: value})
