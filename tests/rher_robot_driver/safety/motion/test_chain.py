# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The motion chain against any stream of commands: no limit is ever left, and the arm comes to rest."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_robot_driver.safety.motion.chain import MotionChain, build_motion_chain
from rher_robot_driver.safety.motion.setpoint import MotionSetpoint
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.safety.recovery_rules import RecoveryRules
from transforms3d.axangles import axangle2mat

STREAMS = 300
ROUNDING = 1e-9
PARAMETERS = SafetyParameters(
    (0.25, -0.25, 0.01),
    (0.75, 0.25, 0.30),
    table_height=0.015,
    workspace_margin=0.0,
    speed_share=1.0,
    recovery=RecoveryRules(cool_down=0.0, max_clears=1000),
)
"""Without margins, so that the numbers of the tests are those of the limits."""
TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
CENTER = np.array((0.5, 0.0, 0.1))
RATES = (100.0, 125.0, 500.0)

wild = st.floats(allow_nan=True, allow_infinity=True)
tame = st.floats(-1.0, 1.0)
full_speed = st.floats(-math.pi, math.pi).map(lambda a: [0.25 * math.cos(a), 0.25 * math.sin(a), 0.0, 0.0, 0.0, 0.0])
twists = st.one_of(
    st.lists(wild, min_size=6, max_size=6),
    st.lists(tame, min_size=6, max_size=6),
    st.lists(st.sampled_from((-1.0, 0.0, 1.0)), min_size=6, max_size=6),
    full_speed,
)
elapsed = st.one_of(st.none(), st.floats(0.0, 2.0))
events = st.one_of(
    st.tuples(st.just("twist"), twists, elapsed, st.integers(1, 40)),
    st.tuples(st.just("twist"), twists, st.none(), st.integers(1, 40)),
    st.tuples(st.just("none"), st.none(), elapsed, st.integers(1, 40)),
    st.tuples(st.sampled_from(("stop", "clear")), st.none(), elapsed, st.integers(1, 10)),
)


@st.composite
def cells(draw: st.DrawFn) -> SafetyParameters:
    """Cells from a cramped corner to a table, slow and fast arms, the plane below or above the floor of the box."""
    lower = np.array([draw(st.floats(-0.5, 0.5)) for _ in range(3)])
    size = np.array([draw(st.floats(5e-3, 0.5)) for _ in range(3)])
    upper = lower + size
    return SafetyParameters(
        tuple(lower.tolist()),
        tuple(upper.tolist()),
        table_height=float(lower[2] + draw(st.floats(-0.5, 0.9)) * size[2]),
        max_linear_speed=draw(st.floats(0.01, 2.0)),
        max_linear_acceleration=draw(st.floats(0.1, 20.0)),
        max_angular_speed=draw(st.floats(0.1, 3.0)),
        max_angular_acceleration=draw(st.floats(0.5, 40.0)),
        max_linear_jerk=draw(st.floats(50.0, 1000.0)),
        max_angular_jerk=draw(st.floats(100.0, 2000.0)),
        max_tilt=draw(st.floats(0.05, 1.5)),
        workspace_margin=draw(st.floats(0.0, 1e-4)),
        speed_share=draw(st.floats(0.5, 1.0)),
        recovery=PARAMETERS.recovery,
    )


def chain_at(
    position: np.ndarray = CENTER, parameters: SafetyParameters = PARAMETERS, rate: float = 100.0
) -> MotionChain:
    chain = build_motion_chain(parameters, 1.0 / rate)
    chain.reset(position, TOOL_DOWN)
    return chain


def chain_in(parameters: SafetyParameters, start: tuple[float, float, float], rate: float) -> MotionChain:
    """A chain that starts somewhere in the commanded box, given in shares of its edges."""
    lower, upper = np.array(parameters.commanded_lower), np.array(parameters.commanded_upper)
    lower[2] = max(lower[2], parameters.commanded_floor)
    return chain_at(np.clip(lower + np.array(start) * (upper - lower), lower, upper), parameters, rate)


def run(chain: MotionChain, twist: tuple[float, ...], seconds: float, rate: float = 100.0) -> list[MotionSetpoint]:
    """Hold a twist, sent anew at every tick."""
    return [chain.tick(np.array(twist)) for _ in range(round(seconds * rate))]


