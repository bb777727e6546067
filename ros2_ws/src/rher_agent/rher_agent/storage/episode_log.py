# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The training episodes of a run on disk, appended one by one, so that a crash loses at most the one being written.

The file is a header followed by records, all integers little-endian:

* header: magic, version (uint32), length of the text (uint32), CRC32 of the text (uint32), the text. The text is JSON
  and names the task, its objects, the size of its actions and the layout of its observations.
* record: length of the payload (uint32), CRC32 of the payload (uint32), CRC32 of these eight bytes (uint32), the
  payload. The payload is the number of steps T (uint32), then observations (T + 1, size), actions (T, action size) and
  desired goal (objects, 3) as float64, then the usable flags (T) as one byte each.

The length has a checksum of its own: a wrong length in the middle of the file would otherwise look like a last record
cut short, and everything after it would be dropped without a word.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rher_agent.storage.atomic import sync_directory
from rher_agent.storage.episode import Episode
from rher_agent.tasks.task import RelayTask

MAGIC = b"RHEREPIS"
"""First eight bytes of every episode log."""
VERSION = 1
"""Of the format described above."""

_HEADER = struct.Struct("<8sIII")
_RECORD = struct.Struct("<III")
_STEPS = struct.Struct("<I")
_FLOAT = np.dtype("<f8")

_logger = logging.getLogger(__name__)


LOCK_PATIENCE_S = 10.0
"""How long a log that another process writes is waited for [s]."""
LOCK_RETRY_S = 0.05
"""Time between two tries [s]; the kernel tells no one that a lock is free, except who blocks without limit."""


class EpisodeLogError(ValueError):
    """A file is no episode log, one of another task, or damaged; the message is one line."""


class EpisodeLog:
    """An episode log open for appending. Only one process may have it open."""

    def __init__(self, path: Path, task: RelayTask) -> None:
        """Start a log, or go on with one after cutting off a last record that a crash left unfinished.

        Args:
            path: The file; made if missing.
            task: The task of the episodes.

        Raises:
            EpisodeLogError: The file is no episode log, one of another task, or damaged before its last record.
            OSError: The file cannot be read or written.
        """
        self._format = _Format.of(task)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            _lock(self._file, path)
            self._ends = _record_ends(path, self._format)
            self._prepare(path)
        except (OSError, EpisodeLogError):
            self.close()
            raise

    @staticmethod
    def read(path: Path) -> Iterator[Episode]:
        """Yield the episodes of a log, oldest first; a last record that a crash left unfinished is left out.

        Raises:
            EpisodeLogError: The file is no episode log, or is damaged before its last record.
            OSError: The file cannot be read.
        """
        with path.open("rb") as file:
            layout = _read_header(file)
            if layout is not None:
                yield from (episode for _, episode in _read_records(file, layout))

    def __len__(self) -> int:
        """Return the number of episodes in the log."""
        return len(self._ends) - 1

    def __enter__(self) -> EpisodeLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def append(self, episode: Episode) -> None:
        """Add an episode; it is on the disk when this returns.

        Raises:
            ValueError: An array has not the shape or the type that the task asks for.
            OSError: The disk refuses; the log is as it was.
        """
        record = self._format.encode(episode)
        try:
            self._write(record)
        except OSError:
            os.ftruncate(self._file, self._ends[-1])
            raise
        self._ends.append(self._ends[-1] + len(record))

    def truncate(self, count: int) -> None:
        """Keep the first `count` episodes.

        Raises:
            ValueError: The log has fewer.
            OSError: The disk refuses.
        """
        if not 0 <= count <= len(self):
            raise ValueError(f"count is {count} episodes; allowed: 0 to {len(self)}")
        os.ftruncate(self._file, self._ends[count])
        os.fsync(self._file)
        del self._ends[count + 1 :]

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _prepare(self, path: Path) -> None:
        """Write the header of a new file; cut off what a crash left at the end of an old one."""
        if self._ends:
            os.ftruncate(self._file, self._ends[-1])
            return
        header = self._format.header
        self._ends = [0]
        self._write(header)
        self._ends = [len(header)]
        sync_directory(path.parent)

    def _write(self, content: bytes) -> None:
        """Write at the end of what is valid and wait for the disk."""
        offset, rest = self._ends[-1], memoryview(content)
        while rest:
            written = os.pwrite(self._file, rest, offset)
            offset, rest = offset + written, rest[written:]
        os.fsync(self._file)


def _lock(descriptor: int, path: Path) -> None:
    """Take the file for this process alone.

    The learner of a policy that was killed still finishes the episode it was given: a busy file is tried for a while.

    Raises:
        EpisodeLogError: Another process keeps it.
    """
    deadline = time.monotonic() + LOCK_PATIENCE_S
    between = threading.Event()
    while not _try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise EpisodeLogError(f"'{path}' is being written by another run; end that one first")
        between.wait(LOCK_RETRY_S)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True)
