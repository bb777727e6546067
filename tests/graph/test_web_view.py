# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""view:=web in a real browser. Needs requirements/browser.txt and a Chromium; CHROMIUM may name it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from urllib.request import urlopen

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.graph

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"


@pytest.fixture(scope="module")
def tool():
    """tools/web_view_picture.py."""
    spec = importlib.util.spec_from_file_location("web_view_picture", TOOLS / "web_view_picture.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_shown(tool, pixels):
    """Assert that the arm, the goal's tolerance, the cube's ring and the words on how it goes are seen in a picture."""
    width, height = tool.SIZE
    assert pixels.shape == (height, width, 3)
    assert tool.joint_share(pixels) >= tool.JOINT_SHARE
    assert tool.goal_share(pixels) >= tool.GOAL_SHARE
    assert tool.ring_share(pixels) >= tool.RING_SHARE
    assert tool.ink_share(pixels) >= tool.INK_SHARE


def test_a_browser_shows_the_arm_at_work_its_goal_and_how_it_goes(start, tool, tmp_path, monkeypatch):
    sync_api = pytest.importorskip("playwright.sync_api", reason="requirements/browser.txt is not installed")
    with sync_api.sync_playwright() as playwright:
        if not shutil.which(os.environ.get("CHROMIUM") or playwright.chromium.executable_path):
            pytest.skip("there is no Chromium: playwright install chromium")
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)
    command = shutil.which("ros2")
    arguments = ("mode:=evaluate", "checkpoint:=shipped", "real_time_factor:=0.2", "view:=web")
    process = start(command, "launch", "rher_agent", "sim.launch.py", *arguments)
    address = process.read_until(tool.ADDRESS.pattern).group(1)
    picture = tmp_path / "page.png"
    tool.look(address, picture)
    assert_shown(tool, cv2.imread(str(picture)))
    code, output = process.interrupt()
    assert code == 0, output
    assert "Traceback" not in output


def test_a_page_is_served_without_a_browser_too(start, tool, tmp_path, monkeypatch):
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)
    arguments = ("mode:=evaluate", "checkpoint:=shipped", "view:=web")
    process = start(shutil.which("ros2"), "launch", "rher_agent", "sim.launch.py", *arguments)
    address = process.read_until(tool.ADDRESS.pattern).group(1)
    with urlopen(address, timeout=tool.HANG) as page:
        assert b"<html" in page.read()
    code, output = process.interrupt()
    assert code == 0, output
    assert "Traceback" not in output


def test_the_picture_of_the_readme_shows_them(tool):
    pixels = cv2.imread(str(tool.PICTURE))
    assert_shown(tool, pixels)
    arm = pixels[: tool.SIZE[1] // 2]  # the goal lies lower
    assert tool.joint_share(arm) >= tool.JOINT_SHARE
    assert tool.goal_share(arm) < tool.GOAL_SHARE, "the arm is not taken for the goal"
    empty = np.full_like(pixels, 255)
    assert all(seen(empty) == 0.0 for seen in (tool.joint_share, tool.goal_share, tool.ring_share, tool.ink_share))
