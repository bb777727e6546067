# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Calibrations of a simulated cell: exact without noise, millimetres with it, and refusals that say why."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from rher_perception.calibration.hand_eye import METHODS, HandEyeParameters, calibrate, solve
from rher_perception.calibration.samples import CalibrationError, HandEyeSample, Setup
from rher_perception.geometry import Pose, rotation_angle

from tests.rher_perception.calibration.cell import CAMERA, TARGET, disturbed, standstills

SETUPS = list(Setup)


def off(found: Pose, truth: Pose) -> tuple[float, float]:
    """Return the error in millimetres and degrees."""
    turn = rotation_angle(found.rotation.T @ truth.rotation)
    return 1e3 * float(np.linalg.norm(found.translation - truth.translation)), math.degrees(turn)


@pytest.mark.parametrize("setup", SETUPS)
@pytest.mark.parametrize("method", [*METHODS, "refined"])
def test_every_method_is_exact_without_noise(setup: Setup, method: str) -> None:
    solution = solve(standstills(15, setup, 0, noise=0.0), setup, method)
    assert solution is not None
    for found, truth in zip(solution, (CAMERA[setup], TARGET[setup]), strict=True):
        millimetres, degrees = off(found, truth)
        assert millimetres < 1e-3
        assert degrees < 1e-3


def test_the_methods_differ_with_noise_so_that_the_choice_is_not_ignored() -> None:
    samples = standstills(15, Setup.EYE_TO_HAND, 1)
    places = []
    for method in METHODS:
        solution = solve(samples, Setup.EYE_TO_HAND, method)
        assert solution is not None
        places.append(solution[0].translation)
    apart = [np.linalg.norm(a - b) for k, a in enumerate(places) for b in places[:k]]
    assert min(apart) > 1e-9


@pytest.mark.parametrize("setup", SETUPS)
@pytest.mark.parametrize("seed", range(4))
def test_realistic_noise_leaves_millimetres_and_the_held_out_residual_says_so(setup: Setup, seed: int) -> None:
    result = calibrate(standstills(20, setup, seed), setup)
    millimetres, degrees = off(result.camera, CAMERA[setup])
    assert millimetres < 2.5
    assert degrees < 0.3
    metres, radians = result.held_out.rms
    assert 0.0003 < metres < 0.005
    assert 0.1 < math.degrees(radians) < 1.0
    assert set(result.by_method) == {*METHODS, "refined"}
    assert result.by_method[result.method][0] == min(translation for translation, _ in result.by_method.values())


@pytest.mark.parametrize("setup", SETUPS)
def test_outliers_are_left_out_by_number(setup: Setup) -> None:
    samples = standstills(20, setup, 7)
    for k, turn, shift in ((3, [0.2, 0.0, 0.0], [0.0, 0.0, 0.0]), (11, [0.0, 0.0, 0.0], [0.04, 0.03, 0.0])):
        seen = disturbed(samples[k].camera_from_target, np.array(turn), np.array(shift))
        samples[k] = HandEyeSample(samples[k].base_from_gripper, seen)
    result = calibrate(samples, setup)
    assert {3, 11} <= set(result.left_out)
    assert len(result.left_out) <= 4
    millimetres, degrees = off(result.camera, CAMERA[setup])
    assert millimetres < 3.0
    assert degrees < 0.4


def test_too_many_outliers_are_refused() -> None:
    samples = standstills(20, Setup.EYE_TO_HAND, 8)
    rng = np.random.default_rng(0)
    for k in range(0, 20, 2):
        seen = disturbed(samples[k].camera_from_target, rng.normal(0.0, 0.3, 3), rng.normal(0.0, 0.05, 3))
        samples[k] = HandEyeSample(samples[k].base_from_gripper, seen)
    with pytest.raises(CalibrationError):
        calibrate(samples, Setup.EYE_TO_HAND)


def test_a_wrong_tag_size_is_refused_by_the_held_out_residual() -> None:
    samples = [
        HandEyeSample(s.base_from_gripper, Pose(s.camera_from_target.rotation, 1.15 * s.camera_from_target.translation))
        for s in standstills(20, Setup.EYE_TO_HAND, 9, reach=0.2)
    ]
    with pytest.raises(CalibrationError, match=r"size of the tags|disagree"):
        calibrate(samples, Setup.EYE_TO_HAND)


def test_the_wrong_setup_is_refused() -> None:
    with pytest.raises(CalibrationError):
        calibrate(standstills(20, Setup.EYE_TO_HAND, 2), Setup.EYE_IN_HAND)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": 6}, "6 poses, at least 12"),
        ({"axes": (0.0, 0.0, 1.0)}, "those about z alone: rotate more about x or y"),
        ({"axes": (1.0, 0.0, 0.0)}, "those about x alone: rotate more about y or z"),
        ({"turn": 0.05}, "hardly any: rotate more about x or y or z"),
        ({"turn": 0.05}, "turn the tool further"),
        ({"reach": 0.005}, "move the tool further"),
    ],
)
def test_a_bad_set_is_refused_and_the_missing_motion_named(changes: dict, words: str) -> None:
    samples = standstills(**{"count": 20, "setup": Setup.EYE_TO_HAND, "seed": 3, **changes})
    with pytest.raises(CalibrationError, match=words):
        calibrate(samples, Setup.EYE_TO_HAND)


def test_no_samples_and_equal_samples_are_refused() -> None:
    with pytest.raises(CalibrationError, match="0 poses"):
        calibrate([], Setup.EYE_IN_HAND)
    with pytest.raises(CalibrationError, match="hardly any"):
        calibrate(standstills(1, Setup.EYE_IN_HAND, 0) * 15, Setup.EYE_IN_HAND)


@pytest.mark.parametrize(
    ("field", "value"),
    [("folds", 1), ("max_outliers", 0.5), ("outlier_sd", 0.0), ("max_residual", (0.0, 1.0)), ("outlier_floor", (1.0,))],
)
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        HandEyeParameters(**{field: value})


def test_no_more_folds_than_poses_leave_one_pose_out_each() -> None:
    samples = standstills(20, Setup.EYE_TO_HAND, 3)
    found = [calibrate(samples, Setup.EYE_TO_HAND, HandEyeParameters(folds=folds)) for folds in (20, 30)]
    assert found[0].held_out.rms == found[1].held_out.rms
