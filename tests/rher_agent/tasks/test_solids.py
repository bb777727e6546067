# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What keeps a tool off a box: nothing gets in, nothing else is changed, and what is in comes out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_agent.tasks.solids import off_a_box

HALF = np.array((0.03, 0.05))
STEP = 0.024
"""Less than the least half size, so that no step leads through the box [m]."""

places = st.tuples(st.floats(-0.1, 0.1), st.floats(-0.1, 0.1)).map(np.array)
ways = st.tuples(st.floats(-STEP, STEP), st.floats(-STEP, STEP)).map(np.array)


def is_inside(point: np.ndarray) -> bool:
    return bool((np.abs(point) < HALF - 1e-12).all())


@given(places, ways)
def test_no_way_ends_inside_and_those_that_end_outside_are_left_alone(place, way):
    kept = off_a_box(place, way, HALF)
    assert not is_inside(place + kept)
    if not is_inside(place + way):
        assert (kept == way).all()


@given(places, ways)
def test_at_most_one_entry_changes(place, way):
    assert (off_a_box(place, way, HALF) != way).sum() <= 1


@pytest.mark.parametrize(
    ("place", "way", "kept"),
    [
        ((-0.05, 0.0), (0.024, 0.01), (0.02, 0.01)),
        ((0.05, 0.0), (-0.024, 0.01), (-0.02, 0.01)),
        ((0.0, -0.06), (0.01, 0.02), (0.01, 0.01)),
        ((0.028, 0.0), (0.0, 0.0), (0.002, 0.0)),
        ((-0.01, -0.045), (0.0, 0.01), (0.0, -0.005)),
    ],
)
def test_a_way_ends_at_the_face_before_it_and_what_is_inside_leaves_by_the_nearest(place, way, kept):
    np.testing.assert_allclose(off_a_box(np.array(place), np.array(way), HALF), kept, atol=1e-12)


def test_a_box_that_gives_way_is_pressed_along_that_axis_alone():
    place, way = np.array((-0.05, 0.0)), np.array((0.024, 0.0))
    assert (off_a_box(place, way, HALF, gives_way=0) == way).all()
    assert (off_a_box(place, way, HALF, gives_way=1) != way).any()
