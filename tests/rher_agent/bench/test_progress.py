# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How far a matrix of runs is."""

from __future__ import annotations

from rher_agent.bench.progress import Progress


def test_the_rest_takes_as_long_as_the_runs_so_far():
    times = iter((0.0, 600.0, 1200.0, 1800.0))
    progress = Progress(3, lambda: next(times))
    assert progress.end_one() == "1 of 3, 10 min so far, some 20 min left"
    assert progress.end_one() == "2 of 3, 20 min so far, some 10 min left"
    assert progress.end_one() == "3 of 3, 30 min so far, some 0 min left"
