# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Everything that goes wrong between arm process, controller and node: the arm rests, says why, and waits for Recover.

At rest means at rest by the emulator's log, from some simulated time after the fault on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from rher_robot_driver.ur.protocol import Enable, Phase, Recover, SafetyState, Six, State
from rher_robot_driver.ur.settings import UrSettings
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.motion_log import MotionLog

from tests.wire.arm_user import PATIENCE, READY, SAFETY, EmulatedArmUser

pytestmark = pytest.mark.graph
LEFT: Six = (0.0, 0.15, 0.0, 0.0, 0.0, 0.0)
RIGHT: Six = (0.0, -0.15, 0.0, 0.0, 0.0, 0.0)
AT_REST = 5e-3
"""Speed below which the emulated arm counts as resting [m/s]; its joint servos settle, they do not freeze."""
MEASURED_SETTLING = 0.3
"""Simulated time in which the emulated arm follows its last setpoint to rest [s]."""


@pytest.fixture
def user(controller):
    user = EmulatedArmUser(controller)
    yield user
    user.supervisor.close()


def moving(user: EmulatedArmUser) -> None:
    """Take the arm and have it in full motion, within a control period."""
    user.enable()
    user.move(LEFT, 3)
    user.push_on(LEFT)


def rests(user: EmulatedArmUser, begun_ns: int, within: float, until_ns: int) -> bool:
    """Return whether the arm is at rest by the log from a time [s] after one CLOCK_MONOTONIC [ns] to another."""
    log = MotionLog.read(user.controller.log_path)
    first, last = np.searchsorted(log.clock_ns, (begun_ns, until_ns))
    speeds = log.tcp_speed[first + round(within * 500) : last]
    assert speeds.size > 50
    return bool(speeds.max() < AT_REST)


