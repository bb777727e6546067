# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Medians, ranges, and levels that were not met."""

from __future__ import annotations

import csv
import math
from io import StringIO

import numpy as np
import pytest
from rher_agent.bench.table import Row, as_csv, as_markdown, steps_to


def row(seed: int, steps_to_95: float, label: str = "rher") -> Row:
    return Row("fetch_push", label, seed, 1000.0, 2000.0, steps_to_95, 20_000, 0.96, 0.8, 100.0, 250.0, 400.0)


def test_a_level_is_met_by_the_mean_of_two_successive_evaluations():
    steps, success = np.array([10.0, 20.0, 30.0, 40.0]), np.array([0.2, 1.0, 0.8, 1.0])
    assert steps_to(0.5, steps, success) == 20.0
    assert steps_to(0.9, steps, success) == 30.0
    assert steps_to(0.95, steps, success) == math.inf
    assert steps_to(0.5, steps[:1], success[:1]) == math.inf


@pytest.mark.parametrize(
    ("met", "cell"),
    [
        ((9000.0, 12500.0, 10000.0), "10,000 (9,000 to 12,500)"),
        ((9000.0, math.inf, 10000.0), "10,000 (9,000 to -)"),
        ((math.inf, math.inf, 10000.0), "- (10,000 to -)"),
        ((math.inf, math.inf, math.inf), "-"),
        ((9000.0, 9000.0, 9000.0), "9,000"),
    ],
)
def test_median_and_range_over_seeds(met: tuple[float, ...], cell: str):
    table = as_markdown([row(seed, value) for seed, value in enumerate(met)])
    assert f"| fetch_push | rher | 3 | 1,000 | 2,000 | {cell} |" in table


def test_methods_have_rows_of_their_own_and_csv_leaves_empty_what_was_not_met():
    rows = [row(0, math.inf), row(0, 5000.0, "her")]
    assert len(as_markdown(rows).splitlines()) == 4
    header, first, second = as_csv(rows).splitlines()
    assert header.split(",").index("steps_to_95") == 5
    assert first.split(",")[5] == ""
    assert second.split(",")[5] == "5000.0"


def test_a_name_with_commas_stays_one_field():
    (read,) = csv.DictReader(StringIO(as_csv([row(7, 5000.0, "case 3, the guide alone")])))
    assert (read["label"], read["seed"], read["steps_to_95"]) == ("case 3, the guide alone", "7", "5000.0")
