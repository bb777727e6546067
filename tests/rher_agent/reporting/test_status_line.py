# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The status line tells the truth, at the right times, in the room there is."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest
from rher_agent.reporting.status_line import CLEAR_LINE, StatusLine
from rher_agent.runners.reports import EpisodeReport, EvaluationReport

MakeEpisode = Callable[..., EpisodeReport]
MakeEvaluation = Callable[..., EvaluationReport]


class Clock:
    """A time that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make_status(stream: TextIO, clock: Clock) -> StatusLine:
    return StatusLine(stream, clock=clock, stages=("reach", "push"), max_episodes=300)


@contextmanager
def terminal(columns: int) -> Iterator[tuple[TextIO, Callable[[], str]]]:
    """Open a real terminal of a width; yield its stream and a function that returns what appeared on it."""
    shown, user = pty.openpty()
    fcntl.ioctl(user, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.set_blocking(shown, False)
    with os.fdopen(user, "w") as stream, os.fdopen(shown, "rb", buffering=0) as screen:
        yield stream, lambda: (screen.read() or b"").decode()


def test_a_log_line_says_it_all(clock: Clock, make_episode: MakeEpisode, make_evaluation: MakeEvaluation) -> None:
    stream = io.StringIO()
    status = make_status(stream, clock)
    status.episode(make_episode(100, stage_success=(1.0, 0.714)))
    status.evaluation(make_evaluation(100, 0.9))
    clock.now += 10.0
    status.episode(make_episode(120, stage_success=(1.0, 0.75), guide_share_after=0.03))
    first, second, third = stream.getvalue().splitlines()
    assert first == (
        "episode 100/300 | reach 100% push alone 71% | - left | guide 50%, 25% touching | - steps/s | - updates/s | "
        "5000 steps"
    )
    assert "eval 90% (strict 45%) at 100" in second
    assert third == (
        "episode 120/300 | eval 90% (strict 45%) at 100 | reach 100% push alone 75% | 1:30 left | "
        "guide 50%, 3% touching | 100 steps/s | 160 updates/s | 6000 steps"
    )


def test_a_log_gets_a_line_every_few_seconds_and_at_each_evaluation(
    clock: Clock, make_episode: MakeEpisode, make_evaluation: MakeEvaluation
) -> None:
    stream = io.StringIO()
    status = make_status(stream, clock)
    for episode in range(1, 41):
        status.episode(make_episode(episode))
        if episode == 8:
            status.evaluation(make_evaluation(episode))
        clock.now += 0.5
    shown = [line.split(" ")[1] for line in stream.getvalue().splitlines()]
    assert shown == ["1/300", "8/300", "18/300", "28/300", "38/300"]


def test_rates_are_those_of_the_last_half_minute_and_time_left_of_all(clock: Clock, make_episode: MakeEpisode) -> None:
    stream = io.StringIO()
    status = make_status(stream, clock)
    status.episode(make_episode(1))
    for episode in range(2, 12):
        clock.now += 100.0
        status.episode(make_episode(episode))
    for episode in range(12, 112):
        clock.now += 1.0
        status.episode(make_episode(episode))
    last = stream.getvalue().splitlines()[-1]
    assert "| 50 steps/s | 80 updates/s |" in last
    assert "| 31:30 left |" in last, "110 episodes took 1100 s, 189 are left"


@pytest.mark.parametrize(("pace_s", "left"), [(0.1, "0:30"), (2.0, "9:58"), (20.0, "1:39:40"), (3600.0, "299:00:00")])
def test_time_left_is_written_for_people(
    clock: Clock, make_episode: MakeEpisode, make_evaluation: MakeEvaluation, pace_s: float, left: str
) -> None:
    stream = io.StringIO()
    status = make_status(stream, clock)
    status.episode(make_episode(0))
    clock.now += pace_s
    status.episode(make_episode(1))
    status.evaluation(make_evaluation(1))
    assert f"| {left} left |" in stream.getvalue().splitlines()[-1]


def test_an_evaluation_alone_is_shown(clock: Clock, make_evaluation: MakeEvaluation) -> None:
    stream = io.StringIO()
    make_status(stream, clock).evaluation(make_evaluation(0, 0.0))
    assert stream.getvalue() == "eval 0% (strict 0%) at 0\n"


def test_a_terminal_shows_one_line_rewritten(clock: Clock, make_episode: MakeEpisode) -> None:
    with terminal(200) as (stream, shown):
        status = make_status(stream, clock)
        status.episode(make_episode(1))
        clock.now += 0.0625
        status.episode(make_episode(2))
        clock.now += 0.0625
        status.episode(make_episode(3))
        status.close("Done.")
        text = shown()
    line, message, rest = text.split("\r\n")
    assert (message, rest) == ("Done.", "")
    assert [part[:13] for part in line.split(CLEAR_LINE)] == ["", "episode 1/300", "episode 3/300"]


@pytest.mark.parametrize("columns", [5, 20, 40, 80, 120, 200])
def test_a_terminal_shows_what_fits_and_never_half_a_figure(
    clock: Clock, make_episode: MakeEpisode, make_evaluation: MakeEvaluation, columns: int
) -> None:
    with terminal(columns) as (stream, shown):
        status = make_status(stream, clock)
        status.episode(make_episode(10))
        status.evaluation(make_evaluation(10))
        line = shown().split(CLEAR_LINE)[-1]
    whole = (
        "episode 10/300 | eval 50% (strict 25%) at 10 | reach 100% push alone 1% | - left | guide 50%, 25% touching | "
        "- steps/s | - updates/s | 500 steps"
    )
    assert len(line) < columns
    assert whole.startswith(line)
    if columns >= 20:
        assert whole[len(line) :][:3] in (" | ", "")
    assert (line == whole) == (columns > len(whole))


def test_a_terminal_of_unknown_width_counts_as_80_columns(clock: Clock, make_episode: MakeEpisode) -> None:
    with terminal(0) as (stream, shown):
        make_status(stream, clock).episode(make_episode(10))
        line = shown().removeprefix(CLEAR_LINE)
    assert 40 < len(line) < 80


def test_a_log_ends_with_the_message(clock: Clock) -> None:
    stream = io.StringIO()
    make_status(stream, clock).close("Done.")
    assert stream.getvalue() == "Done.\n"
