# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Sorts the messages of a graph into one recording for each episode."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from rher_agent.recording.episode_file import EpisodeFile


class Recorder:
    """Begins a file with each episode; what holds until replaced is repeated at its beginning.

    Args:
        folder: Of the files; made with the first one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: EpisodeFile | None = None
        self._held: dict[str, deque[tuple[str, bytes, str]]] = {}
        self.files = 0
        """Files that are whole."""

    def begin(self, name: str, time_ns: int) -> None:
        """Finish the file at hand and begin another one.

        Args:
            name: Of the file, without the end.
            time_ns: When its episode began [ns].

        Raises:
            OSError: It cannot be written.
        """
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = EpisodeFile(self._folder / f"{name}.mcap")
        for topic, messages in self._held.items():
            for kind, data, quality in messages:
                self._file.write(topic, kind, data, time_ns, quality)

    def take(self, topic: str, kind: str, data: bytes, time_ns: int, *, held: int, quality: str) -> None:
        """Write a message into the file at hand; before the first episode only what holds until replaced is kept.

        Args:
            topic: On which it came.
            kind: Its type, such as std_msgs/msg/Header.
            data: It, serialised.
            time_ns: When it came [ns].
            held: How many of its topic hold until more come.
            quality: Quality of service of its topic, in the words of rosbag2.
        """
        if held:
            self._held.setdefault(topic, deque(maxlen=held)).append((kind, data, quality))
        if self._file is not None:
            self._file.write(topic, kind, data, time_ns, quality)

    def close(self) -> None:
        """Finish the file at hand."""
        if self._file is not None:
            self._file.close()
            self._file, self.files = None, self.files + 1
