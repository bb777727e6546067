# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Reads recordings again, message by message, with the time of each since the first."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard
from mcap.exceptions import McapError
from mcap.reader import make_reader

NS_PER_S = 1e9
SUFFIX = ".mcap"
RECORDINGS = "recordings"
"""Folder in that of a run."""


@dataclass(frozen=True)
class Recorded:
    """A message of a recording."""

    topic: str
    data: bytes
    """Serialised, as it came."""
    after: float
    """Since the first of its recording [s]."""


def find_recordings(path: Path) -> list[Path]:
    """Return the recordings at a path, a file or a folder or that of a run, in the order in which they were made.

    Raises:
        ValueError: There are none.
    """
    if path.is_file():
        return [path]
    found = sorted(path.glob(f"*{SUFFIX}")) or sorted((path / RECORDINGS).glob(f"*{SUFFIX}"))
    if not found:
        raise ValueError(f"no recording is at {path}; allowed: a file that ends in {SUFFIX}, or a folder with some")
    return found


def read_recording(path: Path, topics: Collection[str] | None = None) -> Iterator[Recorded]:
    """Yield the messages of a recording in the order in which they came.

    Args:
        path: An MCAP file.
        topics: Those wanted; None for all.

    Raises:
        ValueError: It is no recording.
        OSError: It cannot be read.
    """
    first_ns = None
    try:
        with path.open("rb") as file:
            for _, channel, message in make_reader(file).iter_messages(topics=topics):
                first_ns = message.log_time if first_ns is None else first_ns
                yield Recorded(channel.topic, message.data, (message.log_time - first_ns) / NS_PER_S)
    except (McapError, struct.error, zstandard.ZstdError, KeyError) as error:
        raise ValueError(f"{path} is no whole recording: {error}; allowed: MCAP files of a run") from error
