# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Recordings as the recorder writes them, read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rclpy.serialization import serialize_message
from rher_agent.fit_twin_command import main
from rher_agent.recording.episode_file import EpisodeFile
from rher_agent.ros.conversions import fill_header, fill_pose
from rher_agent.twin.cell_log import read_recordings
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


def test_what_is_no_recording_is_refused(tmp_path: Path):
    (tmp_path / "one.mcap").write_bytes(b"no")
    with pytest.raises(ValueError, match=r"one\.mcap is no whole recording"):
        read_recordings([tmp_path / "one.mcap"])


def test_the_command_writes_a_parameter_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    record(tmp_path / "one.mcap")
    main(["fit_twin", str(tmp_path), "--output", str(tmp_path / "twin.yaml")])
    assert "observation_latency: 0.06" in (tmp_path / "twin.yaml").read_text()
    assert "params_file:=" in capsys.readouterr().out


def test_the_command_says_what_is_missing(tmp_path: Path):
    with pytest.raises(SystemExit, match="there is no recording in"):
        main(["fit_twin", str(tmp_path)])
