# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A coloured cube without tags, rendered with the noise of a D435."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_perception.camera_model import CameraModel
from rher_perception.cubes.cube_finder import CubeFinder
from rher_perception.cubes.parameters import CubeParameters
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import Cause, ObjectEstimate, Refusal, Source

from tests.rher_perception.scene import AWAY, CUBE_SIZE, Studio, look_at, yawed

MAGENTA = CubeParameters(hue=(140, 170), size=CUBE_SIZE)
CUBE = yawed(0.5, 0.0, 0.4)
VIEW = look_at(np.array([0.8, 0.25, 0.65]), CUBE.translation)
GREY = (150, 150, 150)


def quarter_turn_error(one: Pose, other: Pose) -> float:
    turn = one.rotation.T @ other.rotation
    yaw = math.atan2(turn[1, 0], turn[0, 0])
    return abs((yaw + math.pi / 4.0) % (math.pi / 2.0) - math.pi / 4.0)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.4, 0.6), st.floats(-0.1, 0.1), st.floats(-3.0, 3.0), st.integers(0, 1000))
def test_a_cube_is_found_within_what_it_states(studio: Studio, x: float, y: float, yaw: float, seed: int) -> None:
    cube = yawed(x, y, yaw)
    colour, depth = studio.coloured(VIEW, cube, seed)
    found = CubeFinder("cube", studio.camera, MAGENTA).estimate(colour, depth, VIEW, 5)
    assert isinstance(found, ObjectEstimate)
    assert found.source is Source.COLOUR_DEPTH
    assert found.yaw_symmetry == 4
    error = found.base_from_object.translation - cube.translation
    assert np.abs(error[:2]).max() < 3.0 * MAGENTA.plane_sd
    assert quarter_turn_error(found.base_from_object, cube) < 3.0 * MAGENTA.yaw_sd


def test_a_cube_half_covered_is_refused(studio: Studio) -> None:
    colour, depth = studio.coloured(VIEW, CUBE)
    middle = studio.camera.project(VIEW.inverse.apply(CUBE.translation))
    colour[:, : int(middle[0])] = GREY
    refused = CubeFinder("cube", studio.camera, MAGENTA).estimate(colour, depth, VIEW, 5)
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.INCONSISTENT


def test_two_cubes_are_refused(studio: Studio) -> None:
    colour, depth = studio.coloured(VIEW, CUBE, twin=yawed(0.5, 0.12, 0.1))
    refused = CubeFinder("cube", studio.camera, MAGENTA).estimate(colour, depth, VIEW, 5)
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.DUPLICATE


def test_a_cube_held_above_the_table_is_not_taken_for_one_on_it(studio: Studio) -> None:
    colour, depth = studio.coloured(VIEW, yawed(0.5, 0.0, 0.4, height=0.15))
    refused = CubeFinder("cube", studio.camera, MAGENTA).estimate(colour, depth, VIEW, 5)
    assert isinstance(refused, Refusal)


def test_without_depth_there_is_no_pose(studio: Studio) -> None:
    colour, depth = studio.coloured(VIEW, CUBE)
    refused = CubeFinder("cube", studio.camera, MAGENTA).estimate(colour, np.full_like(depth, np.nan), VIEW, 5)
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.DOUBTFUL


def test_an_empty_table_is_said_to_be_empty(studio: Studio) -> None:
    colour, depth = studio.coloured(VIEW, AWAY)
    refused = CubeFinder("cube", studio.camera, MAGENTA).estimate(colour, depth, VIEW, 5)
    assert isinstance(refused, Refusal)
    assert refused.cause is Cause.NOT_SEEN


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.binary(min_size=1, max_size=300), st.integers(0, 2**32 - 1))
def test_random_bytes_never_crash_the_finder(width: int, height: int, content: bytes, seed: int) -> None:
    camera = CameraModel.pinhole(width, height, math.radians(42.0))
    colour = np.resize(np.frombuffer(content, np.uint8), (height, width, 3))
    rng = np.random.default_rng(seed)
    depth = rng.choice([0.0, 0.8, 1.0, np.nan, np.inf, -1.0], (height, width)).astype(np.float32)
    wide = CubeParameters(hue=(0, 179), size=CUBE_SIZE, min_saturation=0, min_value=0, min_pixels=1)
    found = CubeFinder("cube", camera, wide).estimate(colour, depth, VIEW, 5)
    if isinstance(found, ObjectEstimate):
        assert np.isfinite(found.base_from_object.translation).all()


def test_other_pictures_than_the_cameras_are_refused(studio: Studio) -> None:
    with pytest.raises(ValueError, match="allowed"):
        CubeFinder("cube", studio.camera, MAGENTA).estimate(
            np.zeros((480, 640), np.uint8), np.zeros((480, 640), np.float32), VIEW, 5
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [("hue", (0, 200)), ("size", 0.0), ("min_saturation", 300), ("min_pixels", 0), ("max_rival", 0.0)],
)
def test_parameters_out_of_range_are_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        replace(MAGENTA, **{field: value})
