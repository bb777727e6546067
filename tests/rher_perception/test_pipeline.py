# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A pushed cube through the whole core: positions, velocities, occlusions, frozen and black pictures, equal replays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.camera_model import CameraModel
from rher_perception.cubes.parameters import CubeParameters
from rher_perception.geometry import Pose, rotation_angle, vector_from_rotation
from rher_perception.objects.layout import cube_layout
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.pipeline import ObjectSetup, PerceptionPipeline, SeenFrame
from rher_perception.tracking.frame_guard import FrameVerdict
from rher_perception.tracking.parameters import TrackerParameters

from tests.rher_perception.scene import CUBE_SIZE, TAG_SIZE, Studio, look_at, yawed

PERIOD = 1.0 / 30.0
VIEW = look_at(np.array([0.95, 0.2, 0.6]), np.array([0.5, 0.0, 0.0]))
SPEED, RATE = 0.2, 0.5
"""Of the cube along x [m/s] and about the vertical [rad/s]."""
COVERED = range(15, 22)
BLIND_AFTER = math.ceil(TrackerParameters().blind_time / PERIOD) + 1
"""Pictures that do not count after which what was seen is lost."""
CHI_SQUARE_6_9999 = 27.9
"""99.99 % of the squared Mahalanobis distances in six dimensions are below."""
TAGGED = ObjectSetup("cube", cube_layout("cube", CUBE_SIZE, TAG_SIZE, 0), PlanarConstraint(CUBE_SIZE / 2.0))


def stamp(frame: int) -> int:
    return round(frame * PERIOD * 1e9)


def truth(frame: int) -> Pose:
    return yawed(0.40 + SPEED * frame * PERIOD, 0.02, 0.3 + RATE * frame * PERIOD)


def picture(studio: Studio, frame: int) -> np.ndarray:
    grey = studio.grey(VIEW, truth(frame), seed=frame)
    if frame in COVERED:
        middle = studio.camera.project(VIEW.inverse.apply(truth(frame).translation)).astype(int)
        grey[middle[1] - 40 : middle[1] + 40, middle[0] - 25 : middle[0] + 60] = 60
    return np.repeat(grey[..., None], 3, axis=2)


def play(studio: Studio, frames: int) -> list[SeenFrame]:
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,))
    return [pipeline.process(stamp(k), picture(studio, k), VIEW) for k in range(frames)]


def test_a_pushed_cube_is_followed_through_an_occlusion(studio: Studio) -> None:
    before = None
    for k, frame in enumerate(play(studio, 30)):
        (cube,) = frame.objects
        assert frame.verdict is FrameVerdict.FRESH
        assert cube.tracked
        assert cube.base_from_object is not None
        assert (cube.age > 0.0) == (k in COVERED)
        assert bool(cube.reason) == (k in COVERED)
        error = np.linalg.norm(cube.base_from_object.translation - truth(k).translation)
        assert error < (0.03 if k in COVERED else 0.002)
        if k in COVERED and before is not None:
            assert np.linalg.norm(cube.base_from_object.translation - before) < 1.2 * SPEED * PERIOD
        if k in (14, 29):
            np.testing.assert_allclose(cube.linear_velocity, [SPEED, 0.0, 0.0], atol=0.02)
            assert cube.angular_velocity[2] == pytest.approx(RATE, abs=0.1)
            assert rotation_angle(cube.base_from_object.rotation.T @ truth(k).rotation) < math.radians(0.5)
        before = cube.base_from_object.translation


def test_the_covariance_tells_how_far_off_the_pose_may_be(studio: Studio) -> None:
    """The truth is never far outside of it, and while the cube is covered it grows from picture to picture."""
    before = 0.0
    for k, frame in enumerate(play(studio, 24)):
        (cube,) = frame.objects
        assert cube.base_from_object is not None
        offset = truth(k).translation - cube.base_from_object.translation
        turned = vector_from_rotation(truth(k).rotation @ cube.base_from_object.rotation.T)
        error = np.concatenate((offset, turned))
        assert error @ np.linalg.solve(cube.covariance, error) < CHI_SQUARE_6_9999
        spread = float(np.trace(cube.covariance[:2, :2]))
        assert (spread > before) == (k in COVERED or k == 0)
        before = spread


def test_the_same_pictures_give_the_same_poses_bit_by_bit(studio: Studio) -> None:
    for one, other in zip(play(studio, 8), play(studio, 8), strict=True):
        for first, second in zip(one.objects, other.objects, strict=True):
            assert first.base_from_object is not None
            assert second.base_from_object is not None
            np.testing.assert_array_equal(first.base_from_object.translation, second.base_from_object.translation)
            np.testing.assert_array_equal(first.base_from_object.rotation, second.base_from_object.rotation)
            np.testing.assert_array_equal(first.linear_velocity, second.linear_velocity)


def test_a_frozen_camera_ages_the_object_until_it_is_lost(studio: Studio) -> None:
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,))
    still = picture(studio, 0)
    assert pipeline.process(stamp(0), still, VIEW).objects[0].tracked
    ages = []
    for k in range(1, BLIND_AFTER + 1):
        frame = pipeline.process(stamp(k), still, VIEW)
        assert frame.verdict is FrameVerdict.FROZEN
        assert "frozen" in frame.objects[0].reason
        ages.append(frame.objects[0].age)
    assert ages == sorted(ages)
    assert not frame.objects[0].tracked


