# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The vendor's unmodified client moves the emulated arm; the emulator's log says what the arm did."""

from __future__ import annotations

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.ur_controller.motion_log import MotionLog
from rtde_control import RTDEControlInterface
from rtde_receive import RTDEReceiveInterface

LOOKAHEAD, GAIN = 0.03, 1000.0
WATCHDOG = 5.0
"""[Hz]; slow, so that a busy machine does not trip it."""


@pytest.fixture
def connect():
    """Return a function that connects the control and the receive client to an emulator."""
    opened = []

    def open_both(emulator, rate=500.0):
        receive = RTDEReceiveInterface(emulator.address, rate)
        control = RTDEControlInterface(emulator.address, rate)
        opened.extend((control, receive))
        return control, receive

    yield open_both
    for client in opened:
        client.disconnect()


def servo(control, targets, rate=500):
    """Send joint targets at a rate."""
    for q in targets:
        start = control.initPeriod()
        assert control.servoJ(list(q), 0.0, 0.0, 1.0 / rate, LOOKAHEAD, GAIN)
        control.waitPeriod(start)


def pan(angle):
    """Turn of the first joint [rad]."""
    return np.array((angle, 0.0, 0.0, 0.0, 0.0, 0.0))


def above(pose):
    """The pose 10 cm higher."""
    return [*pose[:2], pose[2] + 0.1, *pose[3:]]


def swing(q, rate, seconds, amplitude=0.1):
    """Targets that swing the first joint once and come back."""
    phase = 2.0 * np.pi * np.arange(round(seconds * rate) + 1) / (seconds * rate)
    targets = np.tile(q, (len(phase), 1))
    targets[:, 0] += 0.5 * amplitude * (1.0 - np.cos(phase))
    return targets


@pytest.mark.parametrize("rate", [125, 500])
def test_servoed_joints_follow_their_targets(start_controller, connect, rate):
    emulator = start_controller(rate=rate)
    control, receive = connect(emulator, float(rate))
    q = receive.getActualQ()
    targets = swing(q, rate, 2.0)
    servo(control, targets, rate)
    assert control.servoStop()
    emulator.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    log = MotionLog.read(emulator.log_path)

    assert log.servo_writes[-1] == len(targets)
    assert np.abs(log.q - log.target_q).max() < 2e-3
    assert log.q[:, 0].max() - q[0] == pytest.approx(0.1, abs=2e-3)
    assert log.q[-1] == pytest.approx(q, abs=2e-3)
    assert np.abs(log.q[:, 1:] - q[1:]).max() < 2e-3
    # The velocity sensor and the position sensor tell the same motion.
    moved = np.diff(log.tcp_position, axis=0) / np.diff(log.time)[:, None]
    assert np.abs(moved - log.tcp_linear_velocity[1:]).max() < 5e-3
    assert 0.05 < log.tcp_speed.max() < 0.12


def test_after_the_last_servo_target_the_arm_holds_it(controller, connect):
    control, receive = connect(controller)
    q = np.array(receive.getActualQ())
    target = q + pan(0.02)
    servo(control, np.linspace(q, target, 100))
    controller.faults.wait(0.5)
    state = controller.faults.state()
    assert state["runtime_state"] == "PLAYING"
    assert state["q"] == pytest.approx(target, abs=1e-4)
    assert state["is_at_rest"]


@pytest.mark.parametrize(
    ("arm", "dh_error"), [("ur3e", 0.0), ("ur5e", 0.002), ("ur10e", 0.0), ("ur5", 0.0), ("ur3", 0.0)]
)
def test_moves_arrive_and_getters_agree(start_controller, connect, arm, dh_error):
    emulator = start_controller(arm=arm, dh_error=dh_error, dh_seed=3)
    control, receive = connect(emulator)
    up = above(receive.getActualTCPPose())
    assert control.moveL(up, 0.2, 0.5)
    state = emulator.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    turned = np.array((-1.0, -1.0, 1.0))
    assert turned * state["tcp_position"] == pytest.approx(up[:3], abs=1e-4)
    q = np.array(state["q"])
    tool = [0.0, 0.0, TOOL_LENGTH, 0.0, 0.0, 1e-12]
    assert control.getForwardKinematics(q.tolist(), tool)[:3] == pytest.approx(up[:3], abs=1e-4)
    assert control.getInverseKinematics(up) == pytest.approx(q, abs=1e-3)
    assert control.moveJ((q + 0.1).tolist(), 0.5, 1.0)
    emulator.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    assert emulator.faults.state()["q"] == pytest.approx(q + 0.1, abs=1e-3)

    position, _ = ArmKinematics(UR_ARMS[arm], TOOL_LENGTH).forward(q)
    off = float(np.linalg.norm(position - state["tcp_position"]))
    assert off < 2e-4 if dh_error == 0.0 else 5e-4 < off < 6.0 * dh_error


def test_a_speed_lasts_until_it_is_stopped(controller, connect):
    control, receive = connect(controller)
    assert control.moveL(above(receive.getActualTCPPose()), 0.2, 0.5)
    assert control.speedL([0.0, 0.05, 0.0, 0.0, 0.0, 0.0], 0.5, 0.02)
    controller.faults.wait(0.5)
    assert controller.faults.state()["tcp_linear_velocity"] == pytest.approx((0.0, -0.05, 0.0), abs=1e-3)
    assert control.speedStop(1.0)
    assert controller.faults.wait_until(lambda state: state["is_at_rest"], 0.5)["runtime_state"] == "PLAYING"
    assert control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.2], 1.0)
    controller.faults.wait(0.5)
    assert controller.faults.state()["qd"][5] == pytest.approx(0.2, abs=1e-3)
    assert control.speedStop(1.0)


