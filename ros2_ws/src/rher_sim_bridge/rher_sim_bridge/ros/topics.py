# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Names of the topics that only a simulation has."""

from __future__ import annotations

SCENE = "sim/scene"
"""Where everything is, for a simulated camera."""
