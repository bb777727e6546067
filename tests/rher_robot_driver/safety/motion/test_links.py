# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Each link of the motion chain alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_robot_driver.safety.motion.acceleration import AccelerationLimit
from rher_robot_driver.safety.motion.braking import approach_speed, may_approach
from rher_robot_driver.safety.motion.latch import Latch
from rher_robot_driver.safety.motion.late_tick import LateTick
from rher_robot_driver.safety.motion.speed import SpeedLimit
from rher_robot_driver.safety.motion.stale import StaleCommand
from rher_robot_driver.safety.motion.table_plane import TablePlane
from rher_robot_driver.safety.motion.workspace_box import WorkspaceBox

triples = st.tuples(*[st.floats(-1.0, 1.0)] * 3)


@given(
    distance=st.floats(1e-9, 1.0),
    deceleration=st.floats(0.1, 50.0),
    first=st.floats(1e-3, 0.02),
    ticks=st.lists(st.floats(1e-3, 0.02), min_size=1, max_size=50),
)
def test_braking_from_the_approach_speed_ends_before_the_face(
    distance: float, deceleration: float, first: float, ticks: list[float]
) -> None:
    speed = approach_speed(distance, deceleration, first)
    assert may_approach(speed * (1.0 - 1e-9), distance, deceleration, first)
    assert not may_approach(speed * (1.0 + 1e-6), distance, deceleration, first)
    moved = speed * first
    for dt in ticks:
        speed = max(0.0, speed - deceleration * dt)
        moved += speed * dt
    assert moved <= distance * (1.0 + 1e-9)


def test_box_knows_inside_from_outside() -> None:
    box = WorkspaceBox((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 1.0)
    assert box.contains((0.0, 0.5, 1.0))
    assert not box.contains((0.0, 0.5, 1.1))
    assert not box.contains((math.nan, 0.5, 0.5))
    assert box.nearest((-1.0, 0.5, 2.0)) == (0.0, 0.5, 1.0)
    assert box.clamp((1.0, 0.0, 0.5), (0.2, -0.2, 0.1), 0.01) == (0.0, 0.0, 0.1)
    assert box.allows((1.0, 0.0, 0.5), (-0.2, 0.2, 0.1), 0.01)
    assert not box.allows((1.0, 0.0, 0.5), (0.2, 0.2, 0.1), 0.01)


def test_plane_bounds_only_the_descent() -> None:
    plane = TablePlane(0.1, 1.0)
    assert plane.contains((0.0, 0.0, 0.1))
    assert not plane.contains((0.0, 0.0, 0.0999))
    assert plane.nearest((1.0, 2.0, 0.0)) == (1.0, 2.0, 0.1)
    assert plane.allows((0.0, 0.0, 0.1), (5.0, 5.0, 5.0), 0.01)
    assert plane.clamp((0.0, 0.0, 0.1), (5.0, 5.0, -1.0), 0.01) == (5.0, 5.0, 0.0)


def test_speed_scales_each_part_and_keeps_its_direction() -> None:
    limit = SpeedLimit(0.5, 1.0)
    assert limit.limit((0.3, 0.4, 0.0, 0.0, 0.0, 1.0)) == ((0.3, 0.4, 0.0, 0.0, 0.0, 1.0), False)
    twist, changed = limit.limit((0.6, 0.8, 0.0, 0.0, -4.0, 3.0))
    assert changed
    assert twist == pytest.approx((0.3, 0.4, 0.0, 0.0, -0.8, 0.6))
    assert limit.count == 1


@given(velocity=triples, target=triples, dt=st.floats(1e-3, 0.02))
def test_ramp_changes_along_the_straight_line(
    velocity: tuple[float, float, float], target: tuple[float, float, float], dt: float
) -> None:
    limit = AccelerationLimit(5.0)
    new = np.array(limit.ramp(velocity, target, dt))
    change, wanted = new - velocity, np.subtract(target, velocity)
    assert np.linalg.norm(change) <= 5.0 * dt * (1.0 + 1e-9)
    np.testing.assert_allclose(np.cross(change, wanted), 0.0, atol=1e-12)
    reached = np.linalg.norm(wanted) <= 5.0 * dt
    np.testing.assert_allclose(np.linalg.norm(change), np.linalg.norm(wanted) if reached else 5.0 * dt, atol=1e-12)


@given(velocity=triples, brake=st.tuples(*[st.floats(0.0, 1.0)] * 3), target=triples)
def test_ramp_from_uses_exactly_what_the_forced_change_leaves(
    velocity: tuple[float, float, float], brake: tuple[float, float, float], target: tuple[float, float, float]
) -> None:
    dt, reach = 0.01, 0.05
    part = reach / math.sqrt(3.0)
    x, y, z = (v - b * math.copysign(min(abs(v), part), v) for v, b in zip(velocity, brake, strict=True))
    forced = (x, y, z)
    new = np.asarray(AccelerationLimit(reach / dt).ramp_from(velocity, forced, target, dt))
    change = np.linalg.norm(new - velocity)
    assert change <= reach * (1.0 + 1e-9)
    assert np.array_equal(new, target) or change == pytest.approx(reach, rel=1e-6)
    np.testing.assert_allclose(np.cross(new - forced, np.subtract(target, forced)), 0.0, atol=1e-12)


def test_a_command_is_stale_after_its_age_and_not_at_it() -> None:
    stale = StaleCommand(0.25)
    for _ in range(25):
        stale.advance(0.01)
    assert not stale.stale
    stale.advance(0.01)
    assert stale.stale
    stale.renew()
    assert not stale.stale


def test_late_ticks_are_cut() -> None:
    link = LateTick(0.02)
    assert link.limit(0.02) == (0.02, False)
    assert link.limit(0.5) == (0.02, True)
    assert link.count == 1
    for dt in (0.0, -0.01, math.nan, math.inf):
        with pytest.raises(ValueError, match="dt is"):
            link.limit(dt)


def test_latch_keeps_the_first_reason_until_clear() -> None:
    latch = Latch()
    latch.stop("force")
    latch.stop("stale")
    assert (latch.stopped, latch.stop_reason, latch.count) == (True, "force", 1)
    latch.clear("looked at it")
    assert not latch.stopped
    with pytest.raises(ValueError, match="reason of a stop is empty"):
        latch.stop("")
    with pytest.raises(ValueError, match="reason of a clear is empty"):
        latch.clear("")


def test_links_refuse_wrong_parameters() -> None:
    with pytest.raises(ValueError, match="lower is"):
        WorkspaceBox((0.0, 0.0, 1.0), (1.0, 1.0, 0.0), 1.0)
    with pytest.raises(ValueError, match="deceleration is -1"):
        WorkspaceBox((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), -1.0)
    with pytest.raises(ValueError, match="height is nan"):
        TablePlane(math.nan, 1.0)
    with pytest.raises(ValueError, match="deceleration is 0"):
        TablePlane(0.0, 0.0)
    with pytest.raises(ValueError, match="linear is -1"):
        SpeedLimit(-1.0, 1.0)
    with pytest.raises(ValueError, match="angular is nan"):
        SpeedLimit(1.0, math.nan)
    with pytest.raises(ValueError, match="acceleration is 0"):
        AccelerationLimit(0.0)
    with pytest.raises(ValueError, match="age is -1"):
        StaleCommand(-1.0)
    with pytest.raises(ValueError, match="longest is 0"):
        LateTick(0.0)
