# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How often a person was needed is counted over restarts, and what was asked is kept as it was said."""

from __future__ import annotations

from datetime import datetime

from rher_agent.episodes.operator_log import NAME, OperatorLog, count_calls

AT = datetime(2026, 11, 27, 6)
OUT = "the object is out of reach at [0.2, 0.1] m: put it into the middle, its tags in view"


def test_calls_are_counted_over_restarts(tmp_path):
    folder = tmp_path / "run"
    assert count_calls(folder) == 0
    log = OperatorLog(folder)
    for needed in ("", OUT, OUT, "", "look"):
        log.tell(needed, AT)
    again = OperatorLog(folder)
    again.tell("", AT)
    again.tell("look", AT)
    assert count_calls(folder) == 3
    lines = (folder / NAME).read_text().splitlines()
    assert lines[0] == "time,event,asked_for"
    assert lines[1] == f'2026-11-27T06:00:00,asked,"{OUT}"'
    assert lines[2] == f'2026-11-27T06:00:00,came,"{OUT}"'
    assert len(lines) == 5


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    OperatorLog(None).tell(OUT, AT)
    assert not list(tmp_path.iterdir())
