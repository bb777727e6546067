# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm process with the real client against emulated controllers: taking the arm, following, stopping, giving back.

What the arm did is judged by the emulator's log.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import numpy as np
import pytest
from rher_robot_driver.ur.protocol import Disable, Enable, Phase, Recover, SafetyState, Six, State, Stop
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.motion_log import MotionLog

from tests.wire.arm_user import SAFETY, UP, EmulatedArmUser

pytestmark = pytest.mark.graph
LEFT: Six = (0.0, 0.1, 0.0, 0.0, 0.0, 0.0)
NOT_OURS = ("STOPPING", "STOPPED")
"""States of a controller on which our program was ended."""
AT_REST = 5e-3
"""Speed below which the emulated arm counts as resting [m/s]; its joint servos settle, they do not freeze."""


def speed_of(state: State) -> float:
    return float(np.linalg.norm(state.measured.tcp_twist))


@pytest.fixture
def user_of():
    """Return a function that makes a user of a controller; its arm process ends with the test."""
    users: list[EmulatedArmUser] = []

    def make(controller, **settings):
        users.append(EmulatedArmUser(controller, **settings))
        return users[-1]

    yield make
    for user in users:
        user.supervisor.close()


@pytest.fixture
def user(controller, user_of):
    return user_of(controller)


def test_commands_are_followed_and_tagged_within_every_limit(user: EmulatedArmUser) -> None:
    user.enable()
    rng = np.random.default_rng(1)
    states: list[tuple[Six, State]] = []
    for step in range(40):
        sign = 1.0 if step % 2 else -1.0
        x, y, z = (sign * rng.uniform(0.02, 0.13, 3)).tolist()
        twist: Six = (x, y, 0.5 * z, 0.0, 0.0, 0.0)
        states += [(twist, state) for state in user.move(twist)]
    assert [(state.episode, state.step) for _, state in states] == [(1, step) for step in range(1, 41)]
    for twist, state in states:
        assert (state.safety, state.reason, state.stopped, state.clipped) == (SafetyState.NORMAL, "", False, False)
        assert state.executed_twist == twist
        assert np.linalg.norm(np.subtract(state.commanded_position, state.measured.tcp_position)) < 0.02
    assert user.ask(Disable()).done
    log = MotionLog.read(user.controller.log_path)
    assert log.tcp_speed.max() < SAFETY.max_linear_speed
    assert (log.tcp_position > SAFETY.workspace_lower).all()
    assert (log.tcp_position < SAFETY.workspace_upper).all()


@pytest.mark.parametrize(("dh_error", "rate"), [(0.0, 500), (0.002, 500), (0.002, 125)])
def test_no_command_takes_the_arm_beyond_a_limit(start_controller, user_of, dh_error: float, rate: int) -> None:
    safety = replace(SAFETY, workspace_lower=(0.40, -0.05, 0.05), workspace_upper=(0.60, 0.15, 0.30))
    user = user_of(start_controller(dh_error=dh_error, dh_seed=3, rate=rate), safety=safety, servo_rate=rate)
    user.enable()
    rng = np.random.default_rng(5)
    states: list[State] = []
    for _ in range(12):
        x, y, z = (rng.choice((-1.0, 1.0), 3) * rng.uniform(0.0, 3.0, 3)).tolist()
        states += user.move((x, y, z, 0.0, 0.0, 0.0), 4)
    assert not any(state.stopped for state in states), {state.reason for state in states}
    assert {"box", "speed"} <= {word for state in states for word in state.reason.split(", ")}
    log = MotionLog.read(user.controller.log_path)
    ours = log.servo_writes > 0
    assert 0.2 < log.tcp_speed[ours].max() < safety.max_linear_speed
    assert (log.tcp_position[ours] > safety.workspace_lower).all()
    assert (log.tcp_position[ours] < safety.workspace_upper).all()


def test_a_period_lasts_its_ticks_and_is_counted_again_while_no_move_comes(user: EmulatedArmUser) -> None:
    user.enable()
    (first,) = user.move(UP)
    again = [user.state(lambda state: state.period_end) for _ in range(3)]
    assert {(state.episode, state.step) for state in again} == {(1, 1)}
    assert "stale" in {state.reason for state in again}
    ticks = [state.statistics.ticks + state.statistics.late_ticks for state in (first, *again)]
    more = again[-1].statistics.late_ticks
    assert all(50 <= length <= 50 + more for length in np.diff(ticks))


def test_commands_that_cease_bring_the_arm_to_rest_without_a_stop(user: EmulatedArmUser) -> None:
    user.enable()
    user.move(LEFT, 3)
    rest = user.state(lambda state: state.period_end and speed_of(state) < AT_REST)
    assert rest.safety is SafetyState.NORMAL
    (after,) = user.move(LEFT)
    assert not after.stopped


def test_a_stop_rests_flags_refuses_and_is_ended_only_by_recover(user: EmulatedArmUser) -> None:
    user.enable()
    user.move(LEFT, 3)
    user.push_on(LEFT)
    user.supervisor.send(Stop("the operator asked"))
    held = user.held_by(SafetyState.STOPPED)
    assert held.reason == "the operator asked"
    assert user.state(lambda state: state.period_end and state.step == 4).stopped
    position = user.move(LEFT, 3)[-1].commanded_position
    assert user.move(LEFT, 3)[-1].commanded_position == position
    answer = user.ask(Enable())
    assert (answer.done, answer.message) == (
        False,
        "the arm is enabled but held, only Recover ends this: the operator asked",
    )
    assert user.move(LEFT)[0].stopped
    answer = user.ask(Recover("looked at it"))
    assert answer.done, answer.message
    (after,) = user.move(LEFT)
    assert (after.safety, after.stopped) == (SafetyState.NORMAL, False)
    assert np.linalg.norm(np.subtract(after.commanded_position, position)) > 0.003


