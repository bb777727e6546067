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
from rher_robot_driver.safety.motion.latch import ClearRefusedError, Latch
from rher_robot_driver.safety.motion.speed import SpeedLimit
from rher_robot_driver.safety.motion.stale import StaleCommand
from rher_robot_driver.safety.motion.table_plane import TablePlane
from rher_robot_driver.safety.motion.tool_tilt import ToolTilt
from rher_robot_driver.safety.motion.workspace_box import WorkspaceBox
from rher_robot_driver.safety.recovery_rules import RecoveryRules
from transforms3d.axangles import axangle2mat

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


def test_faces_take_a_start_beyond_them_and_let_it_only_back_in() -> None:
    box = WorkspaceBox((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 1.0)
    assert not box.begin((1.2, 0.5, 0.5), 0.1)
    assert box.begin((1.05, 0.5, 0.5), 0.1)
    assert box.clamp((1.05, 0.5, 0.5), (1.0, 0.0, 0.0), 0.01) == (0.0, 0.0, 0.0)
    assert box.allows((1.05, 0.5, 0.5), (-1.0, 0.0, 0.0), 0.01)
    assert box.begin((0.5, 0.5, 0.5), 0.1)
    assert not box.contains((1.05, 0.5, 0.5)), "the next start inside gives the face back"
    plane = TablePlane(0.1, 1.0)
    assert not plane.begin((0.0, 0.0, -0.1), 0.1)
    assert plane.begin((0.0, 0.0, 0.05), 0.1)
    assert plane.clamp((0.0, 0.0, 0.05), (0.0, 0.0, -1.0), 0.01) == (0.0, 0.0, 0.0)


unit = st.tuples(st.floats(-math.pi, math.pi), st.floats(0.0, math.pi)).map(
    lambda a: (math.sin(a[1]) * math.cos(a[0]), math.sin(a[1]) * math.sin(a[0]), math.cos(a[1]))
)


@given(lean=st.floats(0.0, 0.3), heading=st.floats(-math.pi, math.pi), axis=unit, rate=st.floats(1e-3, 3.0))
def test_tilt_allows_what_a_straight_stop_keeps_within_the_limit(
    lean: float, heading: float, axis: tuple[float, float, float], rate: float
) -> None:
    limit, deceleration, dt = 0.3, 5.0, 0.01
    tilt = ToolTilt(limit, deceleration)
    tool = (math.sin(lean) * math.cos(heading), math.sin(lean) * math.sin(heading), -math.cos(lean))
    turn = rate * dt + rate * rate / (2.0 * deceleration)
    angles = np.linspace(0.0, turn, 400)
    greatest = max(math.acos(min(1.0, -float((axangle2mat(axis, angle) @ tool)[2]))) for angle in angles)
    velocity = (rate * axis[0], rate * axis[1], rate * axis[2])
    if greatest < limit - 1e-4:
        assert tilt.allows(tool, velocity, dt)
    if greatest > limit + 1e-6:
        assert not tilt.allows(tool, velocity, dt)


def test_latch_keeps_the_first_reason_until_clear() -> None:
    latch = Latch(RecoveryRules(cool_down=0.0))
    latch.stop("force")
    latch.stop("stale")
    assert (latch.stopped, latch.stop_reason, latch.count) == (True, "force", 1)
    latch.clear("looked at it")
    assert not latch.stopped
    with pytest.raises(ValueError, match="reason of a stop is empty"):
        latch.stop("")
    with pytest.raises(ValueError, match="reason of a clear is empty"):
        latch.clear("")


def test_a_clear_needs_time_at_rest() -> None:
    latch = Latch(RecoveryRules(cool_down=1.0))
    for _ in range(30):
        latch.advance(0.1, at_rest=True)
    latch.stop("force")
    with pytest.raises(ClearRefusedError, match="after 1 s at rest"):
        latch.clear("rest before the stop does not count")
    latch.advance(0.9, at_rest=True)
    latch.advance(0.1, at_rest=False)
    latch.advance(0.9, at_rest=True)
    with pytest.raises(ClearRefusedError, match=r"rests since 0\.90 s"):
        latch.clear("too early")
    assert latch.stopped
    latch.advance(0.1, at_rest=True)
    latch.clear("looked at it")
    assert not latch.stopped


def test_clears_are_limited_in_number() -> None:
    latch = Latch(RecoveryRules(cool_down=0.0, max_clears=2, window=60.0))
    for _ in range(2):
        latch.stop("force")
        latch.advance(1.0, at_rest=True)
        latch.clear("looked at it")
    latch.clear("a clear without a stop does not count")
    latch.stop("force")
    latch.advance(57.0, at_rest=True)
    with pytest.raises(ClearRefusedError, match="2 stops were cleared within 60 s"):
        latch.clear("once too often")
    latch.advance(2.0, at_rest=True)
    latch.clear("the first is a minute ago")
    assert not latch.stopped


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
    with pytest.raises(ValueError, match=r"limit is 2\.0 rad"):
        ToolTilt(2.0, 1.0)
    with pytest.raises(ValueError, match="deceleration is 0"):
        ToolTilt(0.3, 0.0)
