# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Three cubes that are stacked."""

from rher_sim_bridge.scene.tabletop_scene import build_tabletop_scene as build_scene

__all__ = ["build_scene"]