def runs(pid: int) -> bool:
    """Return whether a process runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def recovers(user: EmulatedArmUser) -> None:
    """Assert that the arm moves again after Recover, and not before it."""
    before = user.move(RIGHT)[0]
    assert before.stopped
    place = user.controller.faults.state()["tcp_position"]
    user.move(RIGHT, 2)
    np.testing.assert_allclose(user.controller.faults.state()["tcp_position"], place, atol=2e-3)
    while not (answer := user.ask(Recover("looked at it"))).done:
        # The controller wants some time between a stop and its release, the chain some time at rest.
        assert any(word in answer.message for word in ("unlock", "rests since", "braking")), answer.message
    user.episode += 1
    states = user.move(RIGHT, 3)
    assert all((state.safety, state.stopped) == (SafetyState.NORMAL, False) for state in states)
    assert user.controller.faults.state()["tcp_position"][1] < place[1] - 0.01


def _protective(user: EmulatedArmUser) -> None:
    user.controller.faults.protective_stop()


def _emergency(user: EmulatedArmUser) -> None:
    user.controller.faults.emergency_stop()


def _safeguard(user: EmulatedArmUser) -> None:
    user.controller.faults.safeguard_stop()


def _power_off(user: EmulatedArmUser) -> None:
    user.controller.faults.set_robot_mode(RobotMode.POWER_OFF)


def _program(user: EmulatedArmUser) -> None:
    user.controller.faults.stop_program()


def _push(user: EmulatedArmUser) -> None:
    user.controller.faults.push((0.0, 0.0, 130.0), seconds=0.2)


def _mend_emergency(user: EmulatedArmUser) -> None:
    user.controller.faults.emergency_stop(False)
    user.controller.faults.set_robot_mode(RobotMode.RUNNING)


def _mend_safeguard(user: EmulatedArmUser) -> None:
    user.controller.faults.safeguard_stop(False)


def _mend_power(user: EmulatedArmUser) -> None:
    user.controller.faults.set_robot_mode(RobotMode.RUNNING)


def _nothing(user: EmulatedArmUser) -> None:
    pass


@pytest.mark.parametrize(
    ("spoil", "mend", "safety", "words"),
    [
        (_protective, _nothing, SafetyState.PROTECTIVE_STOP, "protective stop"),
        (_emergency, _mend_emergency, SafetyState.EMERGENCY_STOP, "emergency stop"),
        (_safeguard, _mend_safeguard, SafetyState.FAULT, "safeguard"),
        (_power_off, _mend_power, SafetyState.FAULT, "POWER OFF"),
        (_program, _nothing, SafetyState.FAULT, "our program"),
        (_push, _nothing, SafetyState.STOPPED, "force"),
    ],
    ids=["protective stop", "emergency stop", "safeguard stop", "power off", "program ended", "pushed"],
)
def test_what_the_controller_or_the_cell_does(
    user: EmulatedArmUser, spoil, mend, safety: SafetyState, words: str
) -> None:
    moving(user)
    spoil(user)
    held = user.held_by(safety)
    assert words in held.reason
    assert user.state(lambda state: state.period_end and state.step == user.step).stopped
    last = user.move(LEFT, 8)[-1]
    assert rests(user, held.stamp_ns, SAFETY.stopping_time + MEASURED_SETTLING, last.stamp_ns)
    mend(user)
    recovers(user)


def test_an_emergency_stop_that_is_still_pressed_is_not_recovered(user: EmulatedArmUser) -> None:
    moving(user)
    _emergency(user)
    user.held_by(SafetyState.EMERGENCY_STOP)
    answer = user.ask(Recover("in a hurry"))
    assert not answer.done
    assert "release the button" in answer.message
    enable = user.ask(Enable())
    assert not enable.done


def test_a_fault_is_not_forgotten_by_enabling(user: EmulatedArmUser) -> None:
    moving(user)
    _program(user)
    user.held_by(SafetyState.FAULT)
    answer = user.ask(Enable())
    assert not answer.done
    assert "only Recover" in answer.message


def test_a_node_that_falls_silent_stops_the_arm(user: EmulatedArmUser) -> None:
    moving(user)
    report = user.wait(
        lambda report: isinstance(report, State) and report.safety is SafetyState.STOPPED,
        beat=False,
    )
    assert isinstance(report, State)
    assert report.reason == "driver node silent"
    last = user.move(LEFT, 8)[-1]
    assert rests(user, report.stamp_ns, SAFETY.stopping_time + MEASURED_SETTLING, last.stamp_ns)
    recovers(user)


def test_a_short_silence_of_the_controller_is_a_stop(user: EmulatedArmUser) -> None:
    moving(user)
    user.controller.faults.freeze(0.25)
    held = user.state(lambda state: state.safety in (SafetyState.STOPPED, SafetyState.FAULT))
    assert held.reason
    user.move(LEFT, 8)
    recovers(user)


@pytest.mark.parametrize("fault", ["freeze", "drop", "kill"])
def test_a_lost_controller_is_told_and_a_new_process_takes_the_arm_again(user: EmulatedArmUser, fault: str) -> None:
    moving(user)
    if fault == "freeze":
        user.controller.faults.freeze(1.5)
    elif fault == "drop":
        user.controller.faults.drop_connections()
    else:
        user.controller.kill()
    lost = user.state(lambda state: state.phase is Phase.LOST and "ended" in state.reason)
    assert lost.safety is SafetyState.LOST
    assert not user.supervisor.alive
    if fault == "kill":
        user.supervisor.restart()
        again = user.state(lambda state: state.phase is Phase.LOST)
        assert f"{user.controller.address}:30004" in again.reason
        return
    while not user.supervisor.alive:
        # A frozen controller answers some time later.
        user.supervisor.restart()
        state = user.state(lambda state: state.phase is not Phase.CONNECTING)
    assert state.phase is Phase.CONNECTED
    last = user.move(RIGHT, 8)[-1]
    assert rests(user, lost.stamp_ns, MEASURED_SETTLING, last.stamp_ns)
    answer = user.ask(Recover("looked at it"))
    assert answer.done, answer
    assert not user.move(RIGHT, 2)[-1].stopped


def test_a_killed_arm_process_leaves_the_arm_to_the_watchdog(user: EmulatedArmUser) -> None:
    moving(user)
    os.kill(user.supervisor.pid, signal.SIGKILL)
    lost = user.held_by(SafetyState.LOST)
    assert "SIGKILL" in lost.reason
    user.supervisor.restart()
    user.state(lambda state: state.phase is Phase.CONNECTED)
    assert user.controller.faults.state()["runtime_state"] == "STOPPED"
    assert user.ask(Enable()).done
    assert not user.move(RIGHT, 2)[-1].stopped
    log = MotionLog.read(user.controller.log_path)
    last_setpoint = int(np.argmax(log.servo_writes == log.servo_writes[log.clock_ns < lost.stamp_ns][-1]))
    stopped = int(np.argmax((log.runtime_state != 2) & (np.arange(len(log.step)) > last_setpoint)))
    watchdog_steps = round(500 / UrSettings().watchdog_rate)
    assert stopped - last_setpoint <= watchdog_steps + 2
    # The last setpoint is reached by then; what follows is the new program's.
    again = int(np.argmax((log.runtime_state == 2) & (np.arange(len(log.step)) > stopped)))
    assert log.tcp_speed[stopped + round(0.05 * 500) : again].max() < AT_REST


def test_a_frozen_arm_process_is_told_and_the_watchdog_stops_the_arm(user: EmulatedArmUser) -> None:
    moving(user)
    os.kill(user.supervisor.pid, signal.SIGSTOP)
    lost = user.held_by(SafetyState.LOST)
    assert "silent" in lost.reason
    assert user.controller.faults.state()["runtime_state"] == "STOPPED"
    assert np.linalg.norm(user.controller.faults.state()["tcp_linear_velocity"]) < AT_REST
    os.kill(user.supervisor.pid, signal.SIGCONT)
    assert "SIGALRM" in user.state(lambda state: "ended" in state.reason).reason
    assert not user.supervisor.alive


def test_a_killed_node_takes_its_arm_process_with_it_and_the_arm_rests(controller) -> None:
    node = subprocess.Popen(
        [sys.executable, "-m", "tests.wire.endless_node", controller.address], stdout=subprocess.PIPE, text=True
    )
    assert node.stdout is not None
    arm_process = int(node.stdout.readline())
    node.kill()
    node.wait()
    killed_ns = time.monotonic_ns()
    deadline = time.monotonic() + PATIENCE
    while runs(arm_process):
        assert time.monotonic() < deadline, "the arm process outlives its node"
        controller.faults.state()
    ended_ns = time.monotonic_ns()
    state = controller.faults.state()
    begun = state["time"]
    while state["time"] < begun + 0.3:
        state = controller.faults.state()
    # Given back, not taken away by the watchdog.
    assert (state["runtime_state"], state["program_error"]) == ("STOPPED", "")
    log = MotionLog.read(controller.log_path)
    ended = int(np.searchsorted(log.clock_ns, ended_ns))
    assert log.tcp_speed[: int(np.searchsorted(log.clock_ns, killed_ns))].max() > 0.1
    assert log.tcp_speed[ended:].max() < AT_REST


@pytest.mark.parametrize("fault", ["program", "protective stop"])
def test_an_arm_moved_by_hand_while_held_stays_where_it_is_put(user: EmulatedArmUser, fault: str) -> None:
    """The controller's registers keep the last setpoint, which a program that starts again would follow."""
    moving(user)
    user.controller.faults.stop_program() if fault == "program" else user.controller.faults.protective_stop()
    user.state(lambda state: state.safety in (SafetyState.FAULT, SafetyState.PROTECTIVE_STOP))
    moved = (READY[0], READY[1] + 0.05, *READY[2:])
    user.controller.faults.teleport(moved)
    begun_ns = time.monotonic_ns()
    while not (answer := user.ask(Recover("put it aside by hand"))).done:
        assert any(word in answer.message for word in ("unlock", "rests since", "braking")), answer.message
    user.move((0.0,) * 6, 3)
    np.testing.assert_allclose(user.controller.faults.state()["q"], moved, atol=2e-3)
    assert rests(user, begun_ns, 0.0, time.monotonic_ns())


def test_a_recovery_that_preflight_refuses_leaves_everything_as_it_was(user: EmulatedArmUser) -> None:
    moving(user)
    user.controller.faults.stop_program()
    user.held_by(SafetyState.FAULT)
    outside = (READY[0] + 1.5, *READY[1:])
    user.controller.faults.teleport(outside)
    answer = user.ask(Recover("looked at it"))
    assert not answer.done
    assert [check.name for check in answer.checks if not check.passed] == ["start pose"]
    assert user.held_by(SafetyState.FAULT).phase is Phase.CONNECTED
    user.controller.faults.teleport(READY)
    while not (answer := user.ask(Recover("brought it back"))).done:
        assert "rests since" in answer.message
    user.episode += 1
    assert not user.move(RIGHT)[0].stopped
