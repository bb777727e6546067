# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is drawn: boxes where the tags are, in the colour of their fate, axes only of what is tracked."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_perception.drawing.canvas import Colour
from rher_perception.drawing.overlay import ACCEPTED, AXES, EXPECTED, REJECTED, Overlay
from rher_perception.objects.layout import cube_layout
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.pipeline import ObjectSetup, PerceptionPipeline, PipelineParameters
from rher_perception.tags.parameters import DetectionParameters
from rher_perception.tracking.parameters import TrackerParameters

from tests.rher_perception.scene import AWAY, CUBE_SIZE, TAG_SIZE, Studio, look_at, yawed

VIEW = look_at(np.array([0.95, 0.2, 0.6]), np.array([0.5, 0.0, 0.0]))
CUBE = yawed(0.45, 0.02, 0.3)
SETUPS = (ObjectSetup("cube", cube_layout("cube", CUBE_SIZE, TAG_SIZE, 0), PlanarConstraint(CUBE_SIZE / 2.0)),)
PERIOD_NS = 33_333_333
LOST_AFTER = math.ceil(TrackerParameters().bridge_time * 1e9 / PERIOD_NS) + 1
"""Pictures after which what is not seen is lost."""
SMOOTHED = 30
"""[grey level]"""


def drawn(studio: Studio, pictures: list[np.ndarray], **detection: float) -> np.ndarray:
    """Return the overlay of the last of some pictures."""
    limits = PipelineParameters(detection=DetectionParameters(**detection))  # type: ignore[arg-type]
    pipeline = PerceptionPipeline(studio.camera, SETUPS, limits)
    for k, rgb in enumerate(pictures):
        frame = pipeline.process(k * PERIOD_NS, rgb, VIEW)
    return Overlay(studio.camera, SETUPS).draw(rgb, frame, VIEW, 0.012)


def picture(studio: Studio, seed: int = 0, cube: object = CUBE) -> np.ndarray:
    return np.repeat(studio.grey(VIEW, cube, seed=seed)[..., None], 3, axis=2)  # type: ignore[arg-type]


def pixels(rgb: np.ndarray, colour: Colour) -> tuple[np.ndarray, ...]:
    """Return rows and columns of the pixels that have a colour, but for the smoothing of lines."""
    return np.nonzero((np.abs(rgb.astype(int) - colour) < SMOOTHED).all(axis=2))


def count(rgb: np.ndarray, colour: Colour) -> int:
    return len(pixels(rgb, colour)[0])


@pytest.fixture(scope="module")
def seen(studio: Studio) -> np.ndarray:
    return drawn(studio, [picture(studio)])


def test_tags_and_axes_are_drawn_where_the_cube_is(studio: Studio, seen: np.ndarray) -> None:
    middle = studio.camera.project(VIEW.inverse.apply(CUBE.translation))
    for colour in (ACCEPTED, *(colour for _, colour in AXES)):
        rows, columns = pixels(seen, colour)
        assert len(rows) > 20
        assert np.linalg.norm((np.mean(columns), np.mean(rows)) - middle) < 60
    assert count(seen, REJECTED) == 0


def test_rejected_tags_have_a_colour_of_their_own_and_no_axes(studio: Studio) -> None:
    rejected = drawn(studio, [picture(studio)], min_side=200.0)
    assert count(rejected, REJECTED) > 20
    assert count(rejected, ACCEPTED) == 0
    assert all(count(rejected, colour) == 0 for _, colour in AXES)


def test_an_object_is_drawn_while_it_is_bridged_and_no_longer_when_it_is_lost(studio: Studio) -> None:
    empty = [picture(studio, seed, AWAY) for seed in range(1, LOST_AFTER + 1)]
    bridged = drawn(studio, [picture(studio), empty[0]])
    assert all(count(bridged, colour) > 0 for _, colour in AXES)
    assert count(bridged, ACCEPTED) == count(bridged, EXPECTED) == 0
    lost = drawn(studio, [picture(studio), *empty])
    assert all(count(lost, colour) == 0 for _, colour in AXES)


def test_a_tag_measured_where_it_should_be_is_told_apart(studio: Studio) -> None:
    rgb = picture(studio)
    pipeline = PerceptionPipeline(studio.camera, SETUPS)
    frame = pipeline.process(0, rgb, VIEW)
    hidden = type(frame.detections)(frame.detections.tags[1:], ())
    overlay = Overlay(studio.camera, SETUPS).draw(
        rgb, type(frame)(0, frame.verdict, frame.objects, frame.observations, hidden), VIEW, None
    )
    assert count(overlay, EXPECTED) > 20
