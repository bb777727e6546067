# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What stands in for the world: MuJoCo worlds and the simulation node."""

from __future__ import annotations

import os

from rher_sim_bridge.gl import headless_backend

# MuJoCo reads this once, when it is first imported, which every module of this package does.
if _backend := headless_backend(os.environ):
    os.environ["MUJOCO_GL"] = _backend
