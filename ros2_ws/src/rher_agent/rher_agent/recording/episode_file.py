# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One recording: messages as they came, in an MCAP file that has its name only when it is whole."""

from __future__ import annotations

import os
from pathlib import Path

from mcap.well_known import MessageEncoding, Profile, SchemaEncoding
from mcap.writer import Writer

from rher_agent.recording.definitions import definition

UNFINISHED = ".unfinished"
"""At the end of the name until the file is whole; `mcap recover` reads most of one that never was."""
OFFERED_QUALITY = "offered_qos_profiles"
"""Where readers of MCAP files of ROS 2 look for the quality of service of a channel."""


class EpisodeFile:
    """Takes messages until close.

    Args:
        path: Of the file.

    Raises:
        OSError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(path.name + UNFINISHED)
        self._file = self._unfinished.open("wb")
        self._writer = Writer(self._file)
        self._writer.start(profile=Profile.ROS2, library="rher")
        self._channels: dict[str, int] = {}

    def write(self, topic: str, kind: str, data: bytes, time_ns: int, quality: str = "") -> None:
        """Append a message.

        Args:
            topic: On which it came.
            kind: Its type, such as std_msgs/msg/Header.
            data: It, serialised.
            time_ns: When it came [ns].
            quality: Quality of service of its topic in the words of rosbag2; empty to leave it to who plays it.
        """
        if topic not in self._channels:
            schema = self._writer.register_schema(kind, SchemaEncoding.ROS2, definition(kind).encode())
            told = {OFFERED_QUALITY: quality}
            self._channels[topic] = self._writer.register_channel(topic, MessageEncoding.CDR, schema, told)
        self._writer.add_message(self._channels[topic], time_ns, data, time_ns)

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._writer.finish()
        self._file.flush()
        # Else a power cut may leave a whole name on an empty file.
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.replace(self._path)
