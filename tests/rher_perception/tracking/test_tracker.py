# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One object over time: occlusions, false poses, real jumps, symmetric cubes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.geometry import Pose, rotation_angle
from rher_perception.objects.estimate import Cause, ObjectEstimate, Refusal, Source
from rher_perception.tracking.parameters import TrackerParameters
from rher_perception.tracking.tracker import ObjectTracker, TrackedObject

from tests.rher_perception.scene import yawed

PERIOD_NS = 33_333_333
BRIDGE, BLIND = TrackerParameters().bridge_time, TrackerParameters().blind_time
SPREAD = np.diag([0.0003**2] * 3 + [math.radians(0.2) ** 2] * 3)


def seen(frame: int, pose: Pose, symmetry: int = 1) -> ObjectEstimate:
    return ObjectEstimate("cube", frame * PERIOD_NS, pose, SPREAD, Source.TAGS, yaw_symmetry=symmetry)


def unseen(frame: int) -> Refusal:
    return Refusal("cube", frame * PERIOD_NS, Cause.NOT_SEEN, "no tag is visible")


def pushed(frame: int) -> Pose:
    """Return where a cube pushed along x at 0.2 m/s is."""
    return yawed(0.4 + 0.2 * frame * PERIOD_NS * 1e-9, 0.0, 0.3)


def follow(tracker: ObjectTracker, frames: int) -> TrackedObject:
    result = None
    for frame in range(frames):
        result = tracker.observe(frame * PERIOD_NS, seen(frame, pushed(frame)))
    assert result is not None
    return result


def test_before_it_is_ever_seen_there_is_no_pose() -> None:
    result = ObjectTracker("cube").observe(0, unseen(0))
    assert result.base_from_object is None
    assert not result.tracked
    assert result.age == math.inf
    assert result.reason == "no tag is visible"


def test_the_first_measurement_is_believed_at_once() -> None:
    result = ObjectTracker("cube").observe(0, seen(0, pushed(0)))
    assert result.tracked
    assert result.age == 0.0
    assert result.base_from_object is not None
    np.testing.assert_allclose(result.base_from_object.translation, pushed(0).translation)


def test_velocity_is_found_in_half_a_second() -> None:
    result = follow(ObjectTracker("cube"), 15)
    np.testing.assert_allclose(result.linear_velocity, [0.2, 0.0, 0.0], atol=0.01)
    np.testing.assert_allclose(result.angular_velocity, np.zeros(3), atol=0.02)


def test_a_short_occlusion_is_bridged_without_a_jump_and_a_long_one_is_not() -> None:
    tracker = ObjectTracker("cube")
    last = follow(tracker, 15)
    assert last.base_from_object is not None
    place, frame = last.base_from_object.translation, 15
    while True:
        result = tracker.observe(frame * PERIOD_NS, unseen(frame))
        assert result.base_from_object is not None
        assert result.age == pytest.approx((frame - 14) * PERIOD_NS * 1e-9)
        if not result.tracked:
            break
        assert np.linalg.norm(result.base_from_object.translation - place) < 0.25 * PERIOD_NS * 1e-9
        place, frame = result.base_from_object.translation, frame + 1
    assert (frame - 15) * PERIOD_NS * 1e-9 <= BRIDGE < (frame - 14) * PERIOD_NS * 1e-9
    assert "lost" in result.reason
    assert "no tag is visible" in result.reason
    np.testing.assert_array_equal(result.base_from_object.translation, last.base_from_object.translation)
    np.testing.assert_array_equal(result.linear_velocity, np.zeros(3))


@pytest.mark.parametrize("hidden_before", [0, 30])
def test_without_a_usable_picture_it_is_lost_sooner(hidden_before: int) -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    blind = 15 + hidden_before
    for frame in range(15, blind):
        assert tracker.observe(frame * PERIOD_NS, unseen(frame)).tracked
    frame = blind
    while tracker.observe(frame * PERIOD_NS, "the camera is frozen").tracked:
        frame += 1
    assert (frame - blind) * PERIOD_NS * 1e-9 <= BLIND < (frame - blind + 1) * PERIOD_NS * 1e-9


def test_after_a_time_without_pictures_the_object_is_a_new_one() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    later = 15 + math.ceil((BLIND + 0.1) / (PERIOD_NS * 1e-9))
    assert not tracker.observe(later * PERIOD_NS, unseen(later)).tracked
    elsewhere = yawed(0.35, 0.1, 0.0)
    result = tracker.observe((later + 1) * PERIOD_NS, seen(later + 1, elsewhere))
    assert result.tracked
    np.testing.assert_array_equal(result.linear_velocity, np.zeros(3))


def test_what_is_seen_first_after_a_time_without_pictures_does_not_move() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    later = 15 + math.ceil((BLIND + 0.1) / (PERIOD_NS * 1e-9))
    result = tracker.observe(later * PERIOD_NS, seen(later, yawed(0.35, 0.1, 0.0)))
    assert result.tracked
    np.testing.assert_array_equal(result.linear_velocity, np.zeros(3))


def test_it_is_picked_up_again_after_a_bridged_occlusion() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    for frame in range(15, 20):
        tracker.observe(frame * PERIOD_NS, unseen(frame))
    result = tracker.observe(20 * PERIOD_NS, seen(20, pushed(20)))
    assert result.age == 0.0
    assert result.base_from_object is not None
    assert np.linalg.norm(result.base_from_object.translation - pushed(20).translation) < 0.002


def test_one_false_pose_moves_nothing_and_says_so() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    result = tracker.observe(15 * PERIOD_NS, seen(15, yawed(0.55, 0.1, 0.3)))
    assert result.base_from_object is not None
    assert "jumped" in result.reason
    assert result.age > 0.0
    assert np.linalg.norm(result.base_from_object.translation - pushed(15).translation) < 0.003
    assert tracker.observe(16 * PERIOD_NS, seen(16, pushed(16))).reason == ""