@settings(max_examples=STREAMS, deadline=None)
@given(
    parameters=cells(),
    start=st.tuples(*[st.floats(0.0, 1.0)] * 3),
    rate=st.sampled_from(RATES),
    stream=st.lists(events, min_size=1, max_size=12),
)
def test_no_stream_of_commands_leaves_any_limit(
    parameters: SafetyParameters, start: tuple[float, float, float], rate: float, stream: list[tuple]
) -> None:
    lower, upper = np.array(parameters.commanded_lower), np.array(parameters.commanded_upper)
    lower[2] = max(lower[2], parameters.commanded_floor)
    chain, dt = chain_in(parameters, start, rate), 1.0 / rate
    before, acceleration, position = np.zeros(6), np.zeros(6), None
    for kind, twist, elapsed, times in stream:
        if kind == "stop":
            chain.stop("test")
        if kind == "clear" and chain.at_rest:
            chain.clear("test")
        for repeat in range(times):
            setpoint = chain.tick(twist if repeat % 10 == 0 else None, elapsed)
            change = (setpoint.twist - before) / dt
            jerk = (change - acceleration) / dt
            assert (setpoint.position >= lower - ROUNDING).all()
            assert (setpoint.position <= upper + ROUNDING).all()
            assert math.acos(min(1.0, -setpoint.rotation[2, 2])) <= parameters.max_tilt
            assert np.linalg.norm(setpoint.twist[:3]) <= parameters.commanded_speed * (1.0 + ROUNDING)
            assert np.linalg.norm(setpoint.twist[3:]) <= parameters.max_angular_speed
            assert np.linalg.norm(change[:3]) <= parameters.max_linear_acceleration * (1.0 + ROUNDING) + 1e-9
            assert np.linalg.norm(change[3:]) <= parameters.max_angular_acceleration + 1e-9
            assert np.linalg.norm(jerk[:3]) <= parameters.max_linear_jerk * (1.0 + ROUNDING) + 1e-6
            assert np.linalg.norm(jerk[3:]) <= parameters.max_angular_jerk + 1e-6
            np.testing.assert_allclose(setpoint.rotation @ setpoint.rotation.T, np.eye(3), atol=1e-12)
            if position is not None:
                np.testing.assert_allclose(setpoint.position - position, setpoint.twist[:3] * dt, atol=1e-12)
            before, acceleration, position = setpoint.twist, change, setpoint.position


@settings(max_examples=STREAMS, deadline=None)
@given(
    parameters=cells(),
    start=st.tuples(*[st.floats(0.0, 1.0)] * 3),
    twist=twists,
    rate=st.sampled_from(RATES),
    stop=st.booleans(),
)
def test_the_arm_comes_to_rest_within_the_stated_time(
    parameters: SafetyParameters, start: tuple[float, float, float], twist: list[float], rate: float, stop: bool
) -> None:
    chain, dt = chain_in(parameters, start, rate), 1.0 / rate
    run(chain, tuple(twist), 0.2, rate)
    if stop:
        chain.stop("test")
    allowed = parameters.stopping_time + (0.0 if stop else parameters.stale_age)
    for _ in range(math.ceil(allowed / dt) + 2):
        chain.tick(None)
    assert chain.at_rest
    held = chain.tick(None).position
    np.testing.assert_array_equal(chain.tick(None).position, held)


@settings(max_examples=STREAMS, deadline=None)
@given(
    angle=st.floats(-math.pi, math.pi),
    twists=st.lists(st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=3), max_size=5),
)
def test_the_ramp_prefers_no_axis(angle: float, twists: list[list[float]]) -> None:
    room = replace(PARAMETERS, workspace_lower=(-9.0, -9.0, -9.0), workspace_upper=(9.0, 9.0, 9.0), table_height=-9.0)
    turn = axangle2mat((0.0, 0.0, 1.0), angle)
    plain, turned = chain_at(CENTER, room), chain_at(turn @ CENTER, room)
    for linear in twists:
        for a, b in zip(
            run(plain, (*linear, 0.0, 0.0, 0.0), 0.1), run(turned, (*turn @ linear, 0.0, 0.0, 0.0), 0.1), strict=True
        ):
            np.testing.assert_allclose(b.position, turn @ a.position, rtol=0.0, atol=1e-12)
            np.testing.assert_allclose(b.twist[:3], turn @ a.twist[:3], rtol=0.0, atol=1e-12)


