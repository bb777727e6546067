# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Recordings as the recorder writes them, read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rclpy.serialization import serialize_message
from rher_agent.recording.episode_file import EpisodeFile
from rher_agent.ros.cell_log import read_recordings
from rher_agent.ros.conversions import fill_header, fill_pose
from rher_interfaces.msg import ArmCommand, ArmState, ObjectState, ObjectStates

MS = 1_000_000
STEPS = 30
PICTURES = 64
LEVEL = np.array((1.0, 0.0, 0.0, 0.0))


def seen(stamp_ns: int, *, tracked: bool = True) -> ObjectStates:
    message = ObjectStates(objects=[ObjectState(name="cube", tracked=tracked)])
    fill_header(message.header, stamp_ns)
    fill_pose(message.objects[0].pose, np.array((0.5, 0.0, 0.025)), LEVEL)
    return message


def record(path: Path, *, writer: str = "policy") -> None:
    """Steps of 120 ms, a picture every 60 ms that comes 50 ms after its capture."""
    events: list[tuple[int, str, str, object]] = []
    for index in range(PICTURES):
        captured = 1000 * MS + 60 * index * MS
        events.append((captured + 50 * MS, "/objects", "rher_interfaces/msg/ObjectStates", seen(captured)))
    for step in range(1, STEPS + 1):
        began = 1000 * MS + 120 * step * MS
        command = ArmCommand(writer=writer, episode=2, step=step)
        fill_header(command.header, began)
        sent = ((began + ms * MS, "/arm/command", "rher_interfaces/msg/ArmCommand", command) for ms in (5, 45))
        events.extend(sent)
        state = ArmState(episode=2, step=step)
        fill_header(state.header, began + 120 * MS)
        events.append((began + 121 * MS, "/arm/state", "rher_interfaces/msg/ArmState", state))
    file = EpisodeFile(path)
    for time_ns, topic, kind, message in sorted(events, key=lambda event: event[0]):
        file.write(topic, kind, serialize_message(message), time_ns)
    file.close()


def test_every_step_of_the_policy_is_read_once(tmp_path: Path):
    record(tmp_path / "one.mcap")
    record(tmp_path / "two.mcap")
    log = read_recordings(sorted(tmp_path.glob("*.mcap")))
    assert [step.duration for step in log.steps] == pytest.approx([0.12] * 2 * STEPS)
    # At the end of a step the picture of that instant is still on its way, the one before has come.
    assert [step.age for step in log.steps] == pytest.approx([0.06] * 2 * STEPS)
    assert [len(sights) for sights in log.sights] == [PICTURES, PICTURES]


def test_the_episode_managers_steps_do_not_count(tmp_path: Path):
    record(tmp_path / "one.mcap", writer="episode_manager")
    assert not read_recordings([tmp_path / "one.mcap"]).steps


def test_an_object_that_is_not_seen_is_no_sight(tmp_path: Path):
    file = EpisodeFile(tmp_path / "one.mcap")
    hidden, turned = seen(60 * MS, tracked=False), seen(120 * MS)
    late = seen(180 * MS)
    late.objects[0].age = 0.06
    half = np.sin(np.pi / 8.0)
    fill_pose(turned.objects[0].pose, np.array((0.5, 0.1, 0.025)), np.array((np.cos(np.pi / 8.0), 0.0, 0.0, half)))
    for message in (hidden, turned, late):
        stamp = message.header.stamp.nanosec
        file.write("/objects", "rher_interfaces/msg/ObjectStates", serialize_message(message), stamp)
    file.close()
    ((sight,),) = read_recordings([tmp_path / "one.mcap"]).sights
    assert sight.position == pytest.approx((0.5, 0.1, 0.025))
    assert sight.yaw == pytest.approx(np.pi / 4.0)


def test_a_state_that_tells_of_a_refusal_ends_no_step(tmp_path: Path):
    command, state = ArmCommand(writer="policy", episode=1, step=1), ArmState(episode=1, step=1, refused=True)
    file = EpisodeFile(tmp_path / "one.mcap")
    file.write("/arm/command", "rher_interfaces/msg/ArmCommand", serialize_message(command), 0)
    file.write("/arm/state", "rher_interfaces/msg/ArmState", serialize_message(state), MS)
    file.close()
    assert not read_recordings([tmp_path / "one.mcap"]).steps


def test_what_is_no_recording_is_refused(tmp_path: Path):
    (tmp_path / "one.mcap").write_bytes(b"no")
    with pytest.raises(ValueError, match=r"one\.mcap is no whole recording"):
        read_recordings([tmp_path / "one.mcap"])
