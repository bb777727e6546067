# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What recordings of episodes tell of a cell's timing and of what was seen in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rclpy.serialization import deserialize_message
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates
from transforms3d.euler import quat2euler

from rher_agent.recording.playback import read_recording
from rher_agent.ros.conversions import NS_PER_S, pose_arrays, time_ns
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, OBJECTS
from rher_agent.twin.measurement import Sight, StepTiming

KINDS: dict[str, Any] = {f"/{ARM_COMMAND}": ArmCommand, f"/{ARM_STATE}": ArmState, f"/{OBJECTS}": ObjectStates}
"""Topics that tell something, and their types."""
POLICY = "policy"
"""The writer whose steps count: nobody waits for the episode manager's."""


@dataclass
class CellLog:
    """What was read."""

    steps: list[StepTiming] = field(default_factory=list)
    sights: list[list[Sight]] = field(default_factory=list)
    """Of each recording, in order."""


def read_recordings(paths: Iterable[Path]) -> CellLog:
    """Read the episodes of a run.

    Args:
        paths: MCAP files.

    Raises:
        ValueError: One is no recording.
        OSError: One cannot be read.
    """
    log = CellLog()
    for path in paths:
        _read(path, log)
    return log


def messages(path: Path, kinds: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the messages of some topics of a recording, in the order in which they came.

    Args:
        path: An MCAP file.
        kinds: Their types by topic.

    Raises:
        ValueError: It is no recording.
        OSError: It cannot be read.
    """
    for message in read_recording(path, kinds.keys()):
        yield deserialize_message(message.data, kinds[message.topic])


def _read(path: Path, log: CellLog) -> None:
    decided: dict[tuple[int, int], int] = {}
    sights: list[Sight] = []
    seen_ns = 0
    for message in messages(path, KINDS):
        if isinstance(message, ObjectStates):
            seen_ns = time_ns(message.header.stamp)
            sights += _sights(message)
        elif isinstance(message, ArmCommand):
            if message.writer == POLICY:
                decided.setdefault((message.episode, message.step), time_ns(message.header.stamp))
        elif (
            not (message.refused or message.stopped)
            and (began_ns := decided.pop((message.episode, message.step), None)) is not None
        ):
            ended_ns = time_ns(message.header.stamp)
            age = (ended_ns - seen_ns) / NS_PER_S if seen_ns else float("nan")
            log.steps.append(StepTiming((ended_ns - began_ns) / NS_PER_S, age))
    log.sights.append(sights)


def _sights(message: ObjectStates) -> list[Sight]:
    """Return what a picture tells of the first object; nothing when it is not tracked."""
    if not message.objects or not message.objects[0].tracked or message.objects[0].age > 0.0:
        return []
    position, orientation = pose_arrays(message.objects[0].pose)
    yaw = quat2euler(orientation, axes="rzyx")[0]
    return [Sight(time_ns(message.header.stamp) / NS_PER_S, np.asarray(position), float(yaw))]
