# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""When pictures are taken and given, on a clock of the test's own."""

from __future__ import annotations

import pytest
from rher_sim_bridge.camera.real_time import PictureSchedule


class Log:
    """A clock, and what happened at which time."""

    def __init__(self, period: float, latency: float) -> None:
        self.now = 0.0
        self.taken: list[float] = []
        self.given: list[tuple[float, float]] = []
        self._schedule = PictureSchedule(period, latency, self._take, self._give)

    def run(self, until: float) -> None:
        while self.now <= until:
            self.now = self._schedule.serve(self.now)

    def serve(self, now: float) -> None:
        self.now = now
        self._schedule.serve(now)

    def _take(self) -> float:
        self.taken.append(self.now)
        return self.now

    def _give(self, picture: float) -> None:
        self.given.append((self.now, picture))


def test_pictures_are_taken_at_the_rate_and_given_at_once() -> None:
    log = Log(0.1, 0.0)
    log.run(1.0)
    assert log.taken == pytest.approx([0.1 * k for k in range(len(log.taken))])
    assert len(log.taken) in (10, 11)
    assert log.given == [(taken, taken) for taken in log.taken]


@pytest.mark.parametrize("latency", [0.04, 0.25])
def test_every_picture_is_given_when_its_latency_has_passed(latency: float) -> None:
    log = Log(0.1, latency)
    log.run(1.0)
    assert len(log.given) >= 6
    for given, taken in log.given:
        assert given - taken == pytest.approx(latency)


def test_a_busy_computer_skips_pictures_instead_of_taking_them_in_a_burst() -> None:
    log = Log(0.1, 0.0)
    log.run(0.3)
    log.taken.clear()
    for now in (5.0, 5.0001, 5.05, 5.1, 5.1001, 5.2):
        log.serve(now)
    assert log.taken == [5.0, 5.1, 5.2]