def test_a_recovery_while_the_arm_still_moves_is_refused(user: EmulatedArmUser) -> None:
    user.enable()
    user.move(LEFT, 2)
    user.push_on(LEFT)
    user.supervisor.send(Stop("the operator asked"))
    answer = user.ask(Recover("in a hurry"))
    assert not answer.done
    assert "braking" in answer.message or "rests since" in answer.message
    assert user.held_by(SafetyState.STOPPED).reason == "the operator asked"


def test_disabled_means_no_program_of_ours_and_flagged_periods(user: EmulatedArmUser) -> None:
    user.enable()
    user.move(LEFT, 2)
    assert user.ask(Disable()).done
    assert user.controller.faults.state()["runtime_state"] in NOT_OURS
    state = user.move(LEFT)[0]
    assert (state.phase, state.safety, state.stopped) == (Phase.CONNECTED, SafetyState.DISABLED, True)
    assert user.ask(Enable()).done
    assert not user.move(LEFT)[0].stopped


@pytest.mark.parametrize("end", ["quit", "SIGTERM"])
def test_every_end_gives_the_arm_back(user: EmulatedArmUser, end: str) -> None:
    user.enable()
    user.move(LEFT, 3)
    user.push_on(LEFT)
    if end == "SIGTERM":
        os.kill(user.supervisor.pid, signal.SIGTERM)
        lost = user.held_by(SafetyState.LOST)
        assert "exit code 0" in lost.reason
    pid = user.supervisor.pid
    user.supervisor.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert user.controller.faults.state()["runtime_state"] in NOT_OURS
    assert user.controller.faults.state()["program_error"] == ""
    assert np.linalg.norm(user.controller.faults.state()["tcp_linear_velocity"]) < AT_REST


def test_a_cb_series_arm_is_served_at_its_own_rate(start_controller, user_of) -> None:
    user = user_of(start_controller(rate=125), servo_rate=125)
    user.enable()
    states = user.move(LEFT, 10)
    assert not any(state.stopped for state in states)
    ticks = states[-1].statistics.ticks + states[-1].statistics.late_ticks
    assert ticks >= 10 * 12


def test_a_cb_series_arm_at_500_hz_is_refused(start_controller, user_of) -> None:
    state = user_of(start_controller(rate=125)).start()
    assert state.phase is Phase.LOST
    assert "servo_rate is 500 Hz; allowed: 125 Hz" in state.reason


def test_a_wrong_address_is_named(controller, user_of) -> None:
    user = user_of(controller, robot_ip="127.255.255.254")
    state = user.start()
    assert (state.phase, state.safety) == (Phase.LOST, SafetyState.LOST)
    assert "127.255.255.254:30004" in state.reason
    assert "exit code 3" in user.state(lambda state: "ended" in state.reason).reason


def test_another_client_in_control_is_told(user: EmulatedArmUser) -> None:
    user.controller.faults.occupy()
    user.start()
    answer = user.ask(Enable())
    assert not answer.done
    assert "another client controls the arm" in answer.message
    user.controller.faults.occupy(False)
    assert user.ask(Enable()).done


def _local(user: EmulatedArmUser) -> None:
    user.controller.faults.set_remote(False)


def _unpowered(user: EmulatedArmUser) -> None:
    user.controller.faults.set_robot_mode(RobotMode.IDLE)


def _slow(user: EmulatedArmUser) -> None:
    user.controller.faults.set_slider(0.5)


def _heavy(user: EmulatedArmUser) -> None:
    user.controller.faults.set_payload(2.0)


def _other_name(user: EmulatedArmUser) -> None:
    user.controller.faults.set_model("UR10")


def _other_tool(user: EmulatedArmUser) -> None:
    user.controller.faults.set_tcp_offset(0.0)


@pytest.mark.parametrize(
    ("spoil", "failed"),
    [
        (_local, "remote control"),
        (_unpowered, "robot mode"),
        (_slow, "speed slider"),
        (_heavy, "payload"),
        (_other_name, "model name"),
        (_other_tool, "TCP offset"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_preflight_lists_what_is_wrong_and_takes_nothing(user: EmulatedArmUser, spoil, failed: str) -> None:
    user.start()
    spoil(user)
    user.state(lambda state: True)
    answer = user.ask(Enable())
    assert not answer.done
    assert {check.name for check in answer.checks if not check.passed} == {failed}
    assert user.controller.faults.state()["runtime_state"] in NOT_OURS


def test_another_arm_than_expected_is_refused(start_controller, user_of) -> None:
    user = user_of(start_controller(arm="ur3e"))
    user.start()
    answer = user.ask(Enable())
    assert not answer.done
    assert {"model name", "arm geometry"} <= {check.name for check in answer.checks if not check.passed}


def test_parameters_that_no_process_takes_end_it_with_a_message(user: EmulatedArmUser) -> None:
    user.supervisor._arguments = ("--settings", '{"servo_rate": 250}', "--safety", "{}")
    lost = user.start()
    assert lost.phase is Phase.LOST
    assert "exit code 2" in lost.reason
