# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The push on a real arm, rehearsed: the whole graph with real processes, and who in it touches the emulated world."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import signal
import time

import pytest

from tests.rviz_displays import unserved
from tests.wire.graph_sockets import connections, owner

pytestmark = pytest.mark.graph

HANG = 150.0
"""Time after which a wait is a failure [s]."""
PATIENT = """
policy:
  ros__parameters:
    learner:
      updates_per_episode: 1
      hidden: 8
driver:
  ros__parameters:
    safety:
      max_perception_age: 3.0
episode_manager:
  ros__parameters:
    max_age: 3.0
camera:
  ros__parameters:
    fps: 10
"""
"""What makes do with a computer that is busy otherwise: a small learner, and pictures that may be late."""
REHEARSAL = ("robot_ip:=127.0.0.1", "camera:=emulated")
PUBLISHERS = {
    "/arm/command": {"policy", "episode_manager"},
    "/arm/state": {"driver"},
    "/objects": {"perception"},
    "/world/episode": {"episode_manager"},
    "/camera/color/image_raw": {"camera"},
    "/camera/color/camera_info": {"camera"},
}
"""Who tells what."""
LISTENERS = {"/camera/color/image_raw": {"perception"}}
"""Who sees pictures."""
ABSENT = ("/clock", "/sim/scene")
"""Topics by which a simulation would tell the truth."""


@pytest.fixture
def launch(start, tmp_path, monkeypatch):
    """Launch with arguments; logs and runs go to a temporary folder."""
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)
    command = shutil.which("ros2")
    assert command is not None
    return lambda *arguments: start(command, "launch", "rher_agent", "real_push.launch.py", *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["robot_ipp:=10.0.0.7"], "robot_ipp"),
        (
            ["robot_ip:=127.0.0.1"],
            "robot_ip is '127.0.0.1' with camera:=realsense; allowed: that of a robot, or camera",
        ),
        (
            ["robot_ip:=10.0.0.7"],
            r"line \d+: camera.calibration is '.*camera.yaml', which does not exist; allowed: a f",
        ),
        (["lab:=/nowhere.yaml"], "lab is '/nowhere.yaml': No such file or directory; allowed: the path of a YAML file"),
        ([*REHEARSAL, "scale:=2"], "scale is 2.0; allowed: 0.05 to 1.0"),
        (
            [*REHEARSAL, "mode:=evaluate"],
            "checkpoint is ''; allowed with mode:=evaluate: a file of a run's checkpoints, or shipped",
        ),
        (
            [*REHEARSAL, "resume:=true"],
            "output is empty; allowed with resume:=true: the folder of the run to go on with",
        ),
        (
            [*REHEARSAL, "checkpoint:=/no.safetensors"],
            "checkpoint is '/no.safetensors'; allowed with mode:=train: a file of a run's checkpoints, or none",
        ),
        (
            [*REHEARSAL, "resume:=true", "output:=here", f"checkpoint:={__file__}"],
            "allowed with resume:=true: none, it has its own",
        ),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_starts(launch, arguments, message):
    code, output = launch(*arguments).finish()
    assert code == 1
    assert re.search(message, output), output
    assert "Traceback" not in output
    assert "process started" not in output


@pytest.mark.parametrize(
    ("section", "name"),
    [("driver", "safety.max_linear_speed"), ("policy", "push.square"), ("episode_manager", "push.square")],
)
def test_a_parameter_file_gives_no_node_another_table_or_speed(launch, tmp_path, section, name):
    """Nested as well as dotted: it is the same parameter."""
    group, _, rest = name.partition(".")
    parameters = tmp_path / "parameters.yaml"
    parameters.write_text(f"{section}:\n  ros__parameters:\n    {group}:\n      {rest}: 0.2\n")
    code, output = launch(*REHEARSAL, "scale:=0.2", f"params_file:={parameters}").finish()
    assert code == 1
    assert f"params_file sets {name} of {section}; allowed: in the file of the lab, for all" in output
    assert "process started" not in output


def test_a_parameter_file_names_no_other_robot(launch, tmp_path):
    parameters = tmp_path / "parameters.yaml"
    parameters.write_text("driver:\n  ros__parameters:\n    robot_ip: 10.0.0.7\n")
    code, output = launch(*REHEARSAL, f"params_file:={parameters}").finish()
    assert code == 1
    assert "params_file sets robot_ip of driver; allowed: the argument robot_ip:=, or the lab" in output
    assert "process started" not in output


@pytest.mark.skipif(ctypes.util.find_library("usb-1.0") is None, reason="librealsense needs libusb")
def test_the_rehearsal_learns_only_camera_and_controller_touch_the_emulated_world_and_all_end_with_one(
    launch, ros, tmp_path
):
    import rclpy
    from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LOCKSTEP
    from rher_interfaces.msg import ArmCommand, ArmState
    from rher_sim_bridge.ur_controller.options import FAULT_PORT

    parameters = tmp_path / "parameters.yaml"
    parameters.write_text(PATIENT)
    process = launch(*REHEARSAL, f"params_file:={parameters}", f"output:={tmp_path / 'run'}")
    address = process.read_until(r"ur5e at (127\.\d+\.\d+\.\d+), camera emulated").group(1)
    pids: dict[int, str] = {}
    for name in ("driver", "perception", "episode_manager", "recorder", "sim_camera", "policy"):
        found = process.read_until(rf"\[{name}_node-\d+\]: process started with pid \[(\d+)\]")
        pids[int(found.group(1))] = name

    viewer = rclpy.create_node("viewer")
    commanded: set[tuple[int, int]] = set()
    executed: set[tuple[int, int]] = set()

    def take_command(message: ArmCommand) -> None:
        if message.writer == "policy":
            commanded.add((message.episode, message.step))

    def take_state(message: ArmState) -> None:
        if message.step > 0 and not message.stopped:
            executed.add((message.episode, message.step))

    viewer.create_subscription(ArmCommand, ARM_COMMAND, take_command, LOCKSTEP)
    viewer.create_subscription(ArmState, ARM_STATE, take_state, LOCKSTEP)
    hang = time.monotonic() + HANG
    while not commanded & executed:
        assert time.monotonic() < hang, process.interrupt()
        rclpy.spin_once(viewer, timeout_sec=0.1)

    held = connections(address)
    users = {port: {pids[node] for pid in found if (node := owner(pid, pids))} for port, found in held.items()}
    # The launch itself keeps a connection to the controller that it started; it is no node and asks nothing.
    assert users.pop(FAULT_PORT) == {"sim_camera"}
    assert set().union(*users.values()) == {"driver"}
    for topic, names in PUBLISHERS.items():
        assert {info.node_name for info in viewer.get_publishers_info_by_topic(topic)} == names, topic
    for topic, names in LISTENERS.items():
        assert {info.node_name for info in viewer.get_subscriptions_info_by_topic(topic)} == names, topic
    assert not {topic for topic in ABSENT if viewer.count_publishers(topic)}
    assert unserved(viewer) == set()
    viewer.destroy_node()

    os.kill(next(pid for pid, name in pids.items() if name == "perception"), signal.SIGKILL)
    code, output = process.finish()
    assert code == 1, output
    assert "the perception node has ended, with -9" in output
    for name in ("driver", "episode_manager", "recorder", "sim_camera"):
        assert re.search(rf"\[{name}_node-\d+\]: process has finished cleanly", output), output
    assert (tmp_path / "run" / "lab.yaml").is_file()
    assert (tmp_path / "run" / "recordings").is_dir()
