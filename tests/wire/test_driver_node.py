# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The driver node as a process, the vendor's client in its arm process, and an emulated controller that judges both."""

from __future__ import annotations

import os
import signal
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rher_agent.ros.conversions import time_ns
from rher_agent.ros.quality import LATCHED, LOCKSTEP
from rher_interfaces.msg import ArmState
from rher_sim_bridge.scene.gripper import MASS, TOOL_LENGTH
from rher_sim_bridge.ur_controller.motion_log import MotionLog
from sensor_msgs.msg import JointState
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from transforms3d.affines import compose
from transforms3d.quaternions import quat2mat

pytestmark = pytest.mark.graph

LOWER, UPPER = (0.25, -0.25, 0.015), (0.75, 0.25, 0.25)
"""Of the node's default workspace [m]."""
HARD_SPEED = 0.25
"""[m/s]"""
AT_REST = 0.002
"""Speed that counts as none [m/s]."""
STALE = 0.25
"""Age at which a command no longer counts [s]."""
BRAKING = 0.25
"""Longest time from full speed to rest, with the servo's lag [s]."""
RIGHT, LEFT = (0.0, -0.1, 0.0), (0.0, 0.1, 0.0)


@pytest.fixture
def start_driver(start):
    """Start the driver node on an emulated controller, with parameters."""

    def start_node(address, **parameters):
        given = {"robot_ip": address, "tcp_offset": TOOL_LENGTH, "payload": MASS, "safety.max_perception_age": 0.0}
        words = [word for name, value in (given | parameters).items() for word in ("-p", f"{name}:={value}")]
        return start(sys.executable, "-m", "rher_robot_driver.driver_node", "--ros-args", *words)

    return start_node


@pytest.fixture
def make_client(ros):
    from tests.wire.driver_client import DriverClient

    clients = []

    def make(writer="policy"):
        clients.append(DriverClient(writer))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(make_client):
    return make_client()


def enable(client):
    answer = client.call("enable")
    assert answer.success, answer.message
    client.next_state(lambda state: state.safety == ArmState.NORMAL)


def recover(client):
    answer = client.call("recover")
    assert answer.success, answer.message
    client.next_state(lambda state: state.safety == ArmState.NORMAL)


def time_to_rest(log: MotionLog, since_ns: int) -> float:
    """Time from an instant to the last moment at which the arm moved [s]; it must have been at rest for 0.3 s since."""
    moving = log.clock_ns[log.tcp_speed > AT_REST]
    assert log.clock_ns[-1] - moving[-1] > 0.3e9, "it still moves"
    return float(moving[-1] - since_ns) / 1e9


def assert_within_limits(log: MotionLog) -> None:
    assert log.tcp_speed.max() <= HARD_SPEED
    assert (log.tcp_position >= LOWER).all()
    assert (log.tcp_position <= UPPER).all()


def test_an_hour_at_the_arm(controller, start_driver, client):
    """Enable, act, stop, recover, act, reset, disable."""
    driver = start_driver(controller.address)
    driver.read_until("arm: disabled")
    assert client.next_state().safety == ArmState.DISABLED
    enable(client)

    rng = np.random.default_rng(0)
    twists = [(*rng.uniform(-0.12, 0.12, 2), 0.0) for _ in range(50)]
    answers = client.run(1, twists)
    stamps = np.array([time_ns(state.header.stamp) for state in answers]) / 1e9
    assert not any(state.stopped for state in answers), next(state.reason for state in answers if state.stopped)
    assert (np.diff(stamps) > 0.0).all()
    assert not any(state.stopped or state.refused for state in answers)
    for state, twist in zip(answers, twists, strict=True):
        if not state.clipped:
            executed = state.executed_twist.linear
            assert (executed.x, executed.y, executed.z) == pytest.approx(twist, abs=1e-12)
    assert all(time_ns(state.objects_stamp) == 0 for state in answers)

    assert client.call("stop").success
    held = client.next_state(lambda state: state.safety == ArmState.STOPPED)
    assert held.reason == "stopped by a person"
    state = client.step(1, 51, RIGHT)
    assert state.stopped and state.reason == "stopped by a person"
    controller.faults.wait(1.5)
    recover(client)
    state = client.step(1, 52, RIGHT)
    assert state.stopped, "the episode is spoilt"
    assert "episode 1 is over: stopped by a person" in state.reason
    before = client.state.tcp_pose.position.y
    answers = client.run(2, [RIGHT] * 5)
    assert not any(state.stopped for state in answers)
    assert answers[-1].tcp_pose.position.y < before - 0.02

    answer = client.call("reset")
    assert answer.success, answer.message
    position = client.next_state().tcp_pose.position
    assert (position.x, position.y, position.z) == pytest.approx((0.5, 0.0, 0.15), abs=0.002)
    state = client.step(2, 6, RIGHT)
    assert state.stopped, "the reset ended the episode"
    assert client.run(3, [RIGHT])[0].stopped is False

    answer = client.call("disable")
    assert answer.success, answer.message
    assert client.next_state(lambda state: state.safety != ArmState.NORMAL).safety == ArmState.DISABLED
    controller.faults.wait(0.5)
    assert_within_limits(MotionLog.read(controller.log_path))
    code, output = driver.interrupt()
    assert code == 0, output
    assert "Traceback" not in output


