# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How a simulated world runs and how far it is from ideal: rates, delays and noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

NS_PER_S = 1_000_000_000
"""In a second."""
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
    observation_delay: int = 0
    """Control periods by which the objects are seen late, as with a camera; the arm's own state is not delayed."""
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
        for name in ("action_delay", "observation_delay"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 0 or more control periods")
        for name in ("object_position_noise", "object_yaw_noise", "tcp_position_noise"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name} is {value}; allowed: 0 or more")
        whole_ratio("servo_period", self.servo_period, "physics_timestep", self.physics_timestep)


def whole_ratio(name: str, long: float, other: str, short: float) -> int:
    """Return how often a short period goes into a long one.

    Raises:
        ValueError: It does not go into it a whole number of times, at least one.
    """
    count = round(long / short)
    if count < 1 or abs(long / short - count) > RATIO_TOLERANCE * count:
        raise ValueError(f"{name} is {long} s; allowed: a whole multiple of {other}, {short} s")
    return count
