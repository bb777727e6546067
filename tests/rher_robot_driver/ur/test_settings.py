# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Settings that no arm can be served with are refused, with name, value and what is allowed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from rher_robot_driver.ur.settings import UrSettings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("robot_ip", "", "address"),
        ("robot_model", "ur7", "ur5e"),
        ("servo_rate", 250, "125, 500"),
        ("tcp_offset", -0.1, "0.0 to 0.5"),
        ("payload", 25.0, "0.0 to 20.0"),
        ("lookahead", 0.02, "0.03 to 0.2"),
        ("gain", 2500.0, "100.0 to 2000.0"),
        ("watchdog_rate", 1.0, "2.0 to 100.0"),
        ("heartbeat_timeout", math.nan, "0.05 to 2.0"),
        ("data_timeout", 1.0, "0.01 to 0.2"),
        ("report_rate", 0.0, "1.0 to 125.0"),
        ("connect_timeout", math.inf, "0.1 to 2.5"),
    ],
)
def test_out_of_range(name: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=rf"{name} is.*allowed.*{words}"):
        UrSettings(**{name: value})
