# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Insert: put the closed fingers, a peg, into a square hole down to its ground.

The peg is a part of the tool, so there is no object to move. As in RHER's Insert what is brought to the goal is a
stand-in: the mouth of the hole until the peg is inside, the peg from there on. The tool is kept off the socket as it is
kept inside its box, by shortening actions: an arm held at a position does not press against what cannot give way.

RHER's hole is 4 cm wide and 8 cm deep, its goal 1 cm over the table. This one is 3.6 cm wide, for a peg of 2 cm, and
6 cm deep, so that the tool can start above it; at the goal the TCP is 5 mm above its least height, and the end of the
peg 13 mm over the table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.solids import off_a_box
from rher_agent.tasks.tabletop import TIP, TabletopParameters, TabletopTask, cube_layout
from rher_agent.tasks.task import Start
from rher_agent.worlds.state import ObjectState, Vector, WorldState

SOCKET = "socket"
"""Name of what the hole is in."""
HOLE = 0.018
"""Half the width of the hole [m]; 8 mm more than the radius of the peg."""
WALL = 0.020
"""Thickness of its walls [m]."""
DEPTH = 0.060
"""Of the hole, down to the table [m]."""
GROUND = 0.030
"""Height of the TCP over the table at the goal [m]: the end of the peg is 13 mm over it."""
MOUTH = DEPTH + TIP
"""Height of the TCP over the table with the end of the peg at the mouth of the hole [m]."""
INSIDE = 0.010
"""Greatest distance from the axis of the hole at which the peg counts as inside [m]."""
TOLERANCE = 0.010
"""[m]"""
RIM = 0.003
"""Depth from which on the peg is in the hole and not over its rim [m]."""
AIR = 0.001
"""Between peg and socket [m]."""


@dataclass(frozen=True)
class InsertTask(TabletopTask):
    """Reach the mouth of the hole, then go down into it."""

    parameters: TabletopParameters = field(
        default_factory=lambda: TabletopParameters(tolerance=TOLERANCE, goal_clearance=MOUTH - GROUND)
    )

    name = "insert"
    object_names = ("peg",)
    action_size = 3
    action_groups = (slice(0, 3),)
    opens_gripper = False

    @property
    def body_names(self) -> tuple[str, ...]:
        """The socket; the peg is known by the TCP."""
        return (SOCKET,)

    @cached_property
    def layout(self) -> ObservationLayout:
        """That of one object, then the mouth of the hole as seen from the TCP."""
        plain = cube_layout(len(self.object_names))
        mouth = slice(plain.size, plain.size + 3)
        return replace(plain, size=mouth.stop, vectors=(*plain.vectors, mouth))

    def observe(self, state: WorldState) -> NDArray[np.float64]:
        """Encode a state with the stand-in for the peg."""
        (socket,) = state.objects
        mouth = np.array((*socket.position[:2], self.parameters.table_height + MOUTH))
        offset = mouth - state.tcp_position
        if math.hypot(offset[0], offset[1]) <= INSIDE and offset[2] >= 0.0:
            position, velocity = state.tcp_position, state.tcp_twist[:3]
        else:
            position, velocity = mouth, np.zeros(3)
        peg = ObjectState(self.object_names[0], position, socket.orientation, velocity, np.zeros(3))
        return np.concatenate((super().observe(replace(state, objects=(peg,))), offset))

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Keep the TCP in its box, and the peg off the socket with room to brake."""
        action = super().keep_inside(action, observation, age)
        tcp = observation[self.layout.tcp_position]
        place = self.resting_place(observation) - tcp - observation[self.layout.vectors[-1]]
        way = self._off_the_socket(place, self.step_length * action) / self.step_length
        return way / max(1.0, float(np.linalg.norm(way)))

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Draw where the socket stands, and the TCP above the table."""
        foot = np.array((*self._point(rng), self.parameters.table_height))
        return Start(
            tcp_position=self.sample_tcp(rng),
            body_positions=foot[None],
            body_yaws=np.zeros(1),
            desired_goal=self.sample_goal(rng, foot[None]),
        )

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Return the ground of the hole, which is where it is."""
        return body_positions + np.array((0.0, 0.0, GROUND))

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Never: the socket stands."""
        return np.zeros(len(observations), dtype=bool)

    def _off_the_socket(self, place: Vector, way: Vector) -> Vector:
        """Shorten a way so that the peg stops before the socket; seen from the mouth of the hole [m], shape (3,)."""
        p = self.parameters
        play, outside = HOLE - p.tool_radius - AIR, HOLE + WALL + p.tool_radius + AIR
        across, target = np.abs(place[:2]).max(), place + way
        if place[2] < -RIM and across < HOLE:
            return np.append(np.clip(target[:2], -play, play) - place[:2], way[2])
        if across <= play and np.abs(target[:2]).max() <= play:
            return way
        middle = (0.0, 0.0, -DEPTH / 2.0)
        return off_a_box(place - middle, way, np.array((outside, outside, DEPTH / 2.0 + AIR)))