@settings(max_examples=STREAMS, deadline=None)
@given(stream=st.lists(full_speed, min_size=1, max_size=15))
def test_a_motion_without_report_is_the_motion_asked_for(stream: list[list[float]]) -> None:
    room = replace(PARAMETERS, workspace_lower=(-9.0, -9.0, -9.0), workspace_upper=(9.0, 9.0, 9.0), table_height=-9.0)
    bounded, free = chain_at(), chain_at(CENTER, room)
    reported = False
    for twist in stream:
        for a, b in zip(run(bounded, tuple(twist), 0.1), run(free, tuple(twist), 0.1), strict=True):
            assert b.limited_by == ()
            reported = reported or a.limited_by != ()
            if reported:
                return
            np.testing.assert_array_equal(a.position, b.position)


@pytest.mark.parametrize("rate", RATES)
def test_speed_is_reached_and_held_without_report(rate: float) -> None:
    setpoints = run(chain_at(rate=rate), (0.15, 0.20, 0.0, 0.0, 0.0, 0.0), 0.5, rate)
    assert all(setpoint.limited_by == () for setpoint in setpoints)
    np.testing.assert_allclose(setpoints[-1].twist, (0.15, 0.20, 0.0, 0.0, 0.0, 0.0), atol=1e-12)
    ramp = math.ceil(0.25 / 5.0 * rate - ROUNDING) + round(0.04 * rate) - 1
    assert np.linalg.norm(setpoints[ramp - 2].twist) < 0.25 - 1e-6
    np.testing.assert_allclose(np.linalg.norm(setpoints[ramp - 1].twist), 0.25)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("twist", "axis", "face", "reason"),
    [
        ((0.25, 0.0, 0.0), 0, 0.75, "box"),
        ((-0.25, 0.0, 0.0), 0, 0.25, "box"),
        ((0.0, 0.25, 0.0), 1, 0.25, "box"),
        ((0.0, 0.0, 0.25), 2, 0.30, "box"),
        ((0.0, 0.0, -0.25), 2, 0.015, "plane"),
    ],
)
def test_faces_are_reached_and_reported_at_any_rate(
    rate: float, twist: tuple[float, float, float], axis: int, face: float, reason: str
) -> None:
    chain = chain_at(rate=rate)
    setpoints = run(chain, (*twist, 0.0, 0.0, 0.0), 1.5, rate)
    assert setpoints[-1].position[axis] == pytest.approx(face, abs=1e-9)
    assert setpoints[0].limited_by == ()
    assert setpoints[-1].limited_by[0] == reason
    first = next(setpoint for setpoint in setpoints if setpoint.limited_by)
    assert abs(first.position[axis] - face) < 0.02, "the face makes itself felt only where braking must begin"
    assert chain.counts[reason] > 0


def test_a_face_does_not_hold_back_the_motion_along_it() -> None:
    chain = chain_at(np.array((0.75, -0.2, 0.1)))
    setpoints = run(chain, (0.15, 0.20, 0.0, 0.0, 0.0, 0.0), 1.0)
    assert setpoints[-1].twist[1] == pytest.approx(0.2)
    assert setpoints[-1].limited_by == ("box",)


def test_leaving_a_face_is_not_limited() -> None:
    chain = chain_at(np.array((0.75, 0.0, 0.1)))
    assert all(setpoint.limited_by == () for setpoint in run(chain, (-0.25, 0.0, 0.0, 0.0, 0.0, 0.0), 0.5))


def test_too_fast_is_scaled_and_reported() -> None:
    setpoint = run(chain_at(), (3.0, 4.0, 0.0, 0.0, 0.0, 0.0), 0.3)[-1]
    assert setpoint.limited_by == ("speed",)
    np.testing.assert_allclose(setpoint.twist[:3], (0.15, 0.20, 0.0))


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1.7e308])
def test_what_is_no_number_is_no_command(bad: float) -> None:
    chain = chain_at()
    chain.tick((0.1, 0.0, 0.0, 0.0, 0.0, 0.0))
    setpoint = chain.tick((bad, 1.7e308, bad, 0.0, 0.0, bad))
    assert setpoint.limited_by == ("finite",)
    assert chain.counts["finite"] == 1
    for _ in range(40):
        setpoint = chain.tick((bad, 1.7e308, bad, 0.0, 0.0, bad))
    assert chain.at_rest, "commands that are none do not keep the last one alive"
    assert "stale" in setpoint.limited_by


