# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a simulated world: what is refused, and with which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rher_agent.tasks.push import PushTask
from rher_perception.tracking.parameters import TrackerParameters
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld
from rher_sim_bridge.worlds.parameters import RESET_TIME, SimParameters


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("physics_timestep", 0.0),
        ("physics_timestep", float("nan")),
        ("physics_timestep", 0.004),
        ("servo_period", -0.01),
        ("servo_period", 0.012),
        ("action_delay", -1),
        ("observation_latency", -0.01),
        ("observation_latency", 0.015),
        ("observation_latency", 1.5),
        ("object_position_noise", -1e-3),
        ("object_yaw_noise", float("inf")),
        ("tcp_position_noise", float("nan")),
    ],
)
def test_a_value_out_of_range_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match="allowed"):
        replace(SimParameters(), **{name: value})


def test_a_servo_period_that_does_not_divide_the_control_period_is_refused() -> None:
    with pytest.raises(ValueError, match="control_period"):
        MujocoWorld(PushTask(), SimParameters(servo_period=0.015))


def test_a_reset_is_longer_than_a_tracker_goes_without_pictures() -> None:
    assert TrackerParameters().blind_time < RESET_TIME
