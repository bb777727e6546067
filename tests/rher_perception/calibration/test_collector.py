# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures become samples: averaged, once for each standstill, and only when the target is certain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rher_perception.calibration.collector import CollectionParameters, Outcome, SampleCollector
from rher_perception.calibration.samples import HandEyeSample, Setup
from rher_perception.calibration.target_view import TargetView
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import Cause, Refusal

from tests.rher_perception.calibration.cell import disturbed, standstills

SAMPLES = standstills(20, Setup.EYE_TO_HAND, 0, noise=0.0)
NO_TURN, NO_SHIFT = np.zeros(3), np.zeros(3)
UNSEEN = Refusal("target", 0, Cause.NOT_SEEN, "no tag is visible")


def view(sample: HandEyeSample, shift: Any = NO_SHIFT, turn: Any = NO_TURN) -> TargetView:
    seen = disturbed(sample.camera_from_target, np.array(turn), np.array(shift))
    return TargetView(seen, np.zeros((0, 3)), np.zeros((0, 2)))


def collector(pictures: int = 3) -> SampleCollector:
    return SampleCollector(CollectionParameters(pictures=pictures))


def test_the_pictures_of_a_standstill_are_averaged() -> None:
    collecting, sample = collector(), SAMPLES[0]
    shifts = [(0.001, 0.0, 0.0), (-0.001, 0.0, 0.0), (0.0, 0.0, 0.0)]
    outcomes = [collecting.add(sample.base_from_gripper, view(sample, shift)).outcome for shift in shifts]
    assert outcomes == [Outcome.COLLECTING, Outcome.COLLECTING, Outcome.TAKEN]
    (taken,) = collecting.samples
    np.testing.assert_allclose(taken.camera_from_target.translation, sample.camera_from_target.translation, atol=1e-12)
    assert taken.base_from_gripper is sample.base_from_gripper
    assert len(collecting.views) == 1


def test_a_standstill_is_taken_once_and_one_hardly_elsewhere_not_at_all() -> None:
    collecting, sample = collector(pictures=1), SAMPLES[0]
    assert collecting.add(sample.base_from_gripper, view(sample)).outcome is Outcome.TAKEN
    assert collecting.add(sample.base_from_gripper, view(sample)).outcome is Outcome.KNOWN
    near = disturbed(sample.base_from_gripper, np.array([0.02, 0.0, 0.0]), np.array([0.0, 0.01, 0.0]))
    taking = collecting.add(near, view(sample))
    assert taking.outcome is Outcome.KNOWN
    assert "move and turn it further" in taking.reason
    for turn, shift in (((0.2, 0.0, 0.0), NO_SHIFT), (NO_TURN, (0.0, 0.03, 0.0))):
        new = disturbed(sample.base_from_gripper, np.array(turn), np.array(shift))
        assert collecting.add(new, view(sample)).outcome is Outcome.TAKEN


def test_pictures_of_two_standstills_are_not_mixed() -> None:
    collecting = collector(pictures=2)
    first, second = SAMPLES[0], SAMPLES[1]
    assert collecting.add(first.base_from_gripper, view(first)).outcome is Outcome.COLLECTING
    assert collecting.add(second.base_from_gripper, view(second)).outcome is Outcome.COLLECTING
    assert collecting.add(second.base_from_gripper, view(second)).outcome is Outcome.TAKEN
    np.testing.assert_allclose(
        collecting.samples[0].camera_from_target.translation, second.camera_from_target.translation, atol=1e-12
    )


@pytest.mark.parametrize(("shift", "turn"), [((0.02, 0.0, 0.0), NO_TURN), (NO_SHIFT, (0.3, 0.0, 0.0))])
def test_pictures_that_contradict_each_other_are_dropped(shift: Any, turn: Any) -> None:
    collecting, sample = collector(), SAMPLES[0]
    for jump in ((NO_SHIFT, NO_TURN), (NO_SHIFT, NO_TURN)):
        collecting.add(sample.base_from_gripper, view(sample, *jump))
    taking = collecting.add(sample.base_from_gripper, view(sample, shift, turn))
    assert taking.outcome is Outcome.UNSTEADY
    assert "the target jumps" in taking.reason
    assert collecting.samples == []
    for _ in range(3):
        taking = collecting.add(sample.base_from_gripper, view(sample))
    assert taking.outcome is Outcome.TAKEN


def test_an_unseen_target_is_told_in_its_own_words() -> None:
    taking = collector().add(Pose.identity(), UNSEEN)
    assert (taking.outcome, taking.reason) == (Outcome.UNSEEN, "no tag is visible")


def test_what_is_missing_is_told_until_nothing_is() -> None:
    collecting = collector(pictures=1)
    assert "0 poses, at least 12" in collecting.lacks()[0]
    assert collecting.missing_motions() == ()
    for sample in SAMPLES[:3]:
        collecting.add(sample.base_from_gripper, view(sample))
    assert collecting.lacks() == ("there are 3 poses, at least 12 are needed", *collecting.missing_motions())
    for sample in SAMPLES:
        collecting.add(sample.base_from_gripper, view(sample))
    assert collecting.lacks() == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("pictures", 0), ("max_spread", 0.0), ("max_turn_spread", -1.0), ("new_shift", float("nan")), ("same_turn", 0.0)],
)
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        CollectionParameters(**{field: value})
