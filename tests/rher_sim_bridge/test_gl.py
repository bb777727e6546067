# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which OpenGL is chosen where there is no display."""

from __future__ import annotations

from rher_sim_bridge.gl import headless_backend


def test_a_choice_of_the_user_is_respected() -> None:
    assert headless_backend({"MUJOCO_GL": "osmesa"}) is None


def test_a_display_is_respected() -> None:
    assert headless_backend({"DISPLAY": ":0"}) is None


def test_without_either_a_headless_backend_is_looked_for() -> None:
    assert headless_backend({}) in {"egl", "osmesa", None}
