# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Push with a wall between tool and cube: the straight way to the cube is barred.

RHER's ObstaclePush has a wall of 2 x 8 x 5 cm, always in the same direction, halfway between gripper and cube. Here it
stands across that way, so that it bars every start. The tool is kept off it as it is kept inside its box, by shortening
actions: an arm held at a position does not press against what cannot give way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import quat2euler

from rher_agent.tasks.arm_task import MAX_DRAWS
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.push import PushParameters, PushTask, push_layout
from rher_agent.tasks.solids import off_a_box
from rher_agent.tasks.task import Start
from rher_agent.worlds.state import Vector, WorldState

WALL = "wall"
"""Its name."""
WALL_SIZE = (0.02, 0.08, 0.05)
"""Thickness, length and height of the wall, x, y and z of its own [m]."""
WALL_SYMMETRY = 2
"""The wall looks the same after half a turn."""
WALL_CLEARANCE = 0.085
"""Least distance of a goal from the middle of the wall [m]: half its length, half a cube's diagonal and some air."""
TCP_CLEARANCE = 0.12
"""Least distance of the tool from the cube at the start [m], with room for the wall between them."""
AIR = 0.002
"""Between tool and wall [m]."""


@dataclass(frozen=True)
class ObstaclePushTask(PushTask):
    """Reach the cube round the wall, then push it."""

    parameters: PushParameters = field(default_factory=lambda: PushParameters(tcp_clearance=TCP_CLEARANCE))

    name = "obstacle_push"
    learns_asked = True

    @cached_property
    def layout(self) -> ObservationLayout:
        """That of a push, then the wall's middle as seen from the TCP, and how it stands."""
        pushed = push_layout(len(self.object_names))
        wall_at, yaw_at = pushed.size, pushed.size + 3
        return replace(
            pushed,
            size=yaw_at + 2,
            vectors=(*pushed.vectors, slice(wall_at, yaw_at)),
            yaws=(*pushed.yaws, slice(yaw_at, yaw_at + 2)),
            yaw_symmetries=(*pushed.yaw_symmetries, WALL_SYMMETRY),
        )

    @property
    def body_names(self) -> tuple[str, ...]:
        """The cube, and what is in its way."""
        return (*self.object_names, WALL)

    def observe(self, state: WorldState) -> NDArray[np.float64]:
        """Encode a state as the layout says."""
        wall = state.objects[-1]
        yaw = WALL_SYMMETRY * quat2euler(wall.orientation)[2]
        offset = wall.position - state.tcp_position
        return np.concatenate((super().observe(state), offset, (math.cos(yaw), math.sin(yaw))))

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Keep the TCP in its box, and off the wall with room to brake."""
        action = super().keep_inside(action, observation, age)
        offset, (cosine, sine) = observation[self.layout.vectors[-1]][:2], observation[self.layout.yaws[-1]]
        yaw = math.atan2(sine, cosine) / WALL_SYMMETRY
        turn = np.array(((math.cos(yaw), math.sin(yaw)), (-math.sin(yaw), math.cos(yaw))))
        p, step = self.parameters, self.step_length
        half = np.array(WALL_SIZE[:2]) / 2.0 + p.tool_radius + AIR
        rest = (self.resting_place(observation) - observation[self.layout.tcp_position])[:2] - offset
        way = turn.T @ off_a_box(turn @ rest, step * turn @ action, half) / step
        return way / max(1.0, float(np.linalg.norm(way)))

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Draw a push whose goal is clear of a wall halfway between tool and cube, across the way."""
        for _ in range(MAX_DRAWS):
            start = super().sample_start(rng)
            tcp, cube = start.tcp_position, start.body_positions[0]
            middle = (tcp + cube) / 2.0
            if np.linalg.norm(start.desired_goal[0] - middle) >= WALL_CLEARANCE:
                wall = np.array((*middle[:2], self.parameters.table_height + WALL_SIZE[2] / 2.0))
                yaw = math.atan2(cube[1] - tcp[1], cube[0] - tcp[0])
                return replace(
                    start,
                    body_positions=np.stack((cube, wall)),
                    body_yaws=np.append(start.body_yaws, yaw),
                )
        raise ValueError(f"no goal of a square of {self.parameters.square} m is clear of the wall")

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw a goal as in a push, clear of the wall where one stands already, the last of the bodies."""
        for _ in range(MAX_DRAWS):
            goal = super().sample_goal(rng, body_positions)
            walls = body_positions[len(self.object_names) :]
            if (np.linalg.norm(walls[:, :2] - goal[0, :2], axis=1) >= WALL_CLEARANCE).all():
                return goal
        raise ValueError(f"no goal of a square of {self.parameters.square} m is clear of the wall")
