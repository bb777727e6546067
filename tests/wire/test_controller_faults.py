# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Each fault of the emulated cell as the vendor's unmodified client sees it, and as the emulator's log has it."""

from __future__ import annotations

import signal
import subprocess
import sys

import numpy as np
import pytest
from dashboard_client import DashboardClient
from rher_sim_bridge.ur_controller.modes import RobotMode
from rher_sim_bridge.ur_controller.motion_log import MotionLog
from rtde_control import RTDEControlInterface
from rtde_io import RTDEIOInterface
from rtde_receive import RTDEReceiveInterface

TURNED = np.array((-1.0, -1.0, 1.0))
"""From base_link to the maker's base frame."""

SERVO_UNTIL_KILLED = """
import sys
from rtde_control import RTDEControlInterface
from rtde_receive import RTDEReceiveInterface
receive = RTDEReceiveInterface(sys.argv[1], 125.0)
q = receive.getActualQ()
control = RTDEControlInterface(sys.argv[1])
control.setWatchdog(10.0)
while True:
    start = control.initPeriod()
    q[5] += 0.0005
    control.servoJ(q, 0.0, 0.0, 0.002, 0.03, 1000.0)
    control.waitPeriod(start)
"""


@pytest.fixture
def control(controller):
    client = RTDEControlInterface(controller.address, 500.0)
    yield client
    client.disconnect()


@pytest.fixture
def receive(controller):
    client = RTDEReceiveInterface(controller.address, 500.0)
    yield client
    client.disconnect()


@pytest.fixture
def dashboard(controller):
    client = DashboardClient(controller.address)
    client.connect()
    yield client
    client.disconnect()


@pytest.fixture
def servoing(controller):
    """A process that servos the last joint until somebody stops it; it may crash, as the library does."""
    with subprocess.Popen([sys.executable, "-c", SERVO_UNTIL_KILLED, controller.address]) as process:
        controller.faults.wait_until(lambda state: state["qd"][5] > 0.2, 10.0)
        yield process
        process.kill()


def at_rest(state):
    return state["is_at_rest"]


def playing(state):
    return state["runtime_state"] == "PLAYING"


def stopped(state):
    return state["runtime_state"] == "STOPPED"


def test_a_protective_stop_holds_the_arm_until_it_is_unlocked(controller, control, receive, dashboard):
    assert control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.5], 2.0)
    controller.faults.wait_until(lambda state: state["qd"][5] > 0.45, 1.0)
    controller.faults.protective_stop()
    state = controller.faults.wait_until(at_rest, 0.3)
    assert state["runtime_state"] == "PAUSED"
    assert receive.isProtectiveStopped()
    assert receive.getSafetyMode() == 3
    assert not control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.5], 2.0)
    assert dashboard.safetymode() == "Safetymode: PROTECTIVE_STOP"
    controller.faults.wait(0.5)
    dashboard.unlockProtectiveStop()
    dashboard.stop()
    here = controller.faults.wait_until(stopped, 1.0)["q"]
    assert control.reuploadScript()
    controller.faults.wait_until(playing, 1.0)
    controller.faults.wait(0.3)
    assert controller.faults.state()["q"] == pytest.approx(here, abs=1e-4)
    assert control.moveJ(here, 0.5, 0.5)


def test_a_protective_stop_cannot_be_unlocked_at_once(start_controller):
    emulator = start_controller()
    dashboard = DashboardClient(emulator.address)
    dashboard.connect()
    emulator.faults.protective_stop()
    with pytest.raises(RuntimeError, match="5s"):
        dashboard.unlockProtectiveStop()
    assert emulator.faults.state()["safety_mode"] == "PROTECTIVE_STOP"
    dashboard.disconnect()


