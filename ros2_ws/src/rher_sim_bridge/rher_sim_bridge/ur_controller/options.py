# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How an emulated controller is set up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from rher_robot_driver.kinematics.dh import UR_ARMS

from rher_sim_bridge.scene.gripper import CENTRE_OF_MASS, MASS, TOOL_LENGTH

RTDE_PORT = 30004
DASHBOARD_PORT = 29999
SCRIPT_PORT = 30003
FAULT_PORT = 30904
"""The first three are fixed by the maker; nothing of the maker's listens on the fourth."""

RATES = (125, 500)
"""Cycles each second [Hz]: CB series, e-series."""
E_SERIES_VERSION = (5, 15, 0, 0)
"""What a controller at 500 Hz announces: major, minor, bugfix, build."""
CB_SERIES_VERSION = (3, 15, 0, 0)
"""What a controller at 125 Hz announces."""


@dataclass(frozen=True)
class ControllerOptions:
    """One emulated controller and its arm."""

    address: str = "127.0.0.2"
    """Where it listens; other addresses of 127.0.0.0/8 hold further controllers."""
    arm: str = "ur5e"
    """Maker's name of the arm."""
    rate: int = 500
    """Cycles each second [Hz]; 125 announces a controller of the CB series."""
    tcp_offset: float = TOOL_LENGTH
    """TCP as set on the pendant, from the flange along its z [m]."""
    payload: float = MASS
    """Mass as set on the pendant [kg]."""
    payload_cog: float = CENTRE_OF_MASS
    """Centre of that mass, from the flange along its z [m]."""
    dh_error: float = 0.0
    """Greatest error of a Denavit-Hartenberg length of the arm; one length is off by just this [m]."""
    dh_seed: int = 0
    """Draws the errors."""
    unlock_delay: float = 5.0
    """Time after a protective stop before it can be unlocked [s]; 5 s on a robot."""
    log: Path | None = None
    """File of the motion log; none is written when None."""

    def __post_init__(self) -> None:
        if self.arm not in UR_ARMS:
            raise ValueError(f"arm is '{self.arm}'; allowed: {', '.join(UR_ARMS)}")
        if self.rate not in RATES:
            raise ValueError(f"rate is {self.rate} Hz; allowed: {', '.join(map(str, RATES))}")
        for name, lower, upper in (
            ("tcp_offset", -0.5, 0.5),
            ("payload", 0.0, 20.0),
            ("payload_cog", -0.5, 0.5),
            ("dh_error", 0.0, 0.01),
            ("unlock_delay", 0.0, 60.0),
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and lower <= value <= upper):
                raise ValueError(f"{name} is {value}; allowed: {lower} to {upper}")
        if self.dh_seed < 0:
            raise ValueError(f"dh_seed is {self.dh_seed}; allowed: 0 or more")

    @property
    def period(self) -> float:
        """Duration of a cycle [s]."""
        return 1.0 / self.rate

    @property
    def version(self) -> tuple[int, int, int, int]:
        """Announced version of the controller's software: major, minor, bugfix, build."""
        return E_SERIES_VERSION if self.rate == max(RATES) else CB_SERIES_VERSION
