# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with a camera: each fault has its own message, and none gives a wrong pose that looks fresh."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rher_perception.calibration.record import CalibrationRecord
from rher_perception.calibration.samples import Setup
from rher_perception.objects.glance import GlanceParameters
from rher_perception.tracking.parameters import TrackerParameters

from tests.rher_perception.ros.cell import CUBE, FRAME, PERIOD_NS, VIEW, blank, error, picture, position
from tests.rher_perception.scene import AWAY, Studio, yawed

LOST_AFTER = math.ceil(TrackerParameters().bridge_time * 1e9 / PERIOD_NS) + 1
"""Pictures after which what is not seen is lost."""
BLIND_AFTER = math.ceil(TrackerParameters().blind_time * 1e9 / PERIOD_NS) + 1
"""The same while no picture counts."""

GLANCES = GlanceParameters().pictures
"""Pictures in a row that are not searched."""


@pytest.fixture
def make_calibration(tmp_path):
    """Save a calibration of the camera, so many days old."""

    def make(days=0.0, serial="1234", frame=FRAME):
        path = tmp_path / "camera.yaml"
        CalibrationRecord(
            date=datetime.now(timezone.utc) - timedelta(days=days),
            setup=Setup.EYE_TO_HAND,
            robot="ur5e",
            camera_serial=serial,
            parent_frame="base_link",
            child_frame=frame,
            transform=VIEW,
            method="park",
            poses_used=20,
            poses_left_out=0,
            residual_mm=0.5,
            residual_deg=0.1,
        ).save(path)
        return str(path)

    return make


def assert_bridged_then_lost(cell, pictures, told):
    """Show pictures that do not show the cube: its age grows, and in the end it is lost, loudly."""
    (before,) = cell.see(pictures[0]).objects
    assert before.age > 0.0
    assert before.tracked
    for shown in pictures[1:]:
        (cube,) = cell.see(shown).objects
        assert cube.age > before.age
        assert error(cube) < 0.005
        before = cube
    assert not before.tracked
    assert cell.status("lost, unseen for").level == DiagnosticStatus.WARN
    cell.status(told)


def test_an_object_never_seen_is_nowhere(make_cell):
    (cube,) = make_cell().see(blank(0)).objects
    assert not cube.tracked
    assert np.isinf(cube.age)
    assert np.isnan(position(cube)).all()
    assert np.isinf(np.diag(np.reshape(cube.pose_covariance, (6, 6)))).all()


def test_a_frozen_camera_is_told_and_ages_the_object(studio, make_cell):
    cell, still = make_cell(), picture(studio, 0)
    cell.see(still)
    assert_bridged_then_lost(cell, [still] * BLIND_AFTER, "the camera is frozen")


def test_a_covered_tag_is_bridged_and_then_lost(studio, make_cell):
    cell = make_cell()
    cell.see(picture(studio, 0))
    column, row = studio.camera.project(VIEW.inverse.apply(CUBE.translation)).astype(int)
    pictures = [picture(studio, seed) for seed in range(1, LOST_AFTER + 1)]
    for shown in pictures:
        shown[row - 40 : row + 40, column - 40 : column + 40] = 60
    assert_bridged_then_lost(cell, pictures, "no tag is visible")
    assert cell.see(picture(studio, 99)).objects[0].age == 0.0


@pytest.mark.parametrize(("level", "told"), [(0, "it is black"), (255, "it is saturated")])
def test_black_and_saturated_pictures_are_told(studio, make_cell, level, told):
    cell = make_cell()
    cell.see(picture(studio, 0))
    (cube,) = cell.see(np.full((480, 640, 3), level, np.uint8)).objects
    assert cube.age > 0.0
    cell.status(told)
    assert cell.see(picture(studio, 1)).objects[0].age == 0.0


def test_of_two_cubes_with_the_same_tags_none_is_believed(studio, make_cell):
    cell, twin = make_cell(), yawed(0.55, -0.1, 0.8)
    (cube,) = cell.see(picture(studio, 0, twin=twin)).objects
    assert not cube.tracked
    assert cell.see(picture(studio, 1)).objects[0].age == 0.0
    unsearched, refused = range(2, GLANCES + 2), range(GLANCES + 2, GLANCES + LOST_AFTER + 2)
    for seed in unsearched:
        cell.see(picture(studio, seed, twin=twin))
    assert_bridged_then_lost(cell, [picture(studio, seed, twin=twin) for seed in refused], "is in the picture 2 times")
    # The one that remains is the other one: a new object for the tracker, not a jump.
    (cube,) = cell.see(picture(studio, 99, cube=AWAY, twin=twin)).objects
    assert (cube.tracked, cube.age) == (True, 0.0)
    assert error(cube, twin) < 0.002


@pytest.fixture
def large_studio():
    studio = Studio(1280, 720)
    yield studio
    studio.close()


def test_another_resolution_midway_is_told_and_used_when_camera_info_says_so(studio, large_studio, make_cell):
    cell, large = make_cell(), picture(large_studio, 1)
    cell.see(picture(studio, 0))
    cell.show(large)
    cell.status("picture is uint8 of shape (720, 1280, 3); allowed: uint8 of shape (480, 640, 3)")
    assert not cell.objects
    assert cell.see(picture(studio, 2)).objects[0].age == 0.0
    cell.tell_camera(large_studio.camera)
    (cube,) = cell.see(large).objects
    assert (cube.tracked, cube.age) == (True, 0.0)
    assert error(cube) < 0.002
    cell.status("camera_info has changed")


def test_pictures_without_camera_info_are_told_and_not_answered(studio, make_cell):
    cell = make_cell(camera=None)
    cell.show(picture(studio, 0))
    assert cell.status("a picture came before a usable camera_info").level == DiagnosticStatus.ERROR
    assert not cell.objects
    cell.tell_camera(studio.camera)
    assert cell.see(picture(studio, 1)).objects[0].age == 0.0


def test_without_pictures_it_says_so(make_cell):
    assert make_cell().status("no pictures").level == DiagnosticStatus.ERROR


def test_a_calibration_places_the_camera(studio, make_cell, make_calibration):
    cell = make_cell(mounted=False, **{"camera.calibration": make_calibration()})
    cell.tell_serial("1234")
    assert error(cell.see(picture(studio, 0)).objects[0]) < 0.002
    assert cell.status("1 pictures answered").level == DiagnosticStatus.OK


def test_a_stale_calibration_is_told(studio, make_cell, make_calibration):
    cell = make_cell(mounted=False, **{"camera.calibration": make_calibration(days=31.5)})
    cell.see(picture(studio, 0))
    assert cell.status("the calibration is 31 days old").level == DiagnosticStatus.WARN


def test_another_cameras_calibration_is_told(studio, make_cell, make_calibration):
    cell = make_cell(mounted=False, **{"camera.calibration": make_calibration(serial="5678")})
    cell.tell_serial("1234")
    cell.see(picture(studio, 0))
    assert cell.status("of camera 5678, this one is 1234").level == DiagnosticStatus.WARN


def test_a_calibration_of_another_frame_is_told(studio, make_cell, make_calibration):
    cell = make_cell(mounted=False, **{"camera.calibration": make_calibration(frame="other_optical_frame")})
    cell.see(picture(studio, 0))
    assert cell.status(f"of frame other_optical_frame, the pictures are of {FRAME}").level == DiagnosticStatus.WARN
