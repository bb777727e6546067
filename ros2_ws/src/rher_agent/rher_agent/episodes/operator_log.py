# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A table of the times at which a person was asked for, and at which one had come. It goes on when a run does."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

NAME = "operator.csv"
"""In the folder of the run; one is there only after a first call."""
COLUMNS = ("time", "event", "asked_for")
ASKED, CAME = "asked", "came"


class OperatorLog:
    """Appends to the table what changes.

    Args:
        folder: Of the run; None to write nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._needed = ""

    def tell(self, needed: str, time: datetime) -> None:
        """Take what the operator is asked for, empty for nothing, at a time.

        Raises:
            OSError: The table cannot be written.
        """
        if needed == self._needed:
            return
        event, text = (ASKED, needed) if needed else (CAME, self._needed)
        self._needed = needed
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / NAME
        is_new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(COLUMNS)
            writer.writerow((time.isoformat(timespec="seconds"), event, text))


def count_calls(folder: Path) -> int:
    """Return how often a person was asked for in a run.

    Raises:
        OSError: The table is there and cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return 0
    with path.open(newline="") as file:
        return sum(row["event"] == ASKED for row in csv.DictReader(file))
