# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which OpenGL MuJoCo renders with on a machine without a display."""

from __future__ import annotations

import ctypes.util
from collections.abc import Mapping

BACKENDS = (("egl", "EGL"), ("osmesa", "OSMesa"))
"""MuJoCo's names of its headless backends, best first, and the library each needs."""


def headless_backend(environment: Mapping[str, str]) -> str | None:
    """Return the MUJOCO_GL to set before mujoco is imported, or None to leave it to MuJoCo.

    Args:
        environment: Variables of the process; MUJOCO_GL and a display, when given, are respected.
    """
    if environment.get("MUJOCO_GL") or environment.get("DISPLAY"):
        return None
    return next((name for name, library in BACKENDS if ctypes.util.find_library(library)), None)
