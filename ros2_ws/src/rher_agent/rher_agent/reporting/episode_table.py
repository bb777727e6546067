# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A CSV file that grows by one row at a time and can be cut back to an earlier episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rher_agent.storage.atomic import atomic_write

EPISODE = "episode"
"""Name of the first column of every table."""


class EpisodeTable:
    """Rows of numbers in the order of their episodes.

    Floats are written so that they read back bit for bit; NaN is written as nan.
    """

    def __init__(self, path: Path, columns: Sequence[str], *, last_episode: int) -> None:
        """Start the table, or go on with it after dropping the rows beyond `last_episode`.

        A row that a crash cut short is dropped too.

        Raises:
            ValueError: The file has other columns.
            OSError: The file cannot be written.
        """
        self._path = path
        self._columns = tuple(columns)
        self._rows: list[tuple[int, str]] = []
        if path.exists():
            self._load()
        self._keep(last_episode)

    @property
    def last_episode(self) -> int | None:
        """Episode of the last row; None when there is none."""
        return self._rows[-1][0] if self._rows else None

    def drop_from(self, episode: int) -> None:
        """Drop the rows of an episode and of all later ones, if any, so that they can be written anew."""
        if self._rows and self._rows[-1][0] >= episode:
            self._keep(episode - 1)

    def append(self, row: Mapping[str, float]) -> None:
        """Add a row; it is with the operating system when this returns.

        Raises:
            ValueError: The row has other columns than the table, or does not come after the last one.
            OSError: The file cannot be written.
        """
        if set(row) != set(self._columns):
            raise ValueError(f"columns are {sorted(row)}; allowed: {sorted(self._columns)}")
        episode = int(row[EPISODE])
        if self._rows and episode <= self._rows[-1][0]:
            raise ValueError(f"episode is {episode}; allowed: more than {self._rows[-1][0]}")
        line = ",".join(_cell(row[column]) for column in self._columns) + "\n"
        with self._path.open("a", newline="") as file:
            file.write(line)
        self._rows.append((episode, line))

    def _load(self) -> None:
        header, *lines = self._path.read_text().splitlines(keepends=True) or [""]
        if header != self._header and not self._header.startswith(header):
            raise ValueError(f"{self._path} has the columns {header.strip()}; allowed: {self._header.strip()}")
        self._rows = [(int(line.split(",", 1)[0]), line) for line in lines if line.endswith("\n")]

    def _keep(self, last_episode: int) -> None:
        self._rows = [(episode, line) for episode, line in self._rows if episode <= last_episode]
        atomic_write(self._path, "".join([self._header, *(line for _, line in self._rows)]).encode())

    @property
    def _header(self) -> str:
        return ",".join(self._columns) + "\n"


def read_table(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the columns of a table by name, each of shape (rows,).

    A row that a crash cut short is left out.

    Raises:
        ValueError: A cell is not a number.
        OSError: The file cannot be read.
    """
    header, *lines = path.read_text().splitlines(keepends=True) or [""]
    names = header.strip().split(",")
    cells = [[float(cell) for cell in line.split(",")] for line in lines if line.endswith("\n")]
    values = np.array(cells, dtype=np.float64).reshape(len(cells), len(names))
    return {name: values[:, index] for index, name in enumerate(names)}


def _cell(value: float) -> str:
    """Write integers and booleans as integers, everything else as the shortest text that reads back the same."""
    return str(int(value)) if isinstance(value, bool | int) else repr(float(value))
