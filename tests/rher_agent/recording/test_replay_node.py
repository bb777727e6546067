# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Recordings played into a graph: what is heard is what was recorded, and never a command."""

from __future__ import annotations

import importlib.util
import threading
import time
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rclpy") is None, reason="needs ROS")

HANG = 30.0
"""[s]"""
STATES = 5


@pytest.fixture
def recording(ros, tmp_path):
    """A recording of a description, and of commands and states every tenth of a second."""
    from rclpy.serialization import serialize_message
    from rher_agent.recording.episode_file import EpisodeFile
    from rher_interfaces.msg import ArmCommand, ArmState
    from std_msgs.msg import String

    path = tmp_path / "20260101_000000_episode_0.mcap"
    file = EpisodeFile(path)
    file.write("/robot_description", "std_msgs/msg/String", serialize_message(String(data="arm")), 10**9)
    for step in range(STATES):
        now_ns = 10**9 + step * 10**8
        command = serialize_message(ArmCommand(step=step))
        file.write("/arm/command", "rher_interfaces/msg/ArmCommand", command, now_ns)
        file.write("/arm/state", "rher_interfaces/msg/ArmState", serialize_message(ArmState(step=step)), now_ns)
    file.close()
    return path


@pytest.fixture
def listener(ros):
    """A node, and what it hears by topic."""
    import rclpy
    from rher_agent.ros.quality import LATCHED, LOCKSTEP
    from rher_interfaces.msg import ArmCommand, ArmState
    from std_msgs.msg import String

    node = rclpy.create_node("listener")
    heard: dict[str, list] = {"robot_description": [], "arm/state": [], "arm/command": []}
    for name, kind, quality in (
        ("robot_description", String, LATCHED),
        ("arm/state", ArmState, LOCKSTEP),
        ("arm/command", ArmCommand, LOCKSTEP),
    ):
        node.create_subscription(kind, name, heard[name].append, quality)
    yield node, heard
    node.destroy_node()


def make_replay(path, speed=1000.0):
    from rclpy.parameter import Parameter
    from rher_agent.replay_node import ReplayNode

    return ReplayNode([Parameter("recordings", value=str(path)), Parameter("speed", value=speed)])


def spin_until(node, condition):
    import rclpy

    hang = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < hang
        rclpy.spin_once(node, timeout_sec=0.1)


def test_what_was_recorded_is_heard_again_but_for_the_commands(recording, listener):
    node, heard = listener
    replay = make_replay(recording.parent)
    spin_until(node, lambda: node.count_publishers("arm/state") and node.count_publishers("robot_description"))
    spin_until(node, lambda: replay.count_subscribers("arm/state"))
    replay.run(threading.Event())
    spin_until(node, lambda: len(heard["arm/state"]) == STATES and heard["robot_description"])
    assert [state.step for state in heard["arm/state"]] == list(range(STATES))
    assert heard["robot_description"][0].data == "arm"
    assert node.count_publishers("arm/command") == 0
    replay.destroy_node()


@pytest.mark.parametrize(
    "damage",
    [lambda content: content[:100], lambda content: content[:150] + bytes(200) + content[350:]],
    ids=["cut", "a hole"],
)
def test_a_damaged_recording_is_told_of_and_the_next_one_follows(recording, listener, caplog, damage):
    node, heard = listener
    damaged = recording.with_name("20250101_000000_episode_000000.mcap")
    content = recording.read_bytes()
    damaged.write_bytes(damage(content))
    replay = make_replay(recording.parent)
    spin_until(node, lambda: node.count_publishers("arm/state") and replay.count_subscribers("arm/state"))
    replay.run(threading.Event())
    spin_until(node, lambda: len(heard["arm/state"]) == STATES)
    assert f"{damaged} is no whole recording" in caplog.text
    replay.destroy_node()


def test_a_graph_in_which_an_arm_is_told_of_is_left_alone(recording, listener, caplog):
    from rher_agent.ros.quality import ARM_STATE, LOCKSTEP
    from rher_interfaces.msg import ArmState

    node, heard = listener
    node.create_publisher(ArmState, ARM_STATE, LOCKSTEP)
    replay = make_replay(recording)
    spin_until(replay, lambda: replay.count_publishers("arm/state") == 2)
    replay.run(threading.Event())
    assert "/arm/state is told of by somebody else" in caplog.text
    assert not heard["arm/state"]
    replay.destroy_node()


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_messages_come_at_the_speed_that_is_asked_for(recording, listener, monkeypatch, speed):
    """By a clock that stands still but for the waits."""
    from rher_agent import replay_node

    class Waits(threading.Event):
        now = 0.0

        def wait(self, timeout: float | None = None) -> bool:
            self.now += timeout or 0.0
            return False

    waits, played = Waits(), []
    node, _ = listener
    replay = make_replay(recording, speed=speed)
    monkeypatch.setattr(replay_node, "time", SimpleNamespace(monotonic=lambda: waits.now))
    states = replay._publishers_by_topic["/arm/state"]
    spin_until(node, lambda: states.get_subscription_count() > 0)
    replay._publishers_by_topic["/arm/state"] = SimpleNamespace(publish=lambda data: played.append(waits.now))
    replay.run(waits)
    since_first = [moment - played[0] for moment in played]
    assert since_first == pytest.approx([0.1 * step / speed for step in range(STATES)])
    replay.destroy_node()


def test_a_shutdown_ends_a_slow_replay(recording):
    replay = make_replay(recording, speed=0.01)
    shut_down = threading.Event()
    shut_down.set()
    replay.run(shut_down)
    replay.destroy_node()


def test_what_is_no_recording_is_refused(ros, tmp_path):
    from rher_agent.recording.playback import read_recording
    from rher_agent.replay_node import ReplayNode
    from rher_agent.ros.parameters import ParameterError

    with pytest.raises(ParameterError, match="recordings is empty; allowed: the path of a recording"):
        ReplayNode()
    with pytest.raises(ParameterError, match=r"no recording is at .*; allowed: a file that ends in \.mcap"):
        make_replay(tmp_path)
    broken = tmp_path / "broken.mcap"
    broken.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"broken.mcap is no whole recording: .*; allowed: MCAP files of a run"):
        list(read_recording(broken))
