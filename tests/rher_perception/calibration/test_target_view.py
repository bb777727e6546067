# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The target found in drawn pictures, and the intrinsics that its corners tell."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from rher_perception.calibration.intrinsics_check import check_intrinsics
from rher_perception.calibration.target_view import TargetFinder, TargetView
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector
from rher_perception.objects.estimate import Refusal
from rher_perception.objects.layout import board_layout
from rher_sim_bridge.scene.plate import Plate, plate_image

CAMERA = CameraModel(640, 480, np.array([[620.0, 0.0, 322.0], [0.0, 620.0, 238.0], [0.0, 0.0, 1.0]]))
LAYOUT = board_layout("target", 2, 2, 0.04, 0.01, 20)
FACING = np.diag([1.0, -1.0, -1.0])
"""Rotation camera_from_target of a board that faces the camera upright."""
GREY = 110


def picture(pose: Pose, left: float = 0.0, top: float = 0.0) -> np.ndarray:
    """Draw the board at a pose camera_from_target, with shares of it covered."""
    plate = Plate()
    face = plate_image(plate)[:, :, 0]
    face[:, : round(left * face.shape[1])] = GREY
    face[: round(top * face.shape[0])] = GREY
    width, height = plate.size
    corners = np.array([[-width, height], [width, height], [width, -height], [-width, -height]]) / 2.0
    seen = CAMERA.project(pose.apply(np.column_stack((corners, np.zeros(4)))))
    texels = np.array([[0, 0], [face.shape[1], 0], face.shape[::-1], [0, face.shape[0]]], np.float32) - 0.5
    # Drawn four times larger and averaged, as the pixels of a sensor average.
    scale = 4
    fine = (seen + 0.5) * scale - 0.5
    homography = cv2.getPerspectiveTransform(texels, fine.astype(np.float32))
    large = cv2.warpPerspective(face, homography, (640 * scale, 480 * scale), borderValue=GREY)
    return np.asarray(cv2.resize(large, (640, 480), interpolation=cv2.INTER_AREA), np.uint8)


def at(turn: tuple[float, float, float], place: tuple[float, float, float]) -> Pose:
    return Pose(rotation_from_vector(np.array(turn)) @ FACING, np.array(place))


def test_the_pose_and_the_corners_are_those_of_the_board() -> None:
    pose = at((0.4, -0.3, 0.2), (0.03, -0.02, 0.5))
    view = TargetFinder(LAYOUT, CAMERA).find(picture(pose), 0)
    assert isinstance(view, TargetView)
    np.testing.assert_allclose(view.camera_from_target.translation, pose.translation, atol=1e-3)
    assert rotation_angle(view.camera_from_target.rotation.T @ pose.rotation) < 0.01
    assert view.points.shape == (16, 3)
    assert np.linalg.norm(CAMERA.project(pose.apply(view.points)) - view.pixels, axis=1).max() < 0.2


def test_a_single_tag_of_several_is_not_enough_and_none_is_told() -> None:
    finder = TargetFinder(LAYOUT, CAMERA)
    pose = at((0.3, 0.3, 1.57), (0.0, 0.0, 0.45))
    assert isinstance(finder.find(picture(pose, left=0.5), 0), TargetView), "two tags are"
    seen = finder.find(picture(pose, left=0.5, top=0.5), 0)
    assert isinstance(seen, Refusal)
    assert seen.reason == "1 of 4 tags is visible, at least 2 are needed"
    seen = finder.find(np.full((480, 640), GREY, np.uint8), 0)
    assert isinstance(seen, Refusal)
    assert seen.reason == "no tag is visible"


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: uint8 of shape"):
        TargetFinder(LAYOUT, CAMERA).find(np.zeros((100, 100), np.uint8), 0)


def views(camera: CameraModel, count: int = 12, noise: float = 0.03) -> list[TargetView]:
    """Return what a camera with other intrinsics than it says would have seen, without pictures."""
    rng = np.random.default_rng(0)
    points = np.concatenate([tag.corners for tag in LAYOUT.tags])
    found = []
    for _ in range(count):
        turn = tuple(rng.uniform(-0.6, 0.6, 3).tolist())
        place = (*rng.uniform(-0.15, 0.15, 2).tolist(), float(rng.uniform(0.45, 0.7)))
        pose = at(turn, place)
        pixels = camera.project(pose.apply(points)) + rng.normal(0.0, noise, (len(points), 2))
        found.append(TargetView(pose, points, pixels))
    return found


def test_right_intrinsics_are_not_doubted() -> None:
    check = check_intrinsics(views(CAMERA), CAMERA)
    assert check is not None
    assert check.warning(2.0) == ""
    assert abs(check.difference.scale - 1.0) < 4.0 * check.scale_sd
    assert "focal length" in check.summary


@pytest.mark.parametrize(("focal", "centre"), [(640.0, 322.0), (620.0, 340.0)])
def test_wrong_intrinsics_are_told(focal: float, centre: float) -> None:
    true = CameraModel(640, 480, np.array([[focal, 0.0, centre], [0.0, focal, 238.0], [0.0, 0.0, 1.0]]))
    check = check_intrinsics(views(true), CAMERA)
    assert check is not None
    assert "the intrinsics differ by up to" in check.warning(2.0)
    assert abs(check.estimated.matrix[0, 0] - focal) < 6.0
    assert abs(check.estimated.matrix[0, 2] - centre) < 8.0


def test_a_difference_within_its_own_uncertainty_is_not_told() -> None:
    check = check_intrinsics(views(CAMERA, noise=3.0), CAMERA)
    assert check is None or check.warning(0.5) == ""


def test_too_few_pictures_or_corners_tell_nothing() -> None:
    assert check_intrinsics(views(CAMERA, count=5), CAMERA) is None
    bare = [TargetView(v.camera_from_target, v.points[:4], v.pixels[:4]) for v in views(CAMERA)]
    assert check_intrinsics(bare, CAMERA) is None
