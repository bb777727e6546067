# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The session of the arm process tick by tick, with the real client against an emulated controller."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.servo import build_servo
from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.client import UrClient
from rher_robot_driver.ur.pacer import Tick
from rher_robot_driver.ur.protocol import Answer, Beat, Disable, Enable, Request
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
WATCHED = 0.05
"""Time for which the arm is watched, half of the watchdog's [s]."""


class Session:
    """A session whose ticks the test gives."""

    def __init__(self, controller: ControllerProcess) -> None:
        settings = UrSettings(robot_ip=controller.address)
        kinematics = ArmKinematics(UR_ARMS[settings.robot_model], settings.tcp_offset)
        servo = build_servo(kinematics, SAFETY, settings.servo_period)
        self.node, end = Channel.pair()
        self._session = ArmSession(end, UrClient(settings), servo, settings, SAFETY)

    def tick(self, tick: Tick, request: Request = BEAT) -> list[Answer]:
        """Give a tick, with a request that waits for it; return what is answered."""
        assert self.node.send(request)
        self._session.tick(tick)
        return [report for report in self.node.receive() if isinstance(report, Answer)]

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