class _Format:
    """What the header says."""

    task: str
    objects: tuple[str, ...]
    action_size: int
    observation_size: int
    layout: str
    """Where things stand in an observation, as JSON."""

    @classmethod
    def of(cls, task: RelayTask) -> _Format:
        """Return the format of a task's episodes."""
        layout = json.dumps(asdict(task.layout), sort_keys=True, default=_slice_bounds)
        return cls(task.name, tuple(task.object_names), task.action_size, task.layout.size, layout)

    @classmethod
    def parse(cls, text: bytes) -> _Format:
        """Return the format that the text of a header describes."""
        values = json.loads(text)
        return cls(**{**values, "objects": tuple(values["objects"])})

    @property
    def header(self) -> bytes:
        """The header of a log."""
        text = json.dumps(asdict(self), sort_keys=True).encode()
        return _HEADER.pack(MAGIC, VERSION, len(text), zlib.crc32(text)) + text

    def encode(self, episode: Episode) -> bytes:
        """Return an episode as a record.

        Raises:
            ValueError: An array has not the shape or the type that the task asks for.
        """
        steps = len(episode)
        parts = [
            _STEPS.pack(steps),
            _floats("observations", episode.observations, (steps + 1, self.observation_size)),
            _floats("actions", episode.actions, (steps, self.action_size)),
            _floats("desired_goal", episode.desired_goal, (len(self.objects), 3)),
            episode.usable.astype(np.uint8).tobytes(),
        ]
        payload = b"".join(parts)
        prefix = _RECORD.pack(len(payload), zlib.crc32(payload), 0)[:-4]
        return prefix + struct.pack("<I", zlib.crc32(prefix)) + payload

    def decode(self, payload: bytes) -> Episode:
        """Return the episode of a record's payload."""
        (steps,) = _STEPS.unpack_from(payload)
        shapes = ((steps + 1, self.observation_size), (steps, self.action_size), (len(self.objects), 3))
        offset = _STEPS.size
        arrays = []
        for rows, columns in shapes:
            flat = np.frombuffer(payload, _FLOAT, rows * columns, offset)
            arrays.append(flat.reshape(rows, columns).astype(np.float64))
            offset += flat.nbytes
        observations, actions, desired_goal = arrays
        usable = np.frombuffer(payload, np.uint8, steps, offset).astype(np.bool_)
        return Episode(observations, actions, desired_goal, usable)


def _slice_bounds(value: Any) -> list[int]:
    """Return a slice of the layout as plain numbers."""
    if not isinstance(value, slice):
        raise TypeError(f"a layout holds a {type(value).__name__}; allowed: numbers and slices")
    return [value.start, value.stop]


def _floats(name: str, array: NDArray[np.float64], shape: tuple[int, int]) -> bytes:
    if array.shape != shape or array.dtype != np.float64:
        raise ValueError(f"{name} has shape {array.shape} of {array.dtype}; allowed: {shape} of float64")
    return array.astype(_FLOAT).tobytes()


def _read_header(file: BinaryIO) -> _Format | None:
    """Return what the header says and stop after it; None when a crash cut the header short.

    Raises:
        EpisodeLogError: The file begins with something else.
    """
    start = file.read(_HEADER.size)
    if not MAGIC.startswith(start[: len(MAGIC)]):
        raise EpisodeLogError(f"{file.name} is not an episode log; allowed: a file that begins with {MAGIC.decode()}")
    if len(start) < _HEADER.size:
        return None
    _, version, length, checksum = _HEADER.unpack(start)
    if version != VERSION:
        raise EpisodeLogError(f"{file.name} is an episode log of version {version}; allowed: {VERSION}")
    text = file.read(length)
    if len(text) < length:
        return None
    if zlib.crc32(text) != checksum:
        raise EpisodeLogError(f"{file.name} is damaged: its header does not match its checksum")
    return _Format.parse(text)


def _read_records(file: BinaryIO, layout: _Format) -> Iterator[tuple[int, Episode]]:
    """Yield where each record ends and its episode, from the end of the header to the last whole record.

    A record that the file ends in is unfinished. A power cut can also leave it at full length with blocks of zeros.

    Raises:
        EpisodeLogError: A record before the last is damaged.
    """
    size = os.fstat(file.fileno()).st_size
    number = 0
    while len(prefix := file.read(_RECORD.size)) == _RECORD.size:
        number += 1
        length, checksum, own_checksum = _RECORD.unpack(prefix)
        if zlib.crc32(prefix[:-4]) != own_checksum:
            if not (prefix + file.read()).strip(b"\0"):
                break
            raise EpisodeLogError(f"{file.name} is damaged at episode {number}: its length is wrong")
        payload = file.read(length)
        if len(payload) < length:
            break
        if zlib.crc32(payload) != checksum:
            if file.tell() == size:
                break
            raise EpisodeLogError(
                f"{file.name} is damaged at episode {number}: its content does not match its checksum"
            )
        yield file.tell(), layout.decode(payload)


def _record_ends(path: Path, expected: _Format) -> list[int]:
    """Return where the header and every whole record end; nothing when there is no whole header.

    Raises:
        EpisodeLogError: The file is no episode log, one of another task, or damaged before its last record.
        OSError: The file cannot be read.
    """
    if not path.exists():
        return []
    with path.open("rb") as file:
        found = _read_header(file)
        if found is None:
            return []
        if found.task != expected.task:
            raise EpisodeLogError(f"{path} holds episodes of task '{found.task}'; allowed: '{expected.task}'")
        if found != expected:
            raise EpisodeLogError(f"{path} holds episodes of task '{found.task}' with another layout; start a new run")
        ends = [file.tell()]
        ends.extend(end for end, _ in _read_records(file, found))
    unfinished = path.stat().st_size - ends[-1]
    if unfinished:
        _logger.warning("dropping an unfinished episode of %d bytes at the end of %s", unfinished, path)
    return ends
