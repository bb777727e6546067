# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of the world when perception knows nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rher_agent.worlds.state import ObjectState, WorldState, with_last_known

CUBE = ObjectState("cube", np.array([0.4, 0.1, 0.025]), np.array([1.0, 0.0, 0.0, 0.0]), np.zeros(3), np.zeros(3))
NOWHERE = replace(CUBE, position=np.full(3, math.nan), tracked=False, age=math.inf)


def state(cube: ObjectState, stamp_ns: int = 0) -> WorldState:
    zero = np.zeros(6)
    return WorldState(stamp_ns, np.zeros(3), np.array([0.0, 1.0, 0.0, 0.0]), zero, 0.0, zero, zero, (cube,), stamp_ns)


def test_an_object_of_which_nothing_is_known_stays_where_it_was_seen_last() -> None:
    known = with_last_known(state(NOWHERE), state(CUBE))
    np.testing.assert_array_equal(known.objects[0].position, CUBE.position)
    assert not known.objects[0].tracked
    assert known.objects[0].age == math.inf


def test_an_object_that_is_known_is_left_alone() -> None:
    moved = replace(CUBE, position=np.array([0.5, 0.0, 0.025]))
    assert with_last_known(state(moved), state(CUBE)).objects[0] is moved
    assert with_last_known(state(NOWHERE), None).objects[0] is NOWHERE


def test_the_age_counts_the_latency_and_is_never_negative() -> None:
    late = replace(state(replace(CUBE, age=0.3), stamp_ns=500_000_000), objects_stamp_ns=300_000_000)
    assert late.age == pytest.approx(0.5)
    assert replace(late, objects_stamp_ns=600_000_000).age == pytest.approx(0.3)
