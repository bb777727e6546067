# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The simulator takes the file, and acts and sees as late as the cell."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rher_agent.twin.measurement import CellMeasurement
from rher_agent.twin.parameter_file import parameter_file
from rher_sim_bridge.worlds.parameters import SimParameters


def parameters_of(duration: float) -> dict[str, Any]:
    measured = CellMeasurement(
        steps=200,
        duration=duration,
        age_mean=0.104,
        age_p95=0.15,
        still_spans=30,
        position_noise=0.0012,
        yaw_noise=0.02,
    )
    text = parameter_file(measured, 0.1, "runs/first/recordings")
    assert "200 steps of the policy" in text
    parameters: dict[str, Any] = yaml.safe_load(text)["sim"]["ros__parameters"]
    return parameters


def test_the_simulator_takes_the_file():
    parameters = parameters_of(0.13)
    assert parameters == {
        "observation_latency": pytest.approx(0.1),
        "action_delay": 0,
        "object_position_noise": pytest.approx(0.0012),
        "object_yaw_noise": pytest.approx(0.02),
    }
    assert SimParameters(**parameters).latency_ticks == 10


def test_a_command_that_acts_more_than_half_a_period_late_is_delayed_by_one():
    assert parameters_of(0.16)["action_delay"] == 1
