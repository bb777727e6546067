# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The session of the arm process tick by tick, with the real client against an emulated controller."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.servo import build_servo
from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.client import UrClient
from rher_robot_driver.ur.pacer import Tick
from rher_robot_driver.ur.protocol import (
    Answer,
    Beat,
    Disable,
    Enable,
    Phase,
    Recover,
    Request,
    SafetyState,
    State,
    Stop,
)
from rher_robot_driver.ur.servo_loop import ServoLoop
from rher_robot_driver.ur.session import ArmSession
from rher_robot_driver.ur.settings import UrSettings
from rher_sim_bridge.ur_controller.process import ControllerProcess

from tests.wire.arm_user import READY, SAFETY

pytestmark = pytest.mark.graph
PERIOD = 0.002
"""Of the controller's cycle [s]."""
SERVED = Tick(PERIOD, is_new=True, may_move=True)
LATE = Tick(2.0 * PERIOD, is_new=False, may_move=False)
"""A tick for which the controller's cycle did not come in time."""
BEAT = Beat()
HANG = 10.0
"""[s]"""
WATCHED = 0.05
"""Time for which the arm is watched, half of the watchdog's [s]."""


class Session:
    """A session whose ticks the test gives."""

    def __init__(self, controller: ControllerProcess) -> None:
        settings = UrSettings(robot_ip=controller.address)
        kinematics = ArmKinematics(UR_ARMS[settings.robot_model], settings.tcp_offset)
        servo = build_servo(kinematics, SAFETY, settings.servo_period)
        self.node, end = Channel.pair()
        self.states: list[State] = []
        self._session = ArmSession(end, UrClient(settings), servo, settings, SAFETY)

    def tick(self, tick: Tick, request: Request = BEAT) -> list[Answer]:
        """Give a tick, with a request that waits for it; return what is answered."""
        assert self.node.send(request)
        self._session.tick(tick)
        reports = self.node.receive()
        self.states += [report for report in reports if isinstance(report, State)]
        return [report for report in reports if isinstance(report, Answer)]

    def tick_until(self, condition: Callable[[State], bool]) -> None:
        """Give ticks until a state is as wanted."""
        hang = time.monotonic() + HANG
        while not (self.states and condition(self.states[-1])):
            assert time.monotonic() < hang
            self.tick(SERVED)

    @property
    def loop(self) -> ServoLoop:
        """What gives the setpoints."""
        return self._session._loop

    def disable(self) -> None:
        """Have the arm given back."""
        answers = self.tick(SERVED, Disable())
        while not answers:
            answers = self.tick(SERVED)


@pytest.fixture
def session(controller: ControllerProcess) -> Iterator[Session]:
    """A session of an arm that is ready; the control connection is closed before the controller ends."""
    controller.faults.teleport(READY)
    session = Session(controller)
    yield session
    session.disable()


def test_an_enabled_arm_is_sent_no_setpoint_from_before(controller: ControllerProcess, session: Session) -> None:
    (answer,) = session.tick(SERVED, Enable())
    assert answer.done, answer
    session.disable()
    moved = (READY[0] + 0.2, *READY[1:])
    controller.faults.teleport(moved)
    (answer,) = session.tick(LATE, Enable())
    assert answer.done, answer
    begun = controller.faults.state()["time"]
    while (state := controller.faults.state())["time"] < begun + WATCHED:
        np.testing.assert_allclose(state["q"], moved, atol=2e-3)


def test_an_arm_that_rests_outside_its_limits_is_let_go_and_the_reason_is_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that is caught beside its box. The emulated arm does not leave it, so only the refusal is put on."""
    (answer,) = session.tick(SERVED, Enable())
    assert answer.done, answer
    session.tick(SERVED, Stop("caught"))
    reason = "position is (0.9, 0.0, 0.1); allowed: inside the workspace"

    def refuse(q: object) -> None:
        raise ValueError(reason)

    with monkeypatch.context() as outside:
        outside.setattr(session.loop, "reset", refuse)
        (answer,) = session.tick(SERVED, Recover("gone"))
    assert (answer.done, answer.message) == (False, reason)
    session.tick_until(lambda state: state.safety is SafetyState.FAULT)
    assert (session.states[-1].phase, session.states[-1].reason) == (Phase.CONNECTED, reason)
