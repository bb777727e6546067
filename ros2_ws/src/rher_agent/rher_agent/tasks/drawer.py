# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Drawer: pull a drawer open by as much as is asked for.

Its handle is a bar across the drawer's front, and the tool goes down into the gap between the two to pull, as a person
hooks a finger in. What is reached and brought to its goal is the middle of that gap. Ways and tolerance are those
of RHER's Drawer, whose gripper closes on a knob.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.solids import Block
from rher_agent.tasks.tabletop import TabletopParameters, TabletopTask
from rher_agent.tasks.task import Start
from rher_agent.worlds.state import Vector

CLOSED = (0.60, 0.0, 0.035)
"""Middle of the gap behind the bar of the closed drawer in base_link [m]."""
BAR = (0.012, 0.140, 0.030)
"""Of the handle, along x, y, z [m]."""
GAP = 0.044
"""Between bar and front [m], for a finger 20 mm thick."""
STEM_WIDTH = 0.012
"""Of what holds the bar at either end [m]."""
FRONT = (0.010, 0.180, 0.066)
"""Of the drawer [m]."""
LIFT = 0.002
"""From the table up to what slides over it [m]."""
CHEST = (0.22, 0.20, 0.08)
"""[m]"""
WAY = (0.04, 0.20)
"""Between which lengths the drawer is to be pulled out [m]."""
PAST_THE_WAY = 0.02
"""How far a drawer comes out beyond the farthest goal [m]."""
TOLERANCE = 0.02
"""[m]"""
BAR_MIDDLE = np.array((-(GAP + BAR[0]) / 2.0, 0.0, 0.0))
"""As seen from the middle of the gap [m]."""
FRONT_MIDDLE = np.array(((GAP + FRONT[0]) / 2.0, 0.0, FRONT[2] / 2.0 - CLOSED[2] + LIFT))
"""As seen from the middle of the gap [m]."""
CHEST_MIDDLE = np.array((CLOSED[0] + GAP / 2.0 + FRONT[0] + CHEST[0] / 2.0, CLOSED[1], CHEST[2] / 2.0))
"""In base_link [m]."""


def drawer_blocks(
    handle: Vector, tcp: Vector, step_length: float, *, closed: Sequence[float], width: float, way: float
) -> tuple[Block, ...]:
    """Return what of a drawer the fingers may not enter.

    The bar gives way to a pull from the gap, and the front to a push where the drawer is open and to a pull from behind
    it, both up to where the drawer comes out no farther.

    Args:
        handle: Middle of the gap behind the bar [m], shape (3,).
        tcp: Where the TCP is [m], shape (3,), not where it comes to rest: it pulls the bar along.
        step_length: Of the TCP [m].
        closed: Place of the handle when the drawer is shut [m].
        width: Of the bar [m].
        way: Farthest goal, from there [m].
    """
    behind_the_bar, behind_the_front = (tcp[0] > handle[0] + middle[0] for middle in (BAR_MIDDLE, FRONT_MIDDLE))
    in_the_gap = behind_the_bar and not behind_the_front
    is_open = closed[0] - handle[0] > step_length
    bar = (BAR[0], width, BAR[2])
    to_stem = np.array((0.0, (width - STEM_WIDTH) / 2.0, 0.0))
    # Bar and front go along with a finger between them, so that no step leads it past the stems.
    stem = (GAP + 2.0 * step_length if in_the_gap else GAP, STEM_WIDTH, BAR[2])
    blocks = (
        Block(handle + BAR_MIDDLE, bar, 0 if behind_the_bar else None),
        Block(handle - to_stem, stem),
        Block(handle + to_stem, stem),
        Block(handle + FRONT_MIDDLE, FRONT, 0 if is_open else None),
    )
    farthest = np.array(closed) - (way + PAST_THE_WAY, 0.0, 0.0)
    if behind_the_front:
        return *blocks, Block(farthest + FRONT_MIDDLE, FRONT)
    if in_the_gap:
        return *blocks, Block(farthest + BAR_MIDDLE, bar)
    return blocks


def check_place(parameters: TabletopParameters) -> None:
    """Refuse to move the table under a drawer, which stands where it stands.

    Raises:
        ValueError: The square or the table is elsewhere.
    """
    for name in ("center", "table_height"):
        given, allowed = getattr(parameters, name), getattr(TabletopParameters(), name)
        if not np.array_equal(given, allowed):
            raise ValueError(f"{name} is {given}; allowed with a drawer: {allowed}")


@dataclass(frozen=True)
class DrawerTask(TabletopTask):
    """Reach behind the handle, then pull it to its goal."""

    parameters: TabletopParameters = field(
        default_factory=lambda: TabletopParameters(tolerance=TOLERANCE, goal_clearance=WAY[0])
    )

    name = "drawer"
    object_names = ("handle",)
    action_size = 3
    action_groups = (slice(0, 3),)
    opens_gripper = False
    planar_symmetry = False

    def __post_init__(self) -> None:
        check_place(self.parameters)

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Keep the TCP in its box and off what cannot give way."""
        handle, tcp = observation[self.layout.object_positions[0]], observation[self.layout.tcp_position]
        return self.keep_off(super().keep_inside(action, observation, age), observation, self._blocks(handle, tcp))

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Shut the drawer, and draw its goal and where the TCP is above the table."""
        closed = np.array((CLOSED,))
        return Start(
            tcp_position=self.sample_tcp_off(rng, lambda tcp: self._blocks(closed[0], tcp)),
            body_positions=closed,
            body_yaws=np.zeros(1),
            desired_goal=self.sample_goal(rng, closed),
        )

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw how far the drawer is to be open, wherever it is."""
        return np.array((CLOSED,)) - (rng.uniform(*WAY), 0.0, 0.0)

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Never: a drawer stays within reach."""
        return np.zeros(len(observations), dtype=bool)

    def _blocks(self, handle: Vector, tcp: Vector) -> tuple[Block, ...]:
        drawer = drawer_blocks(handle, tcp, self.step_length, closed=CLOSED, width=BAR[1], way=WAY[1])
        return *drawer, Block(CHEST_MIDDLE, CHEST)
