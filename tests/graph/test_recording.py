# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Recordings of a whole graph: they tell everything of every episode, and played again they show what rviz2 showed."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
import rclpy
from ament_index_python.packages import get_package_prefix
from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rher_agent.recording.playback import RECORDINGS
from rher_agent.ros.operator_call import OPERATOR_MARKER
from rher_agent.tasks.push import PushTask
from rosbags.highlevel import AnyReader
from visualization_msgs.msg import Marker, MarkerArray

from tests.rviz_displays import displays

pytestmark = pytest.mark.graph

HANG = 60.0
"""Time after which a wait is a failure [s]."""
THINGS = {"goal", "achieved_goal", "workspace", "action", "cube", "table_slab"}
"""Some of what is drawn, by the policy, by perception and by the simulation."""
EPISODES = 3
"""Of a short run: one of training, one of its evaluation and one of the judgement."""
SHORT_RUN = """
policy:
  ros__parameters:
    trainer:
      evaluation_episodes: 1
      final_evaluation_episodes: 1
recorder:
  ros__parameters:
    pictures: true
"""


@pytest.fixture
def record(start, tmp_path, monkeypatch):
    """Record a short run; returns its recordings in the order in which they were made."""
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    command = shutil.which("ros2")
    assert command is not None

    def run(*arguments: str) -> list[Path]:
        parameters, folder = tmp_path / "parameters.yaml", tmp_path / "run"
        parameters.write_text(SHORT_RUN)
        given = (f"params_file:={parameters}", f"output:={folder}", "record:=true", "max_episodes:=1", *arguments)
        _, output = start(command, "launch", "rher_agent", "sim.launch.py", "learner_mode:=sync", *given).finish()
        files = sorted((folder / RECORDINGS).iterdir())
        assert f"recorder_node: {len(files)} episodes recorded" in output, output
        return files

    return run


def drawn(heard: dict[str, list]) -> set[str]:
    """Return the namespaces of all markers that were heard to be drawn."""
    arrays = (message for messages in heard.values() for message in messages if isinstance(message, MarkerArray))
    return {marker.ns for array in arrays for marker in array.markers if marker.action == Marker.ADD}


def test_a_replay_shows_in_every_display_what_was_there(record, start, ros):
    """But what an operator is asked for, which nobody is in a simulation."""
    first, *_ = record("perception:=camera")
    viewer = rclpy.create_node("viewer")
    shown = {display.topic: display for display in displays() if display.topic != f"/{OPERATOR_MARKER}"}
    heard: dict[str, list] = {topic: [] for topic in shown}
    for topic, display in shown.items():
        viewer.create_subscription(display.kind, topic, heard[topic].append, display.quality)
    executable = Path(get_package_prefix("rher_agent")) / "lib" / "rher_agent" / "replay"
    replay = start(executable, "--ros-args", "-p", f"recordings:={first.parent}")
    hang = time.monotonic() + HANG
    while missing := {topic for topic in shown if not heard[topic]} | (THINGS - drawn(heard)):
        assert time.monotonic() < hang, missing
        rclpy.spin_once(viewer, timeout_sec=0.05)
    viewer.destroy_node()
    replay.interrupt()


def test_recordings_of_a_run_are_read_by_both_readers(record):
    # At twice an arm's pace: as fast as it goes, a recorder without a core of its own falls behind and misses messages.
    files = record("real_time_factor:=2.0")
    assert len(files) == EPISODES
    begun = set()
    for path in files:
        with path.open("rb") as file:
            reader = make_reader(file, decoder_factories=[DecoderFactory()])
            found = [
                (channel.topic, message.data, decoded)
                for _, channel, message, decoded in reader.iter_decoded_messages()
            ]
        with AnyReader([path]) as independent:
            same = [(connection.topic, bytes(data)) for connection, _, data in independent.messages()]
        assert [(topic, data) for topic, data, _ in found] == same
        (episode,) = {message.episode for topic, _, message in found if topic == "/world/episode"}
        begun.add(episode)
    assert len(begun) == EPISODES
    # The last one: the first may begin before all nodes have found each other.
    topics = {topic for topic, *_ in found}
    assert {"/robot_description", "/tf_static", "/tf", "/joint_states", "/objects", "/rher/status"} <= topics
    assert {"/rher/markers", "/rher/bodies", "/arm/wrench"} <= topics
    steps = {message.step for topic, _, message in found if topic == "/arm/state" and message.episode == episode}
    commanded = {message.step for topic, _, message in found if topic == "/arm/command"}
    assert steps - {0} == commanded == set(range(1, PushTask().horizon + 1))
