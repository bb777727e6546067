# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""DrawerBox: pull a drawer open, take the cube out of it and put it onto the chest.

Drawer and handle are those of `drawer`, nearer to the arm, with a hollow chest and a bar as wide as the front, behind
which open fingers find room. RHER's DrawerBox has a box of 5 cm and 4 kg; here it is a cube of 4 cm, as heavy as the
others. While the drawer is pulled the cube goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.drawer import BAR as NARROW_BAR
from rher_agent.tasks.drawer import FRONT, GAP, LIFT, check_place, drawer_blocks
from rher_agent.tasks.solids import Block
from rher_agent.tasks.tabletop import TabletopParameters, TabletopTask
from rher_agent.tasks.task import Start
from rher_agent.worlds.state import Vector

CUBE = 1
"""Which of the objects is the cube."""
CLOSED = (0.56, 0.0, 0.035)
"""Middle of the gap behind the bar of the closed drawer in base_link [m]."""
BAR = (NARROW_BAR[0], FRONT[1], NARROW_BAR[2])
"""Of the handle, along x, y, z [m]."""
WAY = (0.15, 0.18)
"""Between which lengths the drawer is to be pulled out [m]."""
TRAY = (0.15, 0.17, 0.045)
"""Inside of the drawer, behind its front [m]."""
WALL = 0.005
"""Thickness of its floor and walls [m]."""
TRAY_MIDDLE = np.array((GAP / 2.0 + FRONT[0] + TRAY[0] / 2.0, 0.0, TRAY[2] / 2.0 - CLOSED[2] + LIFT))
"""As seen from the middle of the gap, at half its height [m]."""
CHEST = (0.20, 0.22, 0.09)
"""[m], its top lower than the palm of fingers behind the bar."""
CHEST_MIDDLE = np.array((CLOSED[0] + GAP / 2.0 + FRONT[0] + CHEST[0] / 2.0, CLOSED[1], CHEST[2] / 2.0))
"""In base_link [m]."""
PLAY = (0.02, 0.02)
"""How far from the middle of the drawer the cube may lie, along x and y [m]."""
TURN = 0.3
"""And how far turned [rad]."""
ONTO = (0.04, 0.09)
"""Between which distances from the front of the chest the cube is to be put [m]."""
ASIDE = 0.07
"""And how far from its middle [m]."""
TOLERANCE = 0.03
"""[m]"""
HORIZON = 120
"""Steps of an episode. RHER's DrawerBox has 60, each up to twice as long as those of an arm at 0.24 m/s."""


@dataclass(frozen=True)
class DrawerBoxTask(TabletopTask):
    """Reach behind the handle and pull it, then reach the cube and put it onto the chest."""

    parameters: TabletopParameters = field(
        default_factory=lambda: TabletopParameters(horizon=HORIZON, tolerance=TOLERANCE)
    )

    name = "drawer_box"
    object_names = ("handle", "cube")
    planar_symmetry = False
    carried_by: ClassVar[tuple[tuple[int, int], ...]] = ((CUBE, 0),)

    def __post_init__(self) -> None:
        check_place(self.parameters)

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Keep the TCP in its box, and the fingers off what cannot give way."""
        handle, tcp = observation[self.layout.object_positions[0]], observation[self.layout.tcp_position]
        return self.keep_off(super().keep_inside(action, observation, age), observation, self._blocks(handle, tcp))

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Shut the drawer with the cube in it, and draw goals and where the TCP is above the table."""
        middle = np.array(CLOSED) + TRAY_MIDDLE + (*(rng.uniform(-1.0, 1.0, 2) * PLAY), 0.0)
        cube = np.array((*middle[:2], LIFT + WALL + self.rest_height))
        places = np.stack((CLOSED, cube))
        return Start(
            tcp_position=self.sample_tcp_off(rng, lambda tcp: self._blocks(places[0], tcp)),
            body_positions=places,
            body_yaws=np.array((0.0, rng.uniform(-TURN, TURN))),
            desired_goal=self.sample_goal(rng, places),
        )

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw how far the drawer is to be open, and where on the chest the cube is to be."""
        front = CHEST_MIDDLE[0] - CHEST[0] / 2.0
        onto = (front + rng.uniform(*ONTO), rng.uniform(-ASIDE, ASIDE), CHEST[2] + self.rest_height)
        return np.stack((np.array(CLOSED) - (rng.uniform(*WAY), 0.0, 0.0), onto))

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether everything is where it should be, and the fingers have let go of the cube."""
        return super().is_strict_success(observation, desired_goal) and self.has_let_go(observation, (CUBE,))

    def _blocks(self, handle: Vector, tcp: Vector) -> tuple[Block, ...]:
        """Return what the fingers may not enter, where handle and TCP are [m]."""
        is_open = CLOSED[0] - handle[0] > self.step_length
        aside, back = np.array((0.0, (TRAY[1] + WALL) / 2.0, 0.0)), np.array(((TRAY[0] + WALL) / 2.0, 0.0, 0.0))
        side = (TRAY[0], WALL, TRAY[2])
        return (
            *drawer_blocks(handle, tcp, self.step_length, closed=CLOSED, width=BAR[1], way=WAY[1]),
            Block(handle + TRAY_MIDDLE - aside, side),
            Block(handle + TRAY_MIDDLE + aside, side),
            Block(handle + TRAY_MIDDLE + back, (WALL, TRAY[1], TRAY[2]), 0 if is_open else None),
            Block(CHEST_MIDDLE, CHEST),
        )
