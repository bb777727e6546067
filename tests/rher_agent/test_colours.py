# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Colours that mean different things differ for people without the cones for red or for green too."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from rher_agent.reporting.palette import MET, MISSED
from rher_agent.reporting.policy_map import FIRST_STAGE, NEXT_STAGE
from rher_agent.ros import markers
from rher_sim_bridge.scene.table import COLOUR

VISIONS = {
    "normal": np.eye(3),
    "protan": np.array(
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
    ),
    "deutan": np.array(
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
    ),
}
"""What is seen of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1.0)."""
XYZ = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
"""From linear sRGB (IEC 61966-2-1)."""
LEAST = 25.0
"""Distance in CIELAB (CIE76); from 2 or 3 on a difference is just seen between patches side by side."""
SETS = {
    "episodes": (to_rgb(MET), to_rgb(MISSED)),
    "stages": (to_rgb(FIRST_STAGE), to_rgb(NEXT_STAGE)),
    "scene": (
        *(markers.GOAL_COLOUR, markers.ACHIEVED_COLOUR, markers.GUIDE_COLOUR, markers.OWN_COLOUR),
        *(markers.TCP_PATH_COLOUR, markers.BOX_COLOUR),
    ),
    "paths": (markers.TCP_PATH_COLOUR, markers.OBJECT_PATH_COLOUR, markers.GUIDE_COLOUR, markers.OWN_COLOUR),
    "box": (markers.BOX_COLOUR, markers.LIMITED_COLOUR),
}
GROUNDS = {"table": COLOUR, "rviz2": (48.0 / 255.0,) * 3, "page": (1.0, 1.0, 1.0)}
"""The simulated table, what rviz2 shows beside it, and a browser."""


def lab(colour: tuple[float, ...], vision: np.ndarray) -> np.ndarray:
    """Return L*, a* and b* of an sRGB colour, 0 to 1, as somebody sees it."""
    rgb = np.array(colour[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    white = XYZ.sum(axis=1)
    ratio = XYZ @ np.clip(vision @ linear, 0.0, 1.0) / white
    knee = 6.0 / 29.0
    x, y, z = np.where(ratio > knee**3, np.cbrt(ratio), ratio / (3.0 * knee**2) + 4.0 / 29.0)
    return np.array((116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)))


def distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the least distance of two colours over all visions."""
    return min(float(np.linalg.norm(lab(one, vision) - lab(other, vision))) for vision in VISIONS.values())


def test_the_scale_is_that_of_the_standard():
    np.testing.assert_allclose(lab((1.0, 1.0, 1.0), VISIONS["normal"]), (100.0, 0.0, 0.0), atol=0.01)
    np.testing.assert_allclose(lab((1.0, 0.0, 0.0), VISIONS["normal"]), (53.24, 80.09, 67.20), atol=0.05)


@pytest.mark.parametrize("colours", SETS.values(), ids=SETS)
def test_colours_that_mean_different_things_differ_for_all(colours: tuple[tuple[float, ...], ...]):
    assert {pair: distance(*pair) for pair in combinations(colours, 2) if distance(*pair) < LEAST} == {}


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
def test_what_is_drawn_is_seen_before_what_lies_behind_it(ground: tuple[float, ...]):
    drawn = {colour for colours in (SETS["scene"], SETS["paths"], SETS["box"]) for colour in colours}
    assert {colour: distance(colour, ground) for colour in drawn if distance(colour, ground) < LEAST} == {}


def test_the_ground_of_rviz2_is_that_of_its_file():
    path = Path(__file__).resolve().parents[2] / "ros2_ws/src/rher_agent/rviz/rher.rviz"
    red, green, blue = (round(255.0 * part) for part in GROUNDS["rviz2"])
    assert f"Background Color: {red}; {green}; {blue}\n" in path.read_text()


def test_green_beside_red_does_not():
    assert distance(to_rgb("tab:green"), to_rgb("tab:red")) < LEAST