def test_a_command_is_held_until_stale() -> None:
    chain = chain_at()
    setpoints = [chain.tick((0.2, 0.0, 0.0, 0.0, 0.0, 0.0))] + [chain.tick(None) for _ in range(40)]
    stale = [tick for tick, setpoint in enumerate(setpoints) if setpoint.limited_by == ("stale",)]
    assert stale[0] == 26
    assert setpoints[25].twist[0] == pytest.approx(0.2)
    assert chain.at_rest


def test_a_chain_that_was_never_commanded_is_not_stale() -> None:
    chain = chain_at()
    assert all(chain.tick(None).limited_by == () for _ in range(100))


def test_a_late_tick_does_not_leap() -> None:
    chain = chain_at()
    run(chain, (0.25, 0.0, 0.0, 0.0, 0.0, 0.0), 0.2)
    before = chain.tick(None).position
    setpoint = chain.tick((0.25, 0.0, 0.0, 0.0, 0.0, 0.0), 0.2)
    assert setpoint.limited_by == ()
    assert setpoint.position[0] - before[0] == pytest.approx(0.25 * 0.01)


def test_a_command_ages_by_the_time_that_passed_and_not_by_ticks() -> None:
    chain = chain_at()
    run(chain, (0.25, 0.0, 0.0, 0.0, 0.0, 0.0), 0.2)
    assert chain.tick(None, 0.2).limited_by == ()
    assert chain.tick(None, 0.2).limited_by == ("stale",)


@pytest.mark.parametrize("time", [-0.01, math.nan, math.inf])
def test_a_time_that_is_none_is_refused(time: float) -> None:
    with pytest.raises(ValueError, match="elapsed is"):
        chain_at().tick(None, time)


@pytest.mark.parametrize("period", [0.0, -0.01, math.nan, 0.2])
def test_a_servo_period_out_of_range_is_refused(period: float) -> None:
    with pytest.raises(ValueError, match="servo_period is"):
        build_motion_chain(PARAMETERS, period)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("heading", [0.0, 1.0, 2.5])
def test_the_tool_tilts_to_the_limit_and_no_further(rate: float, heading: float) -> None:
    chain = chain_at(rate=rate)
    setpoints = run(chain, (0.0, 0.0, 0.0, math.cos(heading), math.sin(heading), 0.0), 1.0, rate)
    tilts = [math.acos(min(1.0, -setpoint.rotation[2, 2])) for setpoint in setpoints]
    assert max(tilts) <= PARAMETERS.commanded_tilt + ROUNDING
    assert tilts[-1] > PARAMETERS.commanded_tilt - 0.03
    assert setpoints[-1].limited_by == ("speed", "tilt")
    back = run(chain, (0.0, 0.0, 0.0, -0.5 * math.cos(heading), -0.5 * math.sin(heading), 0.0), 0.3, rate)
    assert all(setpoint.limited_by == () for setpoint in back)
    assert math.acos(min(1.0, -back[-1].rotation[2, 2])) < tilts[-1] - 0.1


def test_a_tilted_tool_still_turns_about_the_vertical() -> None:
    chain = chain_at()
    run(chain, (0.0, 0.0, 0.0, 0.9, 0.0, 0.0), 1.0)
    setpoints = run(chain, (0.0, 0.0, 0.0, 0.3, 0.0, 0.6), 1.0)
    assert setpoints[-1].twist[5] == pytest.approx(0.6, abs=0.05)
    assert math.acos(-setpoints[-1].rotation[2, 2]) <= PARAMETERS.commanded_tilt + ROUNDING


def test_a_stop_brakes_along_the_path_and_holds_until_clear() -> None:
    chain = chain_at()
    twist = (0.15, 0.20, 0.0, 0.0, 0.0, 0.0)
    run(chain, twist, 0.3)
    chain.stop("protective stop")
    setpoints = run(chain, twist, 0.5)
    for setpoint in setpoints:
        assert np.cross(setpoint.twist[:3], twist[:3]) == pytest.approx(0.0, abs=1e-15)
        assert setpoint.limited_by == ("latch",)
    assert (chain.stopped, chain.stop_reason, chain.at_rest) == (True, "protective stop", True)
    chain.reset(CENTER, TOOL_DOWN)
    assert chain.stopped, "a reset does not end a stop"
    run(chain, twist, 0.1)
    assert chain.at_rest
    chain.clear("operator looked at it")
    assert chain.tick(None).limited_by == ()
    assert chain.at_rest, "only a new command moves the arm"
    assert run(chain, twist, 0.1)[-1].twist[0] == pytest.approx(0.15)


