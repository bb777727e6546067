# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Each monitor objects to what it watches, after its debounce, and to nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rher_robot_driver.safety.monitors.chain import MonitorChain, build_monitor_chain
from rher_robot_driver.safety.monitors.measured_motion import MeasuredMotion
from rher_robot_driver.safety.parameters import SafetyParameters
from transforms3d.axangles import axangle2mat

PARAMETERS = SafetyParameters((0.2, -0.3, 0.0), (0.8, 0.3, 0.3), table_height=0.01)
HERE = np.array((0.5, 0.0, 0.1))
DOWN = np.diag((1.0, -1.0, -1.0))
GOOD = MeasuredMotion(HERE, DOWN, np.zeros(6), np.zeros(6))
DT = 0.002


@pytest.fixture
def chain() -> MonitorChain:
    return build_monitor_chain(PARAMETERS)


def vector(index: int, value: float) -> np.ndarray:
    six = np.zeros(6)
    six[index] = value
    return six


def watch(chain: MonitorChain, measured: MeasuredMotion, ticks: int) -> list[str]:
    """What the chain says at each tick; the command is where the measured TCP is, if that is a place."""
    return [chain.check(measured, HERE, DT) for _ in range(ticks)]


@pytest.mark.parametrize(
    ("change", "reason", "time"),
    [
        ({"position": np.array((0.52, 0.0, 0.1))}, "", 0.0),
        ({"position": np.array((0.5, 0.0, 0.009))}, "measured_box", 0.0),
        ({"position": np.array((0.801, 0.0, 0.1))}, "measured_box", 0.0),
        ({"position": np.array((math.nan, 0.0, 0.1))}, "measured_box", 0.0),
        ({"rotation": axangle2mat((1.0, 1.0, 0.0), 0.25) @ DOWN}, "", 0.0),
        ({"rotation": axangle2mat((1.0, 1.0, 0.0), 0.27) @ DOWN}, "measured_tilt", 0.0),
        ({"rotation": np.full((3, 3), math.nan)}, "measured_tilt", 0.0),
        ({"twist": vector(1, 0.249)}, "", 0.0),
        ({"twist": vector(1, -0.251)}, "measured_speed", 0.02),
        ({"twist": vector(4, 9.0)}, "", 0.0),
        ({"wrench": vector(2, 99.0)}, "", 0.0),
        ({"wrench": vector(2, -101.0)}, "force", 0.02),
        ({"wrench": vector(3, 10.1)}, "force", 0.02),
        ({"wrench": vector(2, 201.0)}, "force", 0.0),
        ({"wrench": vector(5, -20.1)}, "force", 0.0),
        ({"wrench": vector(0, math.nan)}, "force", 0.0),
        ({"position": np.array((0.47, 0.01, 0.1))}, "tracking_error", 0.1),
    ],
)
def test_each_monitor_objects_after_its_time_and_once(
    chain: MonitorChain, change: dict[str, Any], reason: str, time: float
) -> None:
    assert watch(chain, GOOD, 10) == [""] * 10
    said = watch(chain, replace(GOOD, **change), 100)
    first = math.ceil(time / DT - 1e-9)
    assert said[:first] == [""] * first
    assert said[first + 1 :] == [reason] * (99 - first), "one tick for the rounding of the sum of times"
    assert chain.counts.get(reason, 1) == 1
    others = {name for name, count in chain.counts.items() if count} - {reason}
    assert others <= {"tracking_error"}, "which a TCP outside the box must be, too"


def test_a_short_contact_is_no_jam(chain: MonitorChain) -> None:
    hit = replace(GOOD, wrench=vector(2, 150.0))
    for _ in range(20):
        assert watch(chain, hit, 8) == [""] * 8
        assert watch(chain, GOOD, 1) == [""]


def test_a_reset_forgets_how_long(chain: MonitorChain) -> None:
    hit = replace(GOOD, wrench=vector(2, 150.0))
    watch(chain, hit, 8)
    chain.reset()
    assert watch(chain, hit, 8) == [""] * 8
    assert watch(chain, hit, 4)[-1] == "force"


def test_the_first_monitor_that_objects_gives_the_reason(chain: MonitorChain) -> None:
    worst = MeasuredMotion(np.zeros(3), np.eye(3), np.full(6, 9.0), np.full(6, 999.0))
    assert chain.check(worst, HERE, DT) == "measured_box"
    assert chain.counts == {
        "measured_box": 1,
        "measured_tilt": 1,
        "measured_speed": 0,
        "force": 1,
        "tracking_error": 0,
    }


@pytest.mark.parametrize("elapsed", [-0.1, math.nan, math.inf])
def test_a_time_that_is_none_is_refused(chain: MonitorChain, elapsed: float) -> None:
    with pytest.raises(ValueError, match="elapsed is"):
        chain.check(GOOD, HERE, elapsed)
