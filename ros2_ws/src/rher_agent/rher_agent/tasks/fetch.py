# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the Fetch worlds of gymnasium-robotics with one object have in common.

Their observation has 25 entries: gripper position, object position, object relative to gripper, the two finger
positions, object rotation (Euler angles), object velocity relative to the gripper, object angular velocity, gripper
velocity, finger velocities; velocities are per step and not per second. An action is a displacement of the gripper as a
share of 5 cm, and an opening of the fingers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.task import Stage, StageKind
from rher_agent.worlds.state import Vector

OBJECT_VELOCITY = slice(9, 12)
"""Where the object's linear velocity stands in our observation."""
CUBE_SYMMETRY = 4
"""A cube looks the same after a quarter turn."""
TABLE_TOP = 0.40
"""Height of the table [m]."""
REST_SPEED = 0.01
"""Speed below which the object counts as at rest in the strict success [m/s]."""


class FetchObjectTask:
    """Reach the cube, then bring it to its goal.

    A turn of the world about the vertical also turns the gripper, which the world does not do. So the direction in
    which the fingers open is part of the observation: seen in a turned view it tells by how much.
    """

    name: str
    gym_id: str
    tool_symmetry: int
    """The n of the gripper's own symmetry about the vertical."""
    contact_radius: float

    gym_module = "gymnasium_robotics"
    object_names = ("object",)
    tolerance = 0.05
    """Distance to the goal that counts as success in these worlds [m]."""
    horizon = 50
    control_period = 0.04
    step_length = 0.05
    action_size = 4
    action_groups = (slice(0, 3), slice(3, 4))
    planar_symmetry = True
    objects_alike = False
    carried_by: ClassVar[tuple[tuple[int, int], ...]] = ()
    learns_asked = False
    look_age = math.inf

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Reach, then move."""
        return (
            Stage("reach", StageKind.REACH, 0, self.tolerance),
            Stage("move", StageKind.MOVE, 0, self.tolerance),
        )

    @property
    def layout(self) -> ObservationLayout:
        """Positions, velocities of gripper and object, the object's spin, yaws of object and gripper, fingers."""
        return ObservationLayout(
            size=23,
            tcp_position=slice(0, 3),
            object_positions=(slice(3, 6),),
            vectors=(slice(6, 9), OBJECT_VELOCITY),
            axial_vectors=(slice(12, 15),),
            yaws=(slice(15, 17), slice(17, 19)),
            yaw_symmetries=(CUBE_SYMMETRY, self.tool_symmetry),
            scalars=slice(19, 23),
        )

    def encode(self, seen: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Sort the entries as the layout says; velocities per second, the object's no longer relative."""
        raw = seen["observation"]
        gripper_velocity = raw[20:23] / self.control_period
        yaw = CUBE_SYMMETRY * raw[13]
        return np.concatenate(
            (
                raw[0:6],
                gripper_velocity,
                raw[14:17] / self.control_period + gripper_velocity,
                raw[17:20] / self.control_period,
                (math.cos(yaw), math.sin(yaw), 1.0, 0.0),
                raw[9:11],
                raw[23:25] / self.control_period,
            )
        )

    def goal(self, seen: Mapping[str, NDArray[np.float64]]) -> Vector:
        """Return the desired position of the object, shape (1, 3) [m]."""
        return np.array(seen["desired_goal"], dtype=np.float64)[None]

    def practice_goal(self, rng: np.random.Generator) -> Vector | None:
        """Draw none: these worlds draw their own goals."""
        return None

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Return the action as it is: these worlds bound the gripper themselves."""
        return action

    def clear_view(self, seen: NDArray[np.float64], now: NDArray[np.float64]) -> Vector:
        """Stay where it is: there is no camera."""
        return np.zeros(self.action_size)

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell whether the object's centre is below the table's top."""
        heights = observations[:, self.layout.object_positions[0].start + 2]
        lost: NDArray[np.bool_] = heights < TABLE_TOP
        return lost

    def rests_near(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the object lies still within half the tolerance."""
        position = observation[self.layout.object_positions[0]]
        near = np.linalg.norm(position - desired_goal[0]) <= self.tolerance / 2.0
        return bool(near and np.linalg.norm(observation[OBJECT_VELOCITY]) <= REST_SPEED)