def test_an_asynchronous_move_can_be_stopped(controller, connect):
    control, receive = connect(controller)
    q = np.array(receive.getActualQ())
    assert control.moveJ((q + 0.5).tolist(), 0.3, 1.0, True)
    controller.faults.wait_until(lambda state: state["qd"][0] > 0.1, 1.0)
    assert control.getAsyncOperationProgressEx().isAsyncOperationRunning()
    control.stopJ(2.0)
    state = controller.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    assert 0.0 < state["q"][0] - q[0] < 0.5
    assert not control.getAsyncOperationProgressEx().isAsyncOperationRunning()


@pytest.mark.parametrize("mistake", ["unreachable", "move while servoing", "not a number"])
def test_a_mistake_ends_the_program_and_the_arm_rests(controller, connect, mistake):
    control, receive = connect(controller)
    q = receive.getActualQ()
    if mistake == "unreachable":
        assert not control.moveJ_IK([2.0, 0.0, 0.5, 0.0, 0.0, 0.0])
    elif mistake == "move while servoing":
        servo(control, [q])
        assert not control.moveJ(q)
    else:
        control.servoJ([float("nan"), *q[1:]], 0.0, 0.0, 0.002, LOOKAHEAD, GAIN)
        controller.faults.wait_until(lambda state: state["runtime_state"] == "STOPPED", 1.0)
        # Only a call that fails clears the command from its register.
        assert not control.servoJ(q, 0.0, 0.0, 0.002, LOOKAHEAD, GAIN)
    state = controller.faults.wait_until(lambda state: state["runtime_state"] == "STOPPED", 1.0)
    assert state["program_error"]
    assert state["is_at_rest"]
    assert control.reuploadScript()
    controller.faults.wait_until(lambda state: state["runtime_state"] == "PLAYING", 1.0)


def test_a_leap_of_the_target_is_a_protective_stop(controller, connect):
    control, receive = connect(controller)
    q = np.array(receive.getActualQ())
    assert control.servoJ((q + pan(1.0)).tolist(), 0.0, 0.0, 0.002, LOOKAHEAD, GAIN)
    state = controller.faults.wait_until(lambda state: state["safety_mode"] == "PROTECTIVE_STOP", 1.0)
    assert "faster" in state["stop_reason"]
    controller.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    log = MotionLog.read(controller.log_path)
    assert np.abs(log.qd).max() <= UR_ARMS["ur5e"].joint_speed_limits[0] * 1.05


def test_the_watchdog_ends_the_program_when_nothing_is_written(controller, connect):
    control, receive = connect(controller)
    q = np.array(receive.getActualQ())
    assert control.setWatchdog(WATCHDOG)
    servo(control, [q + pan(0.001 * i) for i in range(200)])
    state = controller.faults.wait_until(lambda state: state["runtime_state"] == "STOPPED", 1.0)
    assert "watchdog" in state["program_error"]
    controller.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    log = MotionLog.read(controller.log_path)
    last = log.time[np.flatnonzero(np.diff(log.servo_writes))[-1]]
    ended = log.time[np.flatnonzero(log.runtime_state == 2)[-1]]
    assert ended - last == pytest.approx(1.0 / WATCHDOG, abs=0.01)
    assert log.tcp_speed[-1] < 2e-3


def test_stop_script_brings_the_arm_to_rest(controller, connect):
    control, receive = connect(controller)
    q = np.array(receive.getActualQ())
    servo(control, [q + pan(0.001 * i) for i in range(200)])
    control.stopScript()
    controller.faults.wait_until(lambda state: state["runtime_state"] == "STOPPED", 1.0)
    assert controller.faults.wait_until(lambda state: state["is_at_rest"], 1.0)["program_error"] == ""


def test_a_setpoint_left_in_the_registers_moves_the_arm_again(controller, connect):
    """What drivers must know: the library uploads its program again without clearing the last servoJ."""
    control, receive = connect(controller)
    q = np.array(receive.getActualQ())
    servo(control, [q + pan(0.001 * i) for i in range(100)])
    controller.faults.stop_program()
    controller.faults.wait_until(lambda state: state["is_at_rest"] and state["runtime_state"] == "STOPPED", 1.0)
    controller.faults.teleport(tuple(q))
    assert control.reuploadScript()
    controller.faults.wait_until(lambda state: state["q"][0] - q[0] > 0.09, 1.0)
    controller.faults.stop_program()
    controller.faults.wait_until(lambda state: state["is_at_rest"] and state["runtime_state"] == "STOPPED", 1.0)
    here = controller.faults.state()["q"]
    assert not control.servoJ(q.tolist(), 0.0, 0.0, 0.002, LOOKAHEAD, GAIN)
    assert control.reuploadScript()
    controller.faults.wait_until(lambda state: state["runtime_state"] == "PLAYING", 1.0)
    controller.faults.wait(0.3)
    assert controller.faults.state()["q"] == pytest.approx(here, abs=1e-3)


def test_an_arm_that_is_led_by_hand_gives_way(controller, connect):
    control, receive = connect(controller)
    assert control.moveL(above(receive.getActualTCPPose()), 0.2, 0.5)
    before = np.array(controller.faults.state()["tcp_position"])
    assert control.teachMode()
    controller.faults.push((0.0, 15.0, 0.0), 0.5)
    controller.faults.wait_until(lambda state: state["tcp_position"][1] - before[1] > 0.01, 2.0)
    assert control.endTeachMode()
    state = controller.faults.wait_until(lambda state: state["is_at_rest"], 1.0)
    assert state["safety_mode"] == "NORMAL"
    assert control.moveL(receive.getActualTCPPose(), 0.2, 0.5)