def test_stop_brakes_and_holds(controller, start_driver, client):
    start_driver(controller.address)
    enable(client)
    client.run(1, [RIGHT] * 5)
    client.send(1, 6, RIGHT)
    stopped_ns = time.monotonic_ns()
    assert client.call("stop").success
    answer = client.end_of(1, 6)
    assert answer.stopped
    controller.faults.wait(1.0)
    log = MotionLog.read(controller.log_path)
    assert time_to_rest(log, stopped_ns) < 0.1 + BRAKING
    answer = client.call("enable")
    held = client.next_state()
    assert held.safety == ArmState.STOPPED, "only recover ends a stop"


def test_a_reset_is_refused_interrupted_and_exclusive(controller, start_driver, client):
    start_driver(controller.address, **{"reset.speed": 0.05})
    client.next_state()
    refused = client.call("reset")
    assert not refused.success and "the arm is held" in refused.message
    enable(client)
    reset = client.ask("reset")
    client.next_state(lambda state: state.tcp_twist.linear.z > 0.02)
    busy = client.call("recover")
    assert not busy.success and busy.message == "busy: reset is under way"
    assert not client.call("hand_over/calibration").success
    client.fresh_state()
    held = client.step(1, 1, RIGHT)
    assert held.stopped and not held.refused and held.reason == "episode 1 is over: a reset took the arm"
    assert client.call("stop").success
    ended = client.answer(reset)
    assert not ended.success
    assert ended.message == "the reset ended early: stopped by a person"
    controller.faults.wait(1.5)
    recover(client)
    assert not client.run(2, [RIGHT] * 2)[-1].stopped, "the policy holds the arm again"


def test_pre_flight_lists_what_is_wrong_and_how_to_mend_it(controller, start_driver, client):
    controller.faults.set_slider(0.5)
    controller.faults.set_remote(False)
    start_driver(controller.address, payload=2.0)
    client.next_state()
    answer = client.call("enable")
    assert not answer.success
    lines = answer.message.splitlines()
    for name, mend in (("speed slider", "100 %"), ("remote control", "Remote"), ("payload", "2.0 kg")):
        assert any(line.startswith(f"  FAILED {name}:") and mend in line for line in lines), answer.message
    assert client.next_state().safety == ArmState.DISABLED


def test_a_protective_stop_is_told_and_recovered_from(controller, start_driver, client):
    start_driver(controller.address)
    enable(client)
    client.run(1, [RIGHT] * 3)
    client.send(1, 4, RIGHT)
    controller.faults.protective_stop()
    answer = client.end_of(1, 4)
    assert answer.stopped and answer.safety == ArmState.PROTECTIVE_STOP
    assert "then recover" in answer.reason
    client.spin_until(lambda: "protective stop" in client.diagnosis().message)
    assert client.diagnosis().level == DiagnosticStatus.WARN
    controller.faults.wait(1.5)
    recover(client)
    assert client.step(1, 5, RIGHT).stopped
    assert not client.run(2, [RIGHT] * 3)[-1].stopped


