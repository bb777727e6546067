# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Which OpenGL is chosen where there is no display."""

from __future__ import annotations

import pytest
from rher_sim_bridge.gl import headless_backend


def test_a_choice_of_the_user_is_respected() -> None:
    assert headless_backend({"MUJOCO_GL": "osmesa"}) is None


def test_a_display_is_respected() -> None:
    assert headless_backend({"DISPLAY": ":0"}) is None


@pytest.mark.parametrize(("installed", "backend"), [({"EGL", "OSMesa"}, "egl"), ({"OSMesa"}, "osmesa"), (set(), None)])
def test_without_either_the_best_headless_backend_installed_is_taken(
    monkeypatch: pytest.MonkeyPatch, installed: set[str], backend: str | None
) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: name if name in installed else None)
    assert headless_backend({}) == backend
