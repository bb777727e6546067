# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The intrinsics and the optical frame that are published against the picture that is rendered."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rher_sim_bridge.ros.camera import camera_info
from rher_sim_bridge.ros.visuals import OPTICAL_TURN
from rher_sim_bridge.scene.apriltag import FACE_CELLS, TAG_CELLS
from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld
from transforms3d.quaternions import qmult, quat2mat

WIDTH, HEIGHT = 1280, 720
MAX_ERROR = 2.0
"""[pixel]"""


@pytest.mark.parametrize("seed", [2, 5])
def test_corners_of_the_tag_are_where_the_camera_info_puts_them(seed):
    world = MujocoWorld()
    cube = world.reset_state(0, seed).state.objects[0]
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11))
    found, ids, _ = detector.detectMarkers(world.render(WIDTH, HEIGHT))
    world.close()
    assert ids is not None
    seen = found[ids.ravel().tolist().index(0)][0]

    size = world.task.parameters.cube_size
    tag = size / 2.0 * TAG_CELLS / FACE_CELLS
    # In the order of the detector: clockwise from the upper left of the upright tag.
    on_cube = np.array([(-tag, tag, size / 2), (tag, tag, size / 2), (tag, -tag, size / 2), (-tag, -tag, size / 2)])
    corners = cube.position + on_cube @ quat2mat(cube.orientation).T
    camera = world.model.camera(CAMERA)
    in_camera = (corners - camera.pos) @ quat2mat(qmult(camera.quat, OPTICAL_TURN))
    info = camera_info(float(camera.fovy[0]), WIDTH, HEIGHT)
    pixels = in_camera @ np.reshape(info.k, (3, 3)).T
    np.testing.assert_allclose(seen, pixels[:, :2] / pixels[:, 2:], atol=MAX_ERROR)
