# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How a simulated world runs and how far it is from ideal: rates, delays and noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

RESET_TIME = 1.5
"""Simulated time that a reset takes [s]: longer than a tracker's blind_time, so that, as on a table, what was tracked
before is lost by then."""
RATIO_TOLERANCE = 1e-9
"""How far the ratio of two periods may be from a whole number."""


@dataclass(frozen=True)
class SimParameters:
    """Parameters of a simulated world. The defaults are an ideal one."""

    physics_timestep: float = 0.005
    """Of the integrator [s]."""
    servo_period: float = 0.01
    """Of a servo tick: the safety chain and the joint targets [s]."""
    action_delay: int = 0
    """Control periods between a command and its execution."""
    observation_latency: float = 0.0
    """Time by which the objects are seen late, as with a camera [s]; the arm's own state is not delayed."""
    object_position_noise: float = 0.0
    """Standard deviation of an object's seen position along x and along y [m]."""
    object_yaw_noise: float = 0.0
    """Standard deviation of an object's seen rotation about the vertical [rad]."""
    tcp_position_noise: float = 0.0
    """Standard deviation of the TCP's measured position along each axis [m]."""

    def __post_init__(self) -> None:
        for name in ("physics_timestep", "servo_period"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise ValueError(f"{name} is {value} s; allowed: more than 0")
        if self.action_delay < 0:
            raise ValueError(f"action_delay is {self.action_delay}; allowed: 0 or more control periods")
        for name in ("object_position_noise", "object_yaw_noise", "tcp_position_noise"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name} is {value}; allowed: 0 or more")
        whole_ratio("servo_period", self.servo_period, "physics_timestep", self.physics_timestep)
        if not 0.0 <= self.observation_latency < RESET_TIME:
            raise ValueError(
                f"observation_latency is {self.observation_latency} s; allowed: 0 to less than {RESET_TIME} s"
            )
        if self.observation_latency > 0.0:
            whole_ratio("observation_latency", self.observation_latency, "servo_period", self.servo_period)

    @property
    def latency_ticks(self) -> int:
        """Servo ticks by which the objects are seen late."""
        return round(self.observation_latency / self.servo_period)


def whole_ratio(name: str, long: float, other: str, short: float) -> int:
    """Return how often a short period goes into a long one.

    Raises:
        ValueError: It does not go into it a whole number of times, at least one.
    """
    count = round(long / short)
    if count < 1 or abs(long / short - count) > RATIO_TOLERANCE * count:
        raise ValueError(f"{name} is {long} s; allowed: a whole multiple of {other}, {short} s")
    return count
