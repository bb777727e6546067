# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""view:=web in a real browser. Needs requirements/browser.txt and a Chromium; CHROMIUM may name it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import cv2
import pytest

pytest.importorskip("playwright", reason="requirements/browser.txt is not installed")

pytestmark = pytest.mark.graph

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"


@pytest.fixture(scope="module")
def tool():
    """tools/web_view_picture.py, whose browser is there."""
    from playwright.sync_api import sync_playwright

    spec = importlib.util.spec_from_file_location("web_view_picture", TOOLS / "web_view_picture.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with sync_playwright() as playwright:
        if not shutil.which(os.environ.get("CHROMIUM") or playwright.chromium.executable_path):
            pytest.skip("there is no Chromium: playwright install chromium")
    return module


def test_a_browser_shows_the_arm_at_work(start, tool, tmp_path, monkeypatch):
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)
    command = shutil.which("ros2")
    process = start(command, "launch", "rher_agent", "sim.launch.py", "view:=web", "real_time_factor:=1.0")
    address = process.read_until(tool.ADDRESS.pattern).group(1)
    picture = tmp_path / "page.png"
    tool.look(address, picture)
    width, height = tool.SIZE
    assert cv2.imread(str(picture)).shape == (height, width, 3)
    code, output = process.interrupt()
    assert code == 0, output
    assert "Traceback" not in output
