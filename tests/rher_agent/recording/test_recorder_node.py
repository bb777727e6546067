# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Recordings of episodes: one whole file each, read by the usual reader without any of our definitions."""

from __future__ import annotations

import dataclasses
import importlib.util
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rclpy") is None, reason="needs ROS")

HANG = 30.0
"""[s]"""


def contents(path: Path) -> list[tuple[str, Any]]:
    """Return topic and message of everything in a file, decoded by the definitions in it."""
    from mcap.reader import make_reader
    from mcap_ros2.decoder import DecoderFactory

    with path.open("rb") as file:
        reader = make_reader(file, decoder_factories=[DecoderFactory()])
        return [(channel.topic, message) for _, channel, _, message in reader.iter_decoded_messages()]


def plain(value: Any) -> Any:
    """Return a message of either reader as names and values."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
    elif hasattr(value, "__slots__"):
        names = list(value.__slots__)
    else:
        return value.item() if isinstance(value, np.generic) else value
    # Either may count constants of the message among its fields.
    return {name: plain(getattr(value, name)) for name in names if name.islower() and not name.startswith("_")}


def independent_contents(path: Path) -> list[tuple[str, Any]]:
    """Return the same as contents, by a reader that shares no code with it."""
    from rosbags.highlevel import AnyReader

    with AnyReader([path]) as reader:
        return [
            (connection.topic, reader.deserialize(data, connection.msgtype))
            for connection, _, data in reader.messages()
        ]


def raw_contents(path: Path) -> list[tuple[str, bytes]]:
    """Return topic and bytes of everything in a file."""
    from mcap.reader import make_reader

    with path.open("rb") as file:
        return [(channel.topic, message.data) for _, channel, message in make_reader(file).iter_messages()]


def independent_raw_contents(path: Path) -> list[tuple[str, bytes]]:
    """Return the same as raw_contents, by a reader that shares no code with it."""
    from rosbags.highlevel import AnyReader

    with AnyReader([path]) as reader:
        return [(connection.topic, bytes(data)) for connection, _, data in reader.messages()]


def offered(path: Path) -> dict[str, tuple[str, str, int]]:
    """Return reliability, durability and depth that a player is told to offer, by topic."""
    from rosbags.highlevel import AnyReader
    from rosbags.interfaces import ConnectionExtRosbag2

    with AnyReader([path]) as reader:
        return {
            connection.topic: (quality.reliability.name, quality.durability.name, quality.depth)
            for connection in reader.connections
            if isinstance(connection.ext, ConnectionExtRosbag2)
            for quality in connection.ext.offered_qos_profiles
        }


def test_each_episode_is_a_file_with_what_held_before_it(ros, tmp_path):
    import rclpy
    from geometry_msgs.msg import TransformStamped
    from rclpy.parameter import Parameter
    from rclpy.serialization import serialize_message
    from rher_agent.recorder_node import RecorderNode
    from rher_agent.ros.quality import ARM_STATE, LATCHED, LOCKSTEP, WORLD_EPISODE
    from rher_interfaces.msg import ArmState, Episode
    from std_msgs.msg import String
    from tf2_msgs.msg import TFMessage

    folder = tmp_path / "recordings"
    recorder = RecorderNode(overrides=[Parameter("folder", value=str(folder))])
    talkers = [rclpy.create_node(f"talker_{k}") for k in range(2)]
    frames = [node.create_publisher(TFMessage, "/tf_static", LATCHED) for node in talkers]
    description = talkers[0].create_publisher(String, "robot_description", LATCHED)
    states = talkers[0].create_publisher(ArmState, ARM_STATE, LOCKSTEP)
    episodes = talkers[0].create_publisher(Episode, WORLD_EPISODE, LATCHED)

    def until(condition):
        hang = time.monotonic() + HANG
        while not condition():
            assert time.monotonic() < hang
            rclpy.spin_once(recorder, timeout_sec=0.1)

    until(lambda: all(publisher.get_subscription_count() for publisher in (*frames, description, states, episodes)))
    sent: dict[str, list[tuple[str, bytes]]] = {"held": [], "9": [], "10": []}

    def send(publisher, message, part):
        # As bytes: what lies between the fields of a message is not the same each time that it is serialised.
        heard, data = recorder.messages, serialize_message(message)
        publisher.publish(data)
        until(lambda: recorder.messages > heard)
        sent[part].append((publisher.topic_name, data))

    for publisher, name in zip(frames, ("table", "camera"), strict=True):
        send(publisher, TFMessage(transforms=[TransformStamped(child_frame_id=name)]), "held")
    send(description, String(data="arm"), "held")
    for episode in (9, 10):
        begun = Episode(episode=episode, task="push")
        for _ in range(2):  # the world repeats it for those who missed it
            send(episodes, begun, str(episode))
        state = ArmState(episode=episode, step=1, reason="(quoted) ä", gripper=0.085, clipped=True)
        state.wrench.force.z = -0.1
        send(states, state, str(episode))
    assert len(list(folder.glob("*.mcap"))) == 1
    assert len(list(folder.glob("*.unfinished"))) == 1
    recorder.close()

    files = sorted(folder.iterdir())
    assert [path.name.rsplit("_", 1)[1] for path in files] == ["000009.mcap", "000010.mcap"]
    for path, episode in zip(files, (9, 10), strict=True):
        assert raw_contents(path) == independent_raw_contents(path) == sent["held"] + sent[str(episode)]
        assert [(topic, plain(message)) for topic, message in contents(path)] == [
            (topic, plain(message)) for topic, message in independent_contents(path)
        ]
        assert offered(path) == {
            "/tf_static": ("RELIABLE", "TRANSIENT_LOCAL", 10),
            "/robot_description": ("RELIABLE", "TRANSIENT_LOCAL", 1),
            "/world/episode": ("RELIABLE", "TRANSIENT_LOCAL", 1),
            "/arm/state": ("RELIABLE", "VOLATILE", 10),
        }
    for node in (recorder, *talkers):
        node.destroy_node()


def test_a_recorder_without_a_folder_is_refused(ros):
    from rher_agent.recorder_node import RecorderNode
    from rher_agent.ros.parameters import ParameterError

    with pytest.raises(ParameterError, match="folder is empty; allowed: the path of a folder"):
        RecorderNode()


def test_where_nothing_can_be_written_it_ends_in_one_line(start, ros, tmp_path):
    import rclpy
    from ament_index_python.packages import get_package_prefix
    from rher_agent.ros.quality import LATCHED, WORLD_EPISODE
    from rher_interfaces.msg import Episode

    taken = tmp_path / "taken"
    taken.write_text("a file where a folder is asked for")
    executable = Path(get_package_prefix("rher_agent")) / "lib" / "rher_agent" / "recorder_node"
    process = start(executable, "--ros-args", "-p", f"folder:={taken}/recordings")
    talker = rclpy.create_node("talker")
    talker.create_publisher(Episode, WORLD_EPISODE, LATCHED).publish(Episode(episode=1))
    code, output = process.finish()
    talker.destroy_node()
    assert code == 1, output
    assert "recorder_node: nothing can be recorded: " in output
    assert "Traceback" not in output