def test_the_last_picture_once_more_gives_the_same_objects_and_changes_nothing(studio: Studio) -> None:
    pipeline, undisturbed = (PerceptionPipeline(studio.camera, (TAGGED,)) for _ in range(2))
    for k in range(3):
        first = pipeline.process(stamp(k), picture(studio, k), VIEW)
        again = pipeline.process(stamp(k), picture(studio, k), VIEW)
        assert again.verdict is FrameVerdict.REPEATED
        assert again.objects is first.objects
        assert pipeline.process(stamp(k), picture(studio, k + 9), VIEW).objects == ()
        (cube,), (other,) = first.objects, undisturbed.process(stamp(k), picture(studio, k), VIEW).objects
        np.testing.assert_array_equal(cube.linear_velocity, other.linear_velocity)
        np.testing.assert_array_equal(cube.covariance, other.covariance)


def test_a_late_picture_is_refused_and_one_far_older_begins_anew(studio: Studio) -> None:
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,))
    assert pipeline.process(stamp(100), picture(studio, 1), VIEW).objects[0].age == 0.0
    late = pipeline.process(stamp(99), picture(studio, 2), VIEW)
    assert (late.verdict, late.objects) == (FrameVerdict.OLDER_STAMP, ())
    black = pipeline.process(stamp(0), np.zeros((480, 640, 3), np.uint8), VIEW)
    assert (black.verdict, black.restarted) == (FrameVerdict.BLACK, True)
    assert black.objects[0].base_from_object is None
    frame = pipeline.process(stamp(1), picture(studio, 29), VIEW)
    assert (frame.verdict, frame.restarted) == (FrameVerdict.FRESH, False)
    assert frame.objects[0].reason == ""
    assert np.linalg.norm(frame.objects[0].base_from_object.translation - truth(29).translation) < 0.002  # type: ignore[union-attr]


def test_a_picture_of_another_size_is_as_if_it_had_never_come(studio: Studio) -> None:
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,))
    with pytest.raises(ValueError, match="allowed: uint8 of shape"):
        pipeline.process(stamp(1), picture(studio, 1)[:240], VIEW)
    with pytest.raises(ValueError, match="allowed: that of the picture"):
        pipeline.process(stamp(1), picture(studio, 1), VIEW, np.zeros((240, 640), np.float32))
    assert pipeline.process(stamp(1), picture(studio, 1), VIEW).objects[0].age == 0.0


@pytest.mark.parametrize(("level", "verdict"), [(0, FrameVerdict.BLACK), (255, FrameVerdict.SATURATED)])
def test_black_and_saturated_pictures_are_said_to_be_so(studio: Studio, level: int, verdict: FrameVerdict) -> None:
    pipeline = PerceptionPipeline(studio.camera, (TAGGED,))
    pipeline.process(stamp(0), picture(studio, 0), VIEW)
    frame = pipeline.process(stamp(1), np.full((480, 640, 3), level, np.uint8), VIEW)
    assert frame.verdict is verdict
    assert frame.objects[0].age > 0.0
    assert frame.objects[0].reason == verdict.value


def test_without_tags_colour_and_depth_take_over(studio: Studio) -> None:
    setup = ObjectSetup("cube", TAGGED.layout, TAGGED.plane, CubeParameters(hue=(140, 170), size=CUBE_SIZE))
    pipeline = PerceptionPipeline(studio.camera, (setup,))
    for k in range(4):
        rgb, depth = studio.coloured(VIEW, truth(k), seed=k)
        (cube,) = pipeline.process(stamp(k), rgb, VIEW, depth).objects
        assert cube.tracked
        assert cube.reason == ""
        assert cube.base_from_object is not None
        assert np.linalg.norm(cube.base_from_object.translation[:2] - truth(k).translation[:2]) < 0.006
    rgb, _ = studio.coloured(VIEW, truth(4), seed=4)
    assert pipeline.process(stamp(4), rgb, VIEW).objects[0].reason


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5))
def test_random_pictures_never_crash_and_are_never_an_object(contents: list[bytes]) -> None:
    camera = CameraModel.pinhole(64, 48, math.radians(42.0))
    pipeline = PerceptionPipeline(camera, (TAGGED,))
    for k, content in enumerate(contents):
        rgb = np.resize(np.frombuffer(content, np.uint8), (48, 64, 3))
        assert not pipeline.process(stamp(k), rgb, VIEW).objects[0].tracked


def test_setups_that_contradict_each_other_are_refused(studio: Studio) -> None:
    with pytest.raises(ValueError, match="names"):
        PerceptionPipeline(studio.camera, (TAGGED, TAGGED))
    with pytest.raises(ValueError, match="tags"):
        PerceptionPipeline(studio.camera, (TAGGED, ObjectSetup("other", TAGGED.layout)))
    with pytest.raises(ValueError, match="at least one"):
        ObjectSetup("ghost")
