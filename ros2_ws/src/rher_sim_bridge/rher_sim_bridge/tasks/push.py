# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A cube that is pushed."""

from rher_sim_bridge.scene.push_scene import build_push_scene as build_scene

__all__ = ["build_scene"]
