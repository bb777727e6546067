# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ROS messages in MCAP files, as `ros2 bag` and Foxglove read and write them: CDR with the text of their definition."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
from mcap.reader import make_reader
from mcap.well_known import MessageEncoding, Profile, SchemaEncoding
from mcap.writer import Writer
from rclpy.serialization import deserialize_message, serialize_message
from rher_agent.recording.definitions import definition


class Recorder:
    """Writes messages into a file.

    Args:
        path: Of the file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._writer = Writer(self._file)
        self._writer.start(profile=Profile.ROS2, library="rher")
        self._channels: dict[str, int] = {}

    def write(self, topic: str, message: Any, time_ns: int) -> None:
        """Append a message that came on a topic at a time [ns]."""
        if topic not in self._channels:
            kind = f"{type(message).__module__.split('.')[0]}/msg/{type(message).__name__}"
            schema = self._writer.register_schema(kind, SchemaEncoding.ROS2, definition(kind).encode())
            self._channels[topic] = self._writer.register_channel(topic, MessageEncoding.CDR, schema)
        self._writer.add_message(self._channels[topic], time_ns, serialize_message(message), time_ns)

    def close(self) -> None:
        """Finish the file."""
        self._writer.finish()
        self._file.close()


def read(path: Path, topic: str | None = None) -> list[Any]:
    """Return the messages of a file, or of one topic in it, in the order of their times."""
    with path.open("rb") as file:
        reader = make_reader(file)
        return [
            deserialize_message(message.data, _class(schema.name))
            for schema, _, message in reader.iter_messages(topics=topic and [topic])
            if schema is not None
        ]


def bits(value: Any) -> Any:
    """Return a message as nested lists in which every float is written exactly.

    Two serialised messages cannot be compared in its place: the bytes between their members are left to chance.
    """
    if hasattr(value, "get_fields_and_field_types"):
        return [bits(getattr(value, name)) for name in value.get_fields_and_field_types()]
    if isinstance(value, list | tuple | np.ndarray):
        return [bits(item) for item in value]
    return float(value).hex() if isinstance(value, float) else value


def _class(kind: str) -> type:
    package, folder, name = kind.split("/")
    return getattr(importlib.import_module(f"{package}.{folder}"), name)
