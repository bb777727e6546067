# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Make the picture of view:=web in the README: a headless browser looks at a run that begins.

Needs requirements/browser.txt; CHROMIUM may name the Chromium to start.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "web_view.png"
SIZE = (1280, 760)
"""Of the window [pixel]."""
ADDRESS = re.compile(r"the scene is at (http://\S+)")
JOINT_HUES = (95, 110)
"""Hues of the joints of the arm, of OpenCV's 0 to 179, whatever light falls on them."""
JOINT_SHARE = 0.002
"""Of the pixels of a window, when the arm is there."""
BEST_AFTER = 30.0
"""Into the run, when there is something to tell of the first episodes [s]."""
HANG = 90.0
"""Time after which a wait is a failure [s]: without a graphics card a browser draws slowly."""
FLAGS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
"""Draw on the CPU."""
COMMAND = "ros2 launch rher_agent sim.launch.py perception:=camera real_time_factor:=1.0 view:=web output:="


def main() -> None:
    """Write docs/images/web_view.png."""
    with TemporaryDirectory() as folder:
        command = (COMMAND + str(Path(folder) / "run")).split()
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            assert run.stdout is not None
            address = next((found.group(1) for line in run.stdout if (found := ADDRESS.search(line))), "")
            if not address:
                sys.exit("web_view_picture: the run ended before it served a page")
            look(address, PICTURE, after=BEST_AFTER)
        finally:
            run.send_signal(signal.SIGINT)
            run.communicate()
    sys.stdout.write(f"{PICTURE}\n")


def look(address: str, picture: Path, after: float = 0.0) -> None:
    """Save what a browser shows once the arm is drawn.

    Args:
        address: Of the page.
        picture: File for the window's picture.
        after: Look at least so long [s].

    Raises:
        TimeoutError: No arm is drawn.
    """
    begun = time.monotonic()
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox; the page is our own.
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=list(FLAGS), chromium_sandbox=os.geteuid() != 0
        )
        width, height = SIZE
        # The page asks for the language, which a bare machine does not tell.
        page = browser.new_page(viewport={"width": width, "height": height}, locale="en-US")
        page.goto(address)
        # What the page says of a browser that draws on the CPU would hide part of the scene.
        page.add_style_tag(content=".mantine-Notifications-root { display: none }")
        while True:
            shot = page.screenshot()
            pixels = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
            assert pixels is not None
            waited = time.monotonic() - begun
            if waited >= after and joint_share(pixels) >= JOINT_SHARE:
                picture.write_bytes(shot)
                break
            if waited > after + HANG:
                raise TimeoutError(f"no arm is drawn at {address} after {waited:.0f} s")
        browser.close()


def joint_share(bgr: NDArray) -> float:
    """Return the share of the pixels of a picture, of shape (height, width, 3), that have the colour of joints."""
    hue, saturation, value = cv2.split(cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV))
    first, last = JOINT_HUES
    return float(np.mean((hue >= first) & (hue <= last) & (saturation > 60) & (value > 60)))


if __name__ == "__main__":
    main()
