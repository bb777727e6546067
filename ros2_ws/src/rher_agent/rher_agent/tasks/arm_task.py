# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What all tasks of an arm have in common: objects reached and moved in turn, a box for the TCP, and its pace."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.task import Stage, StageKind
from rher_agent.worlds.state import Vector

CUBE_SYMMETRY = 4
"""A cube looks the same after a quarter turn."""
MAX_DRAWS = 10_000
"""Rejections after which a start is declared impossible."""


def least_gap(points: Vector) -> float:
    """Return the least distance between two of n points [m], shape (n, 3); infinite for one."""
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)[np.triu_indices(len(points), 1)]
    return float(gaps.min(initial=math.inf))


class ArmTask:
    """Two stages for each object, reach and move; geometry and pace are parameters of the task's own kind."""

    parameters: Any
    """With center, square, tcp_margin, tcp_brake, tolerance, v_max, control_period and horizon."""
    object_names: ClassVar[tuple[str, ...]] = ("cube",)
    objects_alike: ClassVar[bool] = False
    carried_by: ClassVar[tuple[tuple[int, int], ...]] = ()
    action_size: int
    """Entries of an action."""
    move_name: ClassVar[str] = StageKind.MOVE.value
    """What moving an object is called."""

    @property
    def layout(self) -> ObservationLayout:
        """Where things stand in an observation; the velocity of the TCP is the first of its vectors."""
        raise NotImplementedError

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Reach, then move each object in turn."""
        tolerance = self.parameters.tolerance
        return tuple(
            Stage(f"{verb} {name}" if len(self.object_names) > 1 else verb, kind, index, tolerance)
            for index, name in enumerate(self.object_names)
            for verb, kind in ((StageKind.REACH.value, StageKind.REACH), (self.move_name, StageKind.MOVE))
        )

    @property
    def body_names(self) -> tuple[str, ...]:
        """The objects, and nothing else."""
        return self.object_names

    @property
    def horizon(self) -> int:
        """Steps of an episode."""
        return int(self.parameters.horizon)

    def practice_goal(self, rng: np.random.Generator) -> Vector | None:
        """Draw none."""
        return None

    @property
    def look_age(self) -> float:
        """Never: the simulator sees everything."""
        return math.inf

    def clear_view(self, seen: NDArray[np.float64], now: NDArray[np.float64]) -> Vector:
        """Stay where it is."""
        return np.zeros(self.action_size)

    @property
    def control_period(self) -> float:
        """Duration of a step [s]."""
        return float(self.parameters.control_period)

    @property
    def step_length(self) -> float:
        """Way of the TCP in a step at v_max [m]."""
        return float(self.parameters.v_max * self.parameters.control_period)

    @property
    def tcp_box(self) -> tuple[Vector, Vector]:
        """Lower and upper corner of the box the TCP may use, in base_link [m]; shape (2,) each, x and y."""
        p = self.parameters
        half = p.square / 2.0 + p.tcp_margin
        center = np.array(p.center)
        return center - half, center + half

    def resting_place(self, observation: NDArray[np.float64]) -> Vector:
        """Return where the TCP comes to rest if nothing more is asked of it, in base_link [m], shape (3,)."""
        p = self.parameters
        return observation[self.layout.tcp_position] + p.tcp_brake / p.v_max * observation[self.layout.vectors[0]]

    def _any_beyond(self, observations: NDArray[np.float64], room: float) -> NDArray[np.bool_]:
        """Tell whether an object is outside the TCP's box or nearer than `room` [m] to a side of it, shape (B,)."""
        lower, upper = self.tcp_box
        places = np.stack([observations[:, place] for place in self.layout.object_positions], axis=1)[..., :2]
        return np.asarray(((places < lower + room) | (places > upper - room)).any(axis=(1, 2)), dtype=bool)

    def _point(self, rng: np.random.Generator) -> Vector:
        """Draw a place of the square [m], shape (2,)."""
        half = self.parameters.square / 2.0
        return np.array(self.parameters.center) + rng.uniform(-half, half, size=2)
