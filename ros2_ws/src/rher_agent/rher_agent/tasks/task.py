# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A task as data: its stages, its goals, how it is observed and how it is acted on.

This is the half of a task that decides. The half that is seen and touched (bodies, cameras) lives with the world under
the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rher_agent.tasks.layout import ObservationLayout
from rher_agent.worlds.state import Vector, WorldState


class StageKind(Enum):
    """What a stage moves."""

    REACH = "reach"
    """Bring the TCP to an object."""
    MOVE = "move"
    """Bring an object to its goal."""


@dataclass(frozen=True)
class Stage:
    """One link of the relay. A stage is solved from the reset state by one policy, earlier stages included."""

    name: str
    kind: StageKind
    object_index: int
    """Which object is reached or moved, in the order of the task."""
    tolerance: float
    """Greatest distance between achieved and desired goal that counts as success [m]."""

    def __post_init__(self) -> None:
        if self.object_index < 0:
            raise ValueError(f"object_index is {self.object_index}; allowed: 0 or more")
        if not self.tolerance > 0.0:
            raise ValueError(f"tolerance is {self.tolerance} m; allowed: more than 0")


@dataclass(frozen=True, eq=False)
class Start:
    """Where an episode begins, for worlds that can place things."""

    tcp_position: Vector
    """[m] in base_link, shape (3,)."""
    body_positions: Vector
    """Of everything that is seen [m] in base_link, shape (bodies, 3)."""
    body_yaws: Vector
    """Rotation about the vertical [rad], shape (bodies,)."""
    desired_goal: Vector
    """[m] in base_link, shape (objects, 3)."""


class RelayTask(Protocol):
    """What the learner and the training loop need to know of a task, whatever world serves it."""

    @property
    def name(self) -> str:
        """Name under which the task is registered."""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Easiest first; the last stage is the task itself."""

    @property
    def object_names(self) -> tuple[str, ...]:
        """The objects, in the order used everywhere."""

    @property
    def objects_alike(self) -> bool:
        """Whether nothing but their order tells the objects apart, so that what holds of one holds of all."""

    @property
    def carried_by(self) -> tuple[tuple[int, int], ...]:
        """Objects that move along with another until moved themselves: the index of each, and that of the other."""

    @property
    def horizon(self) -> int:
        """Steps of an episode."""

    @property
    def control_period(self) -> float:
        """Duration of a step [s]."""

    @property
    def action_size(self) -> int:
        """Number of entries of an action."""

    @property
    def action_groups(self) -> tuple[slice, ...]:
        """Entries of an action that belong together, each group a vector of the unit ball; the way of the TCP first."""

    @property
    def step_length(self) -> float:
        """How far an action of norm 1 takes the TCP [m]."""

    @property
    def layout(self) -> ObservationLayout:
        """What the entries of an observation are."""

    @property
    def planar_symmetry(self) -> bool:
        """Whether turning or mirroring the table changes only what the layout names; then action[:2] is horizontal."""

    @property
    def contact_radius(self) -> float:
        """Distance TCP to object within which the reach stage counts as done while exploring [m]."""

    @property
    def learns_asked(self) -> bool:
        """Whether what keep_inside takes away is a part of the world to the learner, which is told what was asked for.

        Where the tool rests on the floor of its box, what it executes never tells what asking for less height is worth,
        and the policy would believe anything of it.
        """

    @property
    def look_age(self) -> float:
        """Age of what was seen after which the TCP makes way for the camera [s]; infinite: never."""

    def practice_goal(self, rng: np.random.Generator) -> Vector | None:
        """Draw an easier goal to practise with, of which only the first object's counts, shape (objects, 3) [m].

        None for a task that has none.
        """

    def clear_view(self, seen: NDArray[np.float64], now: NDArray[np.float64]) -> Vector:
        """Return the action that leads the TCP out of the camera's view of an object, shape (action_size,).

        Asked only where look_age is finite.

        Args:
            seen: Observation in which all objects had just been seen, shape (layout.size,).
            now: The last observation.
        """

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Shorten an action that would take the TCP out of its box, so that the safety chain has nothing to do.

        Args:
            action: In the unit ball, shape (action_size,).
            observation: What was seen before it, shape (layout.size,).
            age: Of the objects in it [s].
        """

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell for B observations (B, size) whether an object is out of reach for good, shape (B,)."""

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether it is done to the letter: within half the tolerance, at rest, and let go where it should stay."""


class Task(RelayTask, Protocol):
    """What a world with an arm needs to know of a task besides."""

    @property
    def parameters(self) -> Any:
        """Its geometry and pace, a frozen dataclass of its own kind."""

    @property
    def body_names(self) -> tuple[str, ...]:
        """What a state tells of, in its order: mostly the objects, then what stands in their way."""

    @property
    def tcp_box(self) -> tuple[Vector, Vector]:
        """Lower and upper corner of the box the TCP may use, x and y in base_link [m]; shape (2,) each."""

    def observe(self, state: WorldState) -> NDArray[np.float64]:
        """Encode the world as an observation, absolute and in SI units; shape (layout.size,)."""

    def twist(self, action: Vector) -> Vector:
        """Map an action to the twist held for a period: linear [m/s], angular [rad/s] in base_link, shape (6,)."""

    @property
    def tcp_heights(self) -> tuple[float, float]:
        """Least and greatest height of the TCP in base_link [m]."""

    @property
    def rest_height(self) -> float:
        """Height of the centre of an object that lies on the table, in base_link [m]."""

    @property
    def opens_gripper(self) -> bool:
        """Whether the fingers move, or are shut for good."""

    def gripper(self, action: Vector) -> float:
        """Map an action to the opening asked of the gripper [m]; NaN leaves it alone."""

    def action(self, twist: Vector, gripper: float) -> Vector:
        """Map an executed twist and the opening asked for back to the action; the inverse of twist and gripper."""

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Draw where an episode begins and its goal."""

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw a goal for bodies that are where they are; shapes (bodies, 3) in, (objects, 3) out, [m] in base_link."""
