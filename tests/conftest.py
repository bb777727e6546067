# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Lets the pure-Python tests import the packages straight from the source tree when the workspace is not sourced."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "ros2_ws" / "src"

for package in ("rher_agent", "rher_sim_bridge", "rher_robot_driver"):
    if importlib.util.find_spec(package) is None:
        sys.path.insert(0, str(SOURCE / package))

# Chooses what MuJoCo renders with, which must happen before any test imports mujoco.
importlib.import_module("rher_sim_bridge")