def test_an_emergency_stop_takes_the_power_and_does_not_give_it_back(controller, control, receive, dashboard):
    assert control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.5], 2.0)
    controller.faults.wait_until(lambda state: state["qd"][5] > 0.45, 1.0)
    controller.faults.emergency_stop()
    controller.faults.wait_until(at_rest, 0.3)
    state = controller.faults.wait_until(stopped, 0.3)
    assert state["robot_mode"] == "POWER_OFF"
    assert receive.isEmergencyStopped()
    controller.faults.emergency_stop(pressed=False)
    controller.faults.wait(0.1)
    assert not receive.isEmergencyStopped()
    assert receive.getRobotMode() == RobotMode.POWER_OFF
    assert not control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.5], 2.0)
    dashboard.powerOn()
    controller.faults.wait_until(lambda state: state["robot_mode"] == "IDLE", 3.0)
    dashboard.brakeRelease()
    controller.faults.wait_until(lambda state: state["robot_mode"] == "RUNNING", 3.0)
    assert control.reuploadScript()
    controller.faults.wait_until(playing, 1.0)


def test_an_open_safeguard_holds_and_its_closing_resumes(controller, control):
    assert control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.5], 2.0)
    controller.faults.wait_until(lambda state: state["qd"][5] > 0.45, 1.0)
    controller.faults.safeguard_stop()
    controller.faults.wait_until(at_rest, 0.3)
    controller.faults.safeguard_stop(is_open=False)
    controller.faults.wait_until(lambda state: state["qd"][5] > 0.45, 1.0)


def test_a_push_is_measured_and_a_hard_one_stops_the_arm(controller, receive):
    controller.faults.push((12.0, -5.0, 30.0), 0.5, (0.5, 0.2, -0.3))
    controller.faults.wait(0.3)
    wrench = np.array(receive.getActualTCPForce())
    assert wrench[:3] == pytest.approx(TURNED * (12.0, -5.0, 30.0), abs=0.5)
    assert wrench[3:] == pytest.approx(TURNED * (0.5, 0.2, -0.3), abs=0.05)
    controller.faults.push((400.0, 0.0, 0.0), 0.2)
    state = controller.faults.wait_until(lambda state: state["safety_mode"] == "PROTECTIVE_STOP", 0.3)
    assert "N on the TCP" in state["stop_reason"]


def test_a_wall_pushes_back(controller, control, receive):
    controller.faults.touch((0.0, 0.0, 1.0), seconds=5.0, stiffness=2000.0)
    assert control.speedL([0.0, 0.0, -0.01, 0.0, 0.0, 0.0], 0.5, 0.002)
    controller.faults.wait(0.5)
    assert control.speedStop()
    assert 3.0 < receive.getActualTCPForce()[2] < 15.0


def test_contact_with_the_cube_is_felt_and_moves_it(controller, control, receive):
    before = controller.faults.state()
    x, y = before["tcp_position"][:2]
    controller.faults.place_cube(x + 0.06, y)
    assert control.speedL([-0.1, 0.0, 0.0, 0.0, 0.0, 0.0], 0.5, 0.002)
    controller.faults.wait(1.0)
    assert control.speedStop()
    after = controller.faults.wait_until(at_rest, 1.0)
    assert after["cube_position"][0] - (x + 0.06) > 0.05
    log = MotionLog.read(controller.log_path)
    assert log.wrench[:, 0].min() < -0.3


def test_a_wrong_payload_shows_as_a_force(controller, receive):
    true = controller.faults.state()["payload"]
    controller.faults.set_payload(true + 1.0)
    controller.faults.wait(0.05)
    assert receive.getActualTCPForce()[2] == pytest.approx(9.81, abs=0.2)
    assert receive.getPayload() == pytest.approx(true + 1.0)


def test_the_force_can_be_zeroed(controller, control, receive):
    controller.faults.set_payload(0.0)
    controller.faults.wait(0.05)
    assert abs(receive.getActualTCPForce()[2]) > 5.0
    assert control.zeroFtSensor()
    controller.faults.wait(0.05)
    assert receive.getActualTCPForce() == pytest.approx([0.0] * 6, abs=0.1)


