# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How far a matrix of runs is."""

from __future__ import annotations

from rher_agent.bench.progress import Progress


def test_the_rest_takes_as_long_as_the_runs_so_far():
    times = iter((0.0, 600.0, 1200.0, 1800.0))
    progress = Progress(3, 1, lambda: next(times))
    assert progress.end_one() == "1 of 3, 10 min so far, some 20 min left"
    assert progress.end_one() == "2 of 3, 20 min so far, some 10 min left"
    assert progress.end_one() == "3 of 3, 30 min so far, some 0 min left"


def test_of_runs_side_by_side_the_first_to_end_tell_nothing_of_the_rest():
    times = iter((0.0, 600.0, 660.0))
    progress = Progress(8, 2, lambda: next(times))
    assert progress.end_one() == "1 of 8, 10 min so far"
    assert progress.end_one() == "2 of 8, 11 min so far, some 33 min left"