def test_a_command_from_before_a_stop_does_not_move_the_arm_after_it() -> None:
    chain = chain_at()
    chain.tick((0.2, 0.0, 0.0, 0.0, 0.0, 0.0))
    chain.stop("test")
    run(chain, (0.2, 0.0, 0.0, 0.0, 0.0, 0.0), 0.05)
    chain.clear("operator looked at it")
    chain.tick(None)
    assert chain.at_rest


def test_a_stop_is_not_cleared_in_motion() -> None:
    chain = chain_at()
    run(chain, (0.25, 0.0, 0.0, 0.0, 0.0, 0.0), 0.3)
    chain.stop("test")
    chain.tick(None)
    with pytest.raises(RuntimeError, match="still braking"):
        chain.clear("too early")
    assert chain.stopped


def test_turns_integrate_the_angular_velocity() -> None:
    chain = chain_at()
    setpoints = run(chain, (0.0, 0.0, 0.0, 0.0, 0.0, 0.5), 1.0)
    angle = sum(setpoint.twist[5] for setpoint in setpoints) * 0.01
    np.testing.assert_allclose(setpoints[-1].rotation, axangle2mat((0.0, 0.0, 1.0), angle) @ TOOL_DOWN, atol=1e-12)
    assert setpoints[-1].limited_by == ()


@pytest.mark.parametrize("rate", [5e-324, 1e-262, 1e-12])
def test_the_slowest_turn_is_no_division_by_zero(rate: float) -> None:
    setpoint = run(chain_at(), (rate, rate, rate, rate, rate, rate), 0.1)[-1]
    np.testing.assert_allclose(setpoint.rotation, TOOL_DOWN, atol=1e-12)


def test_without_angular_velocity_the_rotation_is_untouched() -> None:
    chain = build_motion_chain(PARAMETERS, 0.01)
    rotation = axangle2mat((1.0, 2.0, 30.0), 1.0) @ TOOL_DOWN
    chain.reset(CENTER, rotation)
    np.testing.assert_array_equal(run(chain, (0.1, 0.0, 0.0, 0.0, 0.0, 0.0), 0.2)[-1].rotation, rotation)


@pytest.mark.parametrize("position", [(0.76, 0.0, 0.1), (0.5, 0.0, 0.012), (math.nan, 0.0, 0.1)])
def test_a_start_outside_the_limits_is_refused(position: tuple[float, float, float]) -> None:
    chain = build_motion_chain(PARAMETERS, 0.01)
    with pytest.raises(ValueError, match="allowed: within the limit"):
        chain.reset(np.array(position), TOOL_DOWN)
    with pytest.raises(RuntimeError, match="call reset first"):
        chain.tick(None)


def test_a_start_outside_by_rounding_is_taken_where_it_is() -> None:
    chain = chain_at(np.array((0.75 + 1e-9, 0.0, 0.1)))
    assert chain.tick(None).position[0] == 0.75 + 1e-9


def test_a_start_in_the_margin_may_come_back_and_goes_no_further_out() -> None:
    parameters = replace(PARAMETERS, workspace_margin=0.005)
    chain = chain_at(np.array((0.748, 0.0, 0.1)), parameters)
    assert run(chain, (0.2, 0.0, 0.0, 0.0, 0.0, 0.0), 0.2)[-1].position[0] == 0.748
    assert run(chain, (-0.2, 0.0, 0.0, 0.0, 0.0, 0.0), 0.2)[-1].position[0] < 0.72
    with pytest.raises(ValueError, match="limit 'box'"):
        chain_at(np.array((0.751, 0.0, 0.1)), parameters)


def test_a_start_with_a_tilted_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="tilts the tool by 17"):
        build_motion_chain(PARAMETERS, 0.01).reset(CENTER, axangle2mat((1.0, 0.0, 0.0), 0.3) @ TOOL_DOWN)


def test_a_start_with_a_mirrored_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="rotation"):
        build_motion_chain(PARAMETERS, 0.01).reset(CENTER, np.diag((1.0, 1.0, -1.0)))


def test_the_same_stream_gives_the_same_bits() -> None:
    rng = np.random.default_rng(3)
    stream = rng.normal(scale=0.2, size=(50, 6))
    runs = []
    for _ in range(2):
        chain = chain_at()
        runs.append([run(chain, tuple(twist), 0.1)[-1] for twist in stream])
    for a, b in zip(*runs, strict=True):
        np.testing.assert_array_equal(a.position, b.position)
        np.testing.assert_array_equal(a.rotation, b.rotation)