def test_killed_arm_process_is_lost_and_comes_back_on_request(controller, start_driver, client):
    driver = start_driver(controller.address)
    enable(client)
    client.run(1, [RIGHT] * 3)
    client.send(1, 4, RIGHT)
    (child,) = children(driver.pid)
    os.kill(child, signal.SIGKILL)
    killed_ns = time.monotonic_ns()
    answer = client.end_of(1, 4)
    assert answer.stopped and answer.safety == ArmState.LOST
    assert "SIGKILL" in answer.reason
    client.spin_until(lambda: client.diagnosis().level == DiagnosticStatus.ERROR)
    refused = client.call("enable")
    assert not refused.success and "/arm/recover" in refused.message
    controller.faults.wait(1.0)
    assert time_to_rest(MotionLog.read(controller.log_path), killed_ns) < 0.5
    recover(client)
    assert client.step(1, 5, RIGHT).stopped
    assert not client.run(2, [RIGHT] * 3)[-1].stopped


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_arm_rests_and_nothing_is_left_when_the_node_goes(controller, start_driver, client, number):
    driver = start_driver(controller.address)
    enable(client)
    client.run(1, [RIGHT] * 5)
    client.send(1, 6, RIGHT)
    (child,) = children(driver.pid)
    gone_ns = time.monotonic_ns()
    if number == signal.SIGKILL:
        driver.kill()
    else:
        code, output = driver.interrupt(number)
        assert code == 0, output
        assert "Traceback" not in output
    # By stopScript, or by the watchdog of a program that nobody feeds.
    controller.faults.wait_until(lambda state: state["runtime_state"] == "STOPPED", 3.0)
    controller.faults.wait(0.5)
    log = MotionLog.read(controller.log_path)
    assert time_to_rest(log, gone_ns) < STALE + BRAKING
    assert_within_limits(log)
    assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]


def test_commands_that_stop_coming_let_the_arm_rest(controller, start_driver, client):
    start_driver(controller.address)
    enable(client)
    client.run(1, [RIGHT] * 5)
    last_ns = time.monotonic_ns()
    controller.faults.wait(1.0)
    assert time_to_rest(MotionLog.read(controller.log_path), last_ns) < STALE + BRAKING


def test_two_writers_do_not_both_move_the_arm(controller, start_driver, make_client):
    start_driver(controller.address)
    policy, intruder = make_client(), make_client("calibration")
    enable(policy)
    policy.run(1, [LEFT] * 2)
    intruder.fresh_state()
    intruder.send(9, 1, RIGHT)
    refusal = intruder.next_state(lambda state: state.refused)
    assert "from 'calibration' was refused: admission link 'writer'" in refusal.reason
    assert not policy.step(1, 3, LEFT).stopped, "the episode goes on"

    assert policy.call("hand_over/calibration").success
    assert not intruder.run(9, [RIGHT] * 2)[-1].stopped
    policy.fresh_state()
    policy.send(1, 4, LEFT)
    policy.next_state(lambda state: state.refused and "'policy' was refused" in state.reason)
    assert policy.call("hand_over/policy").success
    assert not policy.run(2, [LEFT] * 2)[-1].stopped


def test_commands_are_not_executed_while_nothing_is_seen(controller, start_driver, client):
    start_driver(controller.address, **{"safety.max_perception_age": 0.5})
    enable(client)
    answer = client.step(1, 1, RIGHT)
    assert answer.stopped and "not seen" in answer.reason
    client.see_objects()
    answer = client.step(2, 1, RIGHT)
    assert not answer.stopped