def test_the_slider_slows_motion_down(controller, control, receive):
    slider = RTDEIOInterface(controller.address)
    assert slider.setSpeedSlider(0.25)
    controller.faults.wait_until(lambda _: receive.getTargetSpeedFraction() == 0.25, 1.0)
    assert control.speedJ([0.0, 0.0, 0.0, 0.0, 0.0, 0.4], 5.0)
    controller.faults.wait(1.0)
    assert controller.faults.state()["qd"][5] == pytest.approx(0.1, abs=1e-3)
    assert receive.getSpeedScalingCombined() == pytest.approx(0.25)
    slider.disconnect()


def test_a_stop_on_the_pendant_ends_the_program(controller, control):
    assert control.isProgramRunning()
    controller.faults.stop_program()
    controller.faults.wait_until(stopped, 1.0)
    controller.faults.wait(0.02)
    assert not control.isProgramRunning()


def test_silence_is_not_the_end_of_motion_but_the_watchdog_is(controller, servoing):
    controller.faults.freeze(0.5)
    state = controller.faults.wait_until(lambda state: state["runtime_state"] != "PLAYING", 0.3)
    assert "watchdog" in state["program_error"]
    controller.faults.wait_until(at_rest, 0.5)


def test_a_frozen_controller_serves_again(controller):
    controller.faults.freeze(0.3)
    receive = RTDEReceiveInterface(controller.address, 125.0)
    assert controller.faults.state()["time"] > 0.0
    assert receive.isConnected()
    receive.disconnect()


@pytest.mark.parametrize("is_killed", [False, True], ids=["dropped", "killed"])
def test_dropped_connections_and_a_killed_client_end_in_rest(controller, servoing, is_killed):
    if is_killed:
        servoing.kill()
    else:
        servoing.send_signal(signal.SIGSTOP)  # the client would connect anew and start its program before we look
        controller.faults.drop_connections()
    controller.faults.wait_until(stopped, 1.0)
    controller.faults.wait_until(at_rest, 1.0)
    again = RTDEControlInterface(controller.address)
    assert again.isProgramRunning()
    again.disconnect()


def test_another_client_in_control_is_an_error(controller):
    controller.faults.occupy()
    with pytest.raises(RuntimeError, match=r"(?i)in use|in_use"):
        RTDEControlInterface(controller.address)
    controller.faults.occupy(is_occupied=False)
    client = RTDEControlInterface(controller.address)
    client.disconnect()


def test_local_control_refuses_programs_and_buttons(controller, dashboard):
    controller.faults.set_remote(False)
    assert not dashboard.isInRemoteControl()
    with pytest.raises(RuntimeError, match="remote"):
        RTDEControlInterface(controller.address)
    controller.faults.protective_stop()
    controller.faults.wait(0.6)
    with pytest.raises(RuntimeError):
        dashboard.unlockProtectiveStop()


def test_another_model_and_another_tcp_can_be_told(controller, receive, dashboard):
    assert dashboard.getRobotModel() == "UR5"
    controller.faults.set_model("UR10")
    assert dashboard.getRobotModel() == "UR10"
    before = receive.getActualTCPPose()
    controller.faults.set_tcp_offset(0.06)
    controller.faults.wait(0.05)
    assert receive.getActualTCPPose()[2] - before[2] == pytest.approx(0.1, abs=1e-3)


def test_a_slow_controller_takes_longer_for_its_cycles(controller, receive):
    controller.faults.slow_cycle(0.02, seconds=1.0)
    state = controller.faults.state()
    controller.faults.wait(0.05)
    log = MotionLog.read(controller.log_path)
    cycles = log.step > state["time"] / 0.002 + 1
    assert np.median(np.diff(log.clock_ns[cycles])) > 0.015e9


def test_power_can_be_taken(controller, control, receive):
    controller.faults.set_robot_mode(RobotMode.IDLE)
    controller.faults.wait_until(stopped, 1.0)
    assert receive.getRobotMode() == RobotMode.IDLE
    assert not control.moveJ(receive.getActualQ())
