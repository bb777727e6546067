# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Make the picture of view:=web in the README: a headless browser looks at the policy that comes with the project.

Needs requirements/browser.txt; CHROMIUM may name the Chromium to start.
"""

from __future__ import annotations

import math
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
from rher_agent.ros.markers import GOAL_COLOUR, PANEL_HEIGHT
from rher_agent.tasks.push import PushTask
from rher_agent.web.scene import CAMERA_LOOKS_AT, CAMERA_POSITION

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "web_view.png"
SIZE = (1280, 760)
"""Of the window [pixel]."""
ADDRESS = re.compile(r"the scene is at (http://\S+)")
JOINT_HUES = (95, 110)
"""Hues of the joints of the arm, of OpenCV's 0 to 179, whatever light falls on them."""
JOINT_SHARE = 0.002
"""Of the pixels of a window, when the arm is there."""
GOAL_HUES = 2
"""How far the hue of the goal's tolerance on the table may be below that of its colour; those of joints are above."""
GOAL_SATURATIONS = (25, 60)
"""Of what is seen through."""
GOAL_SHARE = 0.0005
"""Of the pixels of a window, when most of the tolerance is seen."""
RING_HUES, RING_SATURATION, RING_VALUE = 4, 165, 120
"""How far the hue of the ring around the cube may be from red, and how pale or dark it may be at most."""
RING_SHARE = 0.00008
"""Of the pixels of a window, when most of the ring is seen."""
CORNER = 0.1
"""Left part of the window that is passed over: the page draws a red axis in its corner."""
PANEL_SIZE = (120, 24)
"""Of the window's part in which the words on how it goes are looked for [pixel]."""
INK_SHARE = 0.05
"""Of the pixels of that part, when words are there."""
FIELD_OF_VIEW = math.radians(75.0)
"""From the top to the bottom of the window, the page's own."""
HANG = 180.0
"""Time after which a wait is a failure [s]: without a graphics card a browser draws slowly."""
MS_PER_S = 1000.0
FLAGS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
"""Draw on the CPU."""
COMMAND = (
    "ros2 launch rher_agent sim.launch.py mode:=evaluate checkpoint:=shipped episodes:=20 perception:=camera "
    "real_time_factor:=0.2 view:=web output:="
)
"""Slow, so that what the page shows belongs together."""


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
            look(address, PICTURE)
        finally:
            run.send_signal(signal.SIGINT)
            run.communicate()
    sys.stdout.write(f"{PICTURE}\n")


def look(address: str, picture: Path) -> None:
    """Save what a browser shows once the arm, most of the goal's tolerance, the ring and the words are seen.

    Args:
        address: Of the page.
        picture: File for the window's picture.

    Raises:
        TimeoutError: One of them is not seen.
    """
    from playwright.sync_api import sync_playwright  # optional, and only needed here

    begun = time.monotonic()
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox; the page is our own.
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=list(FLAGS), chromium_sandbox=os.geteuid() != 0
        )
        width, height = SIZE
        # The page asks for the language, which a bare machine does not tell.
        page = browser.new_page(viewport={"width": width, "height": height}, locale="en-US")
        page.set_default_timeout(MS_PER_S * HANG)
        page.goto(address)
        # What the page says of a browser that draws on the CPU would hide part of the scene.
        page.add_style_tag(content=".mantine-Notifications-root { display: none }")
        while True:
            shot = page.screenshot()
            pixels = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
            assert pixels is not None
            waited = time.monotonic() - begun
            shares = joint_share(pixels), goal_share(pixels), ring_share(pixels), ink_share(pixels)
            enough = JOINT_SHARE, GOAL_SHARE, RING_SHARE, INK_SHARE
            if all(share >= least for share, least in zip(shares, enough, strict=True)):
                picture.write_bytes(shot)
                break
            if waited > HANG:
                raise TimeoutError(f"arm, goal, ring and words have shares {shares} of {address} after {waited:.0f} s")
        browser.close()


def joint_share(bgr: NDArray) -> float:
    """Return the share of the pixels of a picture, of shape (height, width, 3), that have the colour of joints."""
    hue, saturation, value = cv2.split(cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV))
    first, last = JOINT_HUES
    return float(np.mean((hue >= first) & (hue <= last) & (saturation > 60) & (value > 60)))


def goal_share(bgr: NDArray) -> float:
    """Return the share of the pixels of a picture, of shape (height, width, 3), that have the colour of the goal."""
    red, green, blue = (round(255.0 * part) for part in GOAL_COLOUR[:3])
    middle = cv2.cvtColor(np.array([[(blue, green, red)]], np.uint8), cv2.COLOR_BGR2HSV)[0, 0, 0]
    hue, saturation, _ = cv2.split(cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV))
    least, most = GOAL_SATURATIONS
    below = int(middle) - hue.astype(int)
    near = (below >= 0) & (below <= GOAL_HUES)
    return float(np.mean(near & (saturation >= least) & (saturation <= most)))


def ring_share(bgr: NDArray) -> float:
    """Return the share of the pixels of a picture, of shape (height, width, 3), that have the colour of the ring."""
    hue, saturation, value = cv2.split(cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV))
    is_red = (np.minimum(hue, 180 - hue) <= RING_HUES) & (saturation >= RING_SATURATION) & (value >= RING_VALUE)
    return float(np.sum(is_red[:, round(CORNER * bgr.shape[1]) :]) / is_red.size)


def ink_share(bgr: NDArray) -> float:
    """Return the share of dark pixels where the words on how it goes stand, of a picture of shape (height, width, 3).

    They stand on their place in the scene, which a pinhole at the camera's place projects into the window.
    """
    (left, low), (right, _) = PushTask().tcp_box
    eye, middle = np.array(CAMERA_POSITION), np.array(CAMERA_LOOKS_AT)
    forward = (middle - eye) / np.linalg.norm(middle - eye)
    aside = np.cross(forward, (0.0, 0.0, 1.0))
    aside /= np.linalg.norm(aside)
    way = np.array(((left + right) / 2.0, low, PANEL_HEIGHT)) - eye
    height, width = bgr.shape[:2]
    scale = height / 2.0 / math.tan(FIELD_OF_VIEW / 2.0) / (way @ forward)
    x, y = width / 2.0 + scale * (way @ aside), height / 2.0 - scale * (way @ np.cross(aside, forward))
    wide, tall = PANEL_SIZE
    part = bgr[round(y) - tall : round(y), round(x) - wide // 2 : round(x) + wide // 2]
    return float(np.mean(part.max(axis=2) < 128))


if __name__ == "__main__":
    main()
