# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""summary.json has the fields of the summary and is JSON to the letter."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest
from rher_agent.reporting.summary import end_sentence, write_summary
from rher_agent.runners.reports import RunSummary


def reject_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def test_every_field_and_no_other(tmp_path: Path, summary: RunSummary) -> None:
    path = tmp_path / "summary.json"
    write_summary(path, summary)
    assert json.loads(path.read_text()) == dataclasses.asdict(summary)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_none_becomes_null(tmp_path: Path, summary: RunSummary, value: float) -> None:
    path = tmp_path / "summary.json"
    write_summary(path, dataclasses.replace(summary, success_rate=value, episodes_to_target=None))
    read = json.loads(path.read_text(), parse_constant=reject_constant)
    assert read["success_rate"] is None
    assert read["episodes_to_target"] is None
    assert read["strict_success_rate"] == 0.81


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "Target met after 143 episodes (7150 steps, 112 s): success 97.5 % (strict 81.0 %) over 200 fresh goals; "
            "saved in runs/push_0.",
        ),
        (
            {"reached_target": False, "success_rate": 0.4},
            "Target not met after 143 episodes (7150 steps, 112 s): success 40.0 % (strict 81.0 %) over 200 fresh "
            "goals; saved in runs/push_0.",
        ),
        (
            {"interrupted": True, "success_rate": math.nan},
            "Interrupted after 143 episodes (7150 steps, 112 s); go on with output:=runs/push_0 resume:=true.",
        ),
        (
            {"mode": "evaluate"},
            "Evaluated: 195/200 fresh goals met (162/200 strictly); saved in runs/push_0.",
        ),
        (
            {"mode": "evaluate", "reached_target": False, "success_rate": 0.8, "strict_success_rate": 0.5},
            "Evaluated: 160/200 fresh goals met (100/200 strictly), less than the 95 % asked for; "
            "saved in runs/push_0.",
        ),
        (
            {"mode": "evaluate", "reached_target": False, "interrupted": True},
            "Interrupted: 195/200 fresh goals met (162/200 strictly); saved in runs/push_0.",
        ),
    ],
)
def test_the_end_in_one_sentence(summary: RunSummary, changes: dict[str, object], sentence: str) -> None:
    changed = dataclasses.replace(summary, **changes)  # type: ignore[arg-type]  # the keys are those of the table above
    assert end_sentence(changed, Path("runs/push_0")) == sentence