def test_a_command_out_of_turn_is_refused_and_one_decided_too_long_ago_ends_its_episode(
    controller, start_driver, client
):
    start_driver(controller.address)
    enable(client)
    client.run(1, [RIGHT] * 2)
    client.send(1, 7, RIGHT)
    client.next_state(lambda state: state.refused and "admission link 'order'" in state.reason)
    assert not client.step(1, 3, RIGHT).stopped, "the episode goes on"
    old_ns = time_ns(client.state.header.stamp) - 1_000_000_000
    client.send(1, 4, RIGHT, stamp_ns=old_ns)
    late = client.end_of(1, 4)
    assert late.stopped
    assert "decided on a state" in late.reason
    assert client.step(1, 5, RIGHT).stopped, "the episode is over"
    assert not client.step(2, 1, RIGHT).stopped


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"servo_rate": 400}, "servo_rate is 400 Hz; allowed: 125, 500"),
        ({"robot_model": "ur7"}, "robot_model is 'ur7'; allowed: ur3e, ur5e, ur10e"),
        ({"safety.max_linear_speed": -0.1}, "safety.max_linear_speed is -0.1; allowed: more than 0"),
        ({"safety.table_height": 0.4}, "safety.table_height is 0.4 m; allowed: less than workspace_upper z"),
        ({"safety.joints.position_margin": 7.0}, "allowed: less than upper"),
        ({"safety.control_period": 0.001}, "servo_period is 0.002 s; allowed: more than 0, at most control_period"),
        ({"reset.speed": 0.3}, "reset.speed is 0.3; allowed: at most 0.24"),
        ({"writer": "me"}, "writer is 'me'; allowed: policy, episode_manager, calibration"),
        ({"robotiq.force": 2.0}, "robotiq.force is 2.0; allowed: 0.0 to 1.0"),
        ({"safety.joints.sped_share": 0.5}, "unknown parameter safety.joints.sped_share; allowed: connect_timeout"),
    ],
)
def test_wrong_parameter_is_refused_in_one_line(start_driver, parameters, message):
    code, output = start_driver("127.0.0.1", **parameters).finish()
    assert code == 1
    (line,) = output.splitlines()
    assert line.startswith("driver_node: ")
    assert message in line


def test_wrong_address_is_named_soon(start_driver, client):
    driver = start_driver("127.255.255.1")
    driver.read_until(r"no robot controller answers at 127\.255\.255\.1:\d+")
    state = client.next_state(lambda state: state.safety == ArmState.LOST)
    assert "127.255.255.1:" in state.reason


def test_frames_joints_and_description_agree_with_the_state(controller, start_driver, client):
    start_driver(controller.address)
    seen = {}
    for topic, kind, quality in (
        ("/tf", TFMessage, LOCKSTEP),
        ("/tf_static", TFMessage, LATCHED),
        ("/joint_states", JointState, LOCKSTEP),
        ("/robot_description", String, LATCHED),
    ):
        client.node.create_subscription(kind, topic, lambda message, name=topic: seen.update({name: message}), quality)
    client.spin_until(lambda: len(seen) == 4)
    state = client.fresh_state()
    frames = {item.child_frame_id: item for item in (*seen["/tf"].transforms, *seen["/tf_static"].transforms)}
    pose, frame = np.eye(4), "tcp"
    while frame != "base_link":
        t, r = frames[frame].transform.translation, frames[frame].transform.rotation
        pose = compose((t.x, t.y, t.z), quat2mat((r.w, r.x, r.y, r.z)), np.ones(3)) @ pose
        frame = frames[frame].header.frame_id
    position = state.tcp_pose.position
    assert pose[:3, 3] == pytest.approx((position.x, position.y, position.z), abs=1e-4)
    assert frames["tcp"].header.frame_id == "tool0"
    description = ElementTree.fromstring(seen["/robot_description"].data)
    assert {link.get("name") for link in description.findall("link")} >= set(frames)
    moving = [joint.get("name") for joint in description.findall("joint") if joint.get("type") == "revolute"]
    assert seen["/joint_states"].name == moving


def test_a_gripper_that_is_not_there_is_told(controller, start_driver, client):
    start_driver(controller.address, gripper="robotiq")
    client.spin_until(lambda: client.diagnosis("gripper").level == DiagnosticStatus.ERROR)
    client.spin_until(lambda: f"no gripper at {controller.address}:63352" in client.diagnosis("gripper").message)
    enable(client)


def test_another_client_in_control_is_told(controller, start_driver, client):
    controller.faults.occupy()
    driver = start_driver(controller.address)
    answer = client.call("enable")
    assert not answer.success
    assert "control" in answer.message
    driver.interrupt()
