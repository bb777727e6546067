# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Any stream of commands, faults and times through admission and servo: nothing that is sent leaves any limit.

`make test` tries 500 streams, `make fuzz` as many as are wanted.
"""

from __future__ import annotations

import logging
import math
import os
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.safety.admission.chain import build_admission_chain
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.joints.joint_guard import GUARD_REASONS
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.motion.latch import ClearRefusedError
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.safety.recovery_rules import RecoveryRules
from rher_robot_driver.servo import MAX_LAG, TRACKING, build_servo

STREAMS = int(os.environ.get("STREAMS", "500"))
TOOL_DOWN = np.diag((1.0, -1.0, -1.0))
READY = np.array((-2.87, -1.84, -2.12, -0.75, 1.57, -1.30))
KINEMATICS = {name: ArmKinematics(model, 0.15) for name, model in UR_ARMS.items()}
ROUNDING = 1e-9
NS = 1_000_000_000

wild = st.floats(allow_nan=True, allow_infinity=True)
tame = st.floats(-1.0, 1.0)
twists = st.one_of(
    st.lists(tame, min_size=6, max_size=6),
    st.lists(st.sampled_from((-9.0, 0.0, 9.0)), min_size=6, max_size=6),
    st.floats(-math.pi, math.pi).map(lambda a: [0.24 * math.cos(a), 0.24 * math.sin(a), 0.0, 0.0, 0.0, 0.0]),
    st.lists(wild, min_size=6, max_size=6),
)
flaws = st.sampled_from(
    (
        {},
        {},
        {},
        {"writer": "somebody"},
        {"step": 1},
        {"step": -5},
        {"episode": 7},
        {"stamp_ns": 10 * NS},
        {"stamp_ns": -NS},
        {"frame_id": "base"},
        {"gripper": math.inf},
    )
)
times = st.one_of(st.none(), st.none(), st.floats(0.0, 1.0))
measurements = st.sampled_from(("held", "force", "peak", "fast", "outside", "tilted", "nan"))
events = st.one_of(
    st.tuples(st.just("command"), st.tuples(twists, flaws), st.integers(1, 30), times),
    st.tuples(st.just("command"), st.tuples(twists, st.just({})), st.integers(1, 30), st.none()),
    st.tuples(st.just("storm"), st.lists(twists, min_size=2, max_size=6), st.integers(1, 30), st.none()),
    st.tuples(st.just("blind"), twists, st.integers(1, 30), times),
    st.tuples(st.just("measured"), measurements, st.integers(1, 30), times),
    st.tuples(st.sampled_from(("stop", "clear", "nothing")), st.none(), st.integers(1, 30), times),
)


@st.composite
def cells(draw: st.DrawFn) -> tuple[str, np.ndarray, SafetyParameters]:
    """An arm, where it starts, and a box about that place, often beyond its reach."""
    name = draw(st.sampled_from(("ur5e", "ur5e", "ur10e", "ur3e")))
    size = 1.0 if name == "ur5e" else 1.4 if name == "ur10e" else 0.6
    start = size * np.array((draw(st.floats(0.25, 0.75)), draw(st.floats(-0.4, 0.4)), draw(st.floats(0.03, 0.5))))
    below = np.array([draw(st.floats(0.01, 0.5)) for _ in range(3)])
    above = np.array([draw(st.floats(0.01, 0.5)) for _ in range(3)])
    parameters = SafetyParameters(
        tuple((start - below).tolist()),
        tuple((start + above).tolist()),
        table_height=float(start[2] - draw(st.floats(0.01, 0.1))),
        recovery=RecoveryRules(cool_down=0.05, max_clears=3, window=20.0),
    )
    if draw(st.booleans()):
        parameters = replace(
            parameters,
            max_linear_speed=draw(st.floats(0.02, 0.5)),
            max_angular_speed=draw(st.floats(0.1, 1.5)),
            max_linear_acceleration=draw(st.floats(0.5, 8.0)),
            max_angular_acceleration=draw(st.floats(1.0, 15.0)),
            max_linear_jerk=draw(st.floats(100.0, 500.0)),
            max_angular_jerk=draw(st.floats(200.0, 1000.0)),
            max_tilt=draw(st.floats(0.05, 1.0)),
        )
    return name, start, parameters


@dataclass
class Record:
    """What was sent, tick by tick."""

    q: list[np.ndarray] = field(default_factory=list)
    position: list[np.ndarray] = field(default_factory=list)
    rotation: list[np.ndarray] = field(default_factory=list)
    twist: list[np.ndarray] = field(default_factory=list)
    joints_brake: list[bool] = field(default_factory=list)


class Stream:
    """An arm behind admission and servo, with a clock of its own."""

    def __init__(self, name: str, start: np.ndarray, parameters: SafetyParameters, rate: float) -> None:
        self.kinematics = KINEMATICS[name]
        self.parameters, self.dt = parameters, 1.0 / rate
        self.admission = build_admission_chain(parameters, "policy")
        self.admission.order.begin(1)
        self.servo = build_servo(self.kinematics, parameters, self.dt)
        try:
            q = self.kinematics.inverse(start, TOOL_DOWN, READY)
        except ValueError:
            q = READY
        assume(self.kinematics.relative_manipulability(q) > parameters.joints.manipulability_stop and q is not READY)
        self.servo.reset(q)
        self.now_ns, self.step, self.rested = 20 * NS, 1, 0.0
        self.record = Record([q], [start], [TOOL_DOWN], [np.zeros(6)], [False])
        self.held = False

    def command(self, twist: list[float], flaw: dict) -> np.ndarray | None:
        """Return what admission makes of a command."""
        command = TwistCommand(np.array(twist), math.nan, "base_link", self.now_ns, "policy", 1, self.step)
        admission = self.admission.admit(replace(command, **flaw), self.now_ns)
        if admission.command is None:
            return None
        assert not flaw or flaw == {"step": self.step}
        self.step += 1
        return admission.command.twist

    def tick(self, twist: np.ndarray | list[float] | None, elapsed: float | None) -> None:
        """Tick and keep what was sent."""
        assert self.servo.stopped or not self.held, "nothing but clear ends a stop"
        stopped = self.servo.stopped
        time = self.dt if elapsed is None else elapsed
        self.now_ns += round(time * NS)
        self.rested = self.rested + time if stopped and self.servo.at_rest else 0.0
        setpoint = self.servo.tick(twist, elapsed)
        record = self.record
        began = bool({*GUARD_REASONS, TRACKING} & set(setpoint.limited_by))
        record.joints_brake.append(began or (record.joints_brake[-1] and bool(np.any(setpoint.q != record.q[-1]))))
        record.q.append(setpoint.q)
        record.position.append(setpoint.position)
        record.rotation.append(setpoint.rotation)
        record.twist.append(setpoint.twist)
        self.held = self.held or self.servo.stopped
        assert self.servo.stopped == self.held == setpoint.is_stopped

    def clear(self) -> None:
        """Try to clear a stop; it must not work before the arm rested for the cool-down."""
        stopped = self.servo.stopped
        try:
            self.servo.clear("test")
        except ClearRefusedError:
            assert self.servo.stopped == stopped
            return
        self.held = False
        assert not stopped or self.rested >= self.parameters.recovery.cool_down - ROUNDING

    def measured(self, kind: str) -> MeasuredMotion:
        """Return the arm where it was told to be, or with something wrong."""
        r = self.record
        position, rotation, twist, wrench = r.position[-1].copy(), r.rotation[-1], r.twist[-1].copy(), np.zeros(6)
        if kind == "held":
            position = r.position[0]
        elif kind in ("force", "peak"):
            wrench[2] = 150.0 if kind == "force" else -250.0
        elif kind == "fast":
            twist[0] = 2.0 * self.parameters.max_linear_speed
        elif kind == "outside":
            position = np.array(self.parameters.workspace_upper) + 1e-6
        elif kind == "tilted":
            rotation = np.eye(3)
        elif kind == "nan":
            position[1] = math.nan
        return MeasuredMotion(position, rotation, twist, wrench)

    def play(self, kind: str, what: Any, ticks: int, elapsed: float | None) -> None:
        """Let one event happen for some ticks."""
        if kind == "stop":
            self.servo.stop("test")
        if kind == "clear":
            self.clear()
        for tick in range(ticks):
            twist = None
            if kind != "blind":
                self.admission.perception.seen(self.now_ns, self.now_ns)
            if kind in ("command", "blind") and tick % 10 == 0:
                asked, flaw = what if kind == "command" else (what, {})
                twist = self.command(asked, flaw)
            elif kind == "storm":
                twist = what[tick % len(what)]
            self.tick(twist, elapsed)
            self.servo.observe(
                self.measured(what if kind == "measured" else ""), self.dt if elapsed is None else elapsed
            )

    def check(self) -> None:
        """Compare all that was sent with all limits."""
        p, dt, model, record = self.parameters, self.dt, self.kinematics.model, self.record
        q, position, twist = np.array(record.q), np.array(record.position), np.array(record.twist)
        own = np.array(record.joints_brake)

        speeds = np.diff(q, axis=0, prepend=q[:1]) / dt
        accelerations = np.diff(speeds, axis=0, prepend=speeds[:1]) / dt
        assert (q >= model.joint_lower).all()
        assert (q <= model.joint_upper).all()
        assert (np.abs(speeds) <= np.array(model.joint_speed_limits) * (1.0 + ROUNDING)).all()
        assert np.abs(accelerations).max() <= p.joints.max_acceleration * (1.0 + ROUNDING) + 1e-6

        assert (position >= p.workspace_lower).all()
        assert (position <= p.workspace_upper).all()
        assert (position[:, 2] >= p.table_height).all()
        for at, joints, rotation in zip(position, q, record.rotation, strict=True):
            reached, turned = self.kinematics.forward(joints)
            assert np.linalg.norm(reached - at) <= MAX_LAG
            for matrix in (rotation, turned):
                assert -matrix[2, 2] >= math.cos(p.max_tilt)
        assert norm(twist[:, :3]).max() <= p.max_linear_speed

        # While the joints brake for themselves the path's finer limits give way to theirs, and two ticks after.
        path = ~(own | np.roll(own, 1) | np.roll(own, 2))
        path[:2] = True
        inside = path & (position >= p.commanded_lower).all(axis=1)
        change = np.diff(twist, axis=0, prepend=twist[:1]) / dt
        jerk = np.diff(change, axis=0, prepend=change[:1]) / dt
        assert (position[inside] <= np.array(p.commanded_upper) + ROUNDING).all()
        for values, linear, angular in (
            (twist, p.commanded_speed, p.max_angular_speed),
            (change, p.max_linear_acceleration, p.max_angular_acceleration),
            (jerk, p.max_linear_jerk, p.max_angular_jerk),
        ):
            assert norm(values[path, :3]).max() <= linear * (1.0 + ROUNDING) + 1e-6
            assert norm(values[path, 3:]).max() <= angular * (1.0 + ROUNDING) + 1e-6


def norm(rows: np.ndarray) -> np.ndarray:
    return np.linalg.norm(rows, axis=1)


@pytest.fixture(autouse=True, scope="module")
def quiet() -> None:
    """Thousands of stops are no news here."""
    logging.getLogger("rher_robot_driver").setLevel(logging.ERROR)


@settings(
    max_examples=STREAMS,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cell=cells(), rate=st.sampled_from((100.0, 125.0, 500.0)), stream=st.lists(events, min_size=1, max_size=8))
def test_no_stream_leaves_any_limit_and_the_arm_comes_to_rest(
    cell: tuple[str, np.ndarray, SafetyParameters], rate: float, stream: list[tuple]
) -> None:
    arm = Stream(*cell, rate)
    for happening in stream:
        arm.play(*happening)
    event(f"stop: {arm.servo.stop_reason or 'none'}")
    for _ in range(math.ceil((arm.parameters.stale_age + arm.parameters.stopping_time) * rate) + 2):
        arm.tick(None, None)
    assert arm.servo.at_rest
    held = arm.record.q[-1]
    for _ in range(3):
        arm.tick(None, None)
        np.testing.assert_allclose(arm.record.q[-1], held, rtol=0.0, atol=1e-9)
    arm.check()