def test_a_flip_is_held_back_as_well() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    flipped = Pose(pushed(15).rotation @ np.diag([1.0, -1.0, -1.0]), pushed(15).translation)
    result = tracker.observe(15 * PERIOD_NS, seen(15, flipped))
    assert result.reason
    assert result.base_from_object is not None
    assert rotation_angle(result.base_from_object.rotation.T @ pushed(15).rotation) < 0.05


def test_an_object_put_elsewhere_is_found_after_a_few_pictures_that_agree() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    there = yawed(0.6, 0.12, 1.0)
    results = [tracker.observe(f * PERIOD_NS, seen(f, there)) for f in range(15, 18)]
    assert [bool(result.reason) for result in results] == [True, True, False]
    assert results[-1].base_from_object is not None
    np.testing.assert_allclose(results[-1].base_from_object.translation, there.translation)
    np.testing.assert_array_equal(results[-1].linear_velocity, np.zeros(3))


def test_false_poses_that_do_not_agree_are_never_believed() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 15)
    for frame in range(15, 25):
        place = yawed(0.6, 0.2 * (-1) ** frame, 1.0)
        assert tracker.observe(frame * PERIOD_NS, seen(frame, place)).reason


def test_quarter_turns_of_a_cube_without_tags_are_not_motions() -> None:
    tracker = ObjectTracker("cube")
    for frame in range(20):
        yaw = 0.3 + frame % 4 * math.pi / 2.0
        result = tracker.observe(frame * PERIOD_NS, seen(frame, yawed(0.5, 0.0, yaw), symmetry=4))
        assert result.reason == ""
        assert result.base_from_object is not None
        assert rotation_angle(result.base_from_object.rotation.T @ yawed(0.5, 0.0, 0.3).rotation) < 1e-6


def test_a_picture_that_does_not_count_ages_the_object() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 5)
    result = tracker.observe(5 * PERIOD_NS, "its pixels are those of the last picture")
    assert result.age == pytest.approx(PERIOD_NS * 1e-9)
    assert "pixels" in result.reason


def test_expecting_changes_nothing() -> None:
    one, other = ObjectTracker("cube"), ObjectTracker("cube")
    follow(one, 10)
    follow(other, 10)
    expected = one.expect(10 * PERIOD_NS)
    assert expected is not None
    assert np.linalg.norm(expected.translation - pushed(10).translation) < 0.002
    results = [t.observe(10 * PERIOD_NS, seen(10, pushed(10))) for t in (one, other)]
    np.testing.assert_array_equal(results[0].covariance, results[1].covariance)
    assert ObjectTracker("cube").expect(1) is None


def test_time_that_does_not_advance_is_an_error() -> None:
    tracker = ObjectTracker("cube")
    tracker.observe(PERIOD_NS, seen(1, pushed(1)))
    with pytest.raises(ValueError, match="stamp_ns"):
        tracker.observe(PERIOD_NS, seen(1, pushed(1)))
    with pytest.raises(ValueError, match="stamp_ns"):
        tracker.observe(3 * PERIOD_NS, seen(2, pushed(2)))


def test_a_reset_forgets() -> None:
    tracker = ObjectTracker("cube")
    follow(tracker, 5)
    tracker.reset()
    result = tracker.observe(0, unseen(0))
    assert result.base_from_object is None


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2), st.floats(-1.0, 1.0), st.floats(-3.0, 3.0)), max_size=60)
)
def test_whatever_is_seen_the_state_stays_finite(steps: list[tuple[int, int, float, float]]) -> None:
    tracker, frame = ObjectTracker("cube"), 0
    for gap, kind, place, yaw in steps:
        frame += gap
        observation = seen(frame, yawed(place, -place, yaw)) if kind else unseen(frame)
        result = tracker.observe(frame * PERIOD_NS, observation)
        assert np.isfinite(result.linear_velocity).all()
        assert np.isfinite(result.covariance).all()
        if result.base_from_object is not None:
            assert np.isfinite(result.base_from_object.translation).all()
            assert result.age <= BRIDGE if result.tracked else result.age > BLIND


@pytest.mark.parametrize(("field", "value"), [("bridge_time", 0.0), ("gate", math.nan), ("jump_frames", 1)])
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        TrackerParameters(**{field: value})


def test_a_planar_object_neither_rises_nor_tilts_however_it_is_pushed() -> None:
    # An error of the assumed height goes along with one of the position in the plane.
    tied = SPREAD.copy()
    tied[0, 2] = tied[2, 0] = 0.8 * math.sqrt(SPREAD[0, 0] * SPREAD[2, 2])
    tied[3, 5] = tied[5, 3] = 0.8 * math.sqrt(SPREAD[3, 3] * SPREAD[5, 5])
    tracker, free = ObjectTracker("cube", planar=True), ObjectTracker("cube")
    risen = 0.0
    for frame in range(30):
        estimate = replace(seen(frame, pushed(frame)), covariance=tied)
        told, loose = (each.observe(frame * PERIOD_NS, estimate) for each in (tracker, free))
        assert told.base_from_object is not None and loose.base_from_object is not None
        assert told.base_from_object.translation[2] == pytest.approx(pushed(frame).translation[2], abs=1e-12)
        assert told.linear_velocity[2] == pytest.approx(0.0, abs=1e-12)
        risen = max(risen, abs(loose.base_from_object.translation[2] - pushed(frame).translation[2]))
    assert risen > 1e-6, "without the constraint it rises, so that this test can fail"
