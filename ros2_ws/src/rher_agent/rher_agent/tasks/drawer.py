# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Drawer: pull a drawer open by as much as is asked for.

Its handle is a bar across the drawer's front, and the tool goes down into the gap between the two to pull, as a person
hooks a finger in. What is reached and brought to its goal is the middle of that gap. Closed place, ways and tolerance
are those of RHER's Drawer, whose gripper closes on a knob.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.solids import Block, off_blocks
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
CHEST = (0.22, 0.20, 0.08)
"""[m]"""
TIP = 0.017
"""From the TCP down to the end of the finger [m]."""
AIR = 0.006
"""Between finger and drawer [m]."""
WAY = (0.04, 0.20)
"""Between which lengths the drawer is to be pulled out [m]."""
TOLERANCE = 0.02
"""[m]"""
BAR_MIDDLE = np.array((-(GAP + BAR[0]) / 2.0, 0.0, 0.0))
"""As seen from the middle of the gap [m]."""
FRONT_MIDDLE = np.array(((GAP + FRONT[0]) / 2.0, 0.0, FRONT[2] / 2.0 - CLOSED[2] + 0.002))
"""As seen from the middle of the gap, 2 mm over the table [m]."""
CHEST_MIDDLE = np.array((CLOSED[0] + GAP / 2.0 + FRONT[0] + CHEST[0] / 2.0, CLOSED[1], CHEST[2] / 2.0))
"""In base_link [m]."""


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

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Keep the TCP in its box and off what cannot give way.

        The bar gives way to a pull from the gap, and the front to a push where the drawer is open.
        """
        p = self.parameters
        tcp, handle = self.resting_place(observation), observation[self.layout.object_positions[0]]
        finger = np.full(3, p.tool_radius) * (1.0, 1.0, 0.0) + AIR
        end = tcp - (0.0, 0.0, TIP)
        # Not where it comes to rest: it pulls the bar along.
        in_the_gap = observation[self.layout.tcp_position][0] > handle[0] + BAR_MIDDLE[0]
        is_open = CLOSED[0] - handle[0] > self.step_length
        blocks = (
            Block(handle + BAR_MIDDLE, BAR, 0 if in_the_gap else None),
            Block(handle + FRONT_MIDDLE, FRONT, 0 if is_open else None),
            Block(CHEST_MIDDLE, CHEST),
        )
        way = self.step_length * super().keep_inside(action, observation, age)
        way = off_blocks(end, way, blocks, finger) / self.step_length
        return way / max(1.0, float(np.linalg.norm(way)))

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Shut the drawer, and draw its goal and where the TCP is above the table."""
        closed = np.array((CLOSED,))
        return Start(
            tcp_position=self.sample_tcp(rng),
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
