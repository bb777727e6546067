# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the tasks of an arm with an opening gripper have in common: cubes on a table, the tool straight down.

An action is a way of the TCP, of norm 1 at v_max, and an entry for the fingers, from -1, shut, to 1, open, which a
task may leave out. At 0 seven eighths of their stroke are open, enough to come down around a cube: what has not yet
learned to use its fingers does not press on the cube from above. They open along y and never turn, so a turn of the
world is no symmetry of these tasks; mirrors at the axes are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import quat2euler

from rher_agent.tasks.arm_task import CUBE_SYMMETRY, MAX_DRAWS, ArmTask, least_gap
from rher_agent.tasks.cube_gap import cube_gap
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.solids import Block, are_off, off_blocks
from rher_agent.tasks.task import Start
from rher_agent.worlds.state import Vector, WorldState

FINGER_SYMMETRY = 2
"""And fingers after half a turn."""
GOAL_HEIGHT = 0.16
"""Greatest height over the table of a goal in the air [m]. FetchPickAndPlace has 0.45 m; here the TCP goes up to
0.25 m."""
TIP = 0.017
"""From the TCP down to the end of the fingers [m]."""
BRAKING_BAND = 0.007
"""How far below its least height the safety chain lets the measured TCP brake [m]."""
AIR = 0.006
"""Between fingers and what does not give way [m]."""
OPENING_STEP = 0.015
"""By how much fingers open in a step of 0.1 s [m]: 150 mm/s, the greatest speed of a 2F-85 (maker's data sheet)."""


@dataclass(frozen=True)
class TabletopParameters:
    """Geometry and pace. Lengths in metres, base_link."""

    cube_size: float = 0.04
    """Edge of a cube [m]; open fingers leave more than a centimetre on both sides."""
    tool_radius: float = 0.010
    """Radius of the round finger tips [m]."""
    stroke: float = 0.085
    """Distance between the axes of the open finger tips [m] (Robotiq 2F-85, maker's data sheet)."""
    center: tuple[float, float] = (0.50, 0.0)
    """Centre of the square in which objects and goals are drawn, in base_link [m]."""
    square: float = 0.24
    """Edge of that square [m]."""
    table_height: float = 0.0
    """Height of the table's top in base_link [m]."""
    tcp_margin: float = 0.10
    """How much wider the box of the TCP is than the square, on each side [m]."""
    floor: float = 0.025
    """Least height of the TCP over the table [m]; finger tips reach 17 mm below it."""
    ceiling: float = 0.25
    """Greatest height of the TCP over the table [m]."""
    tcp_brake: float = 0.02
    """How far from the side faces and the top of its box the task keeps the TCP, room to brake from v_max [m]."""
    start_height: tuple[float, float] = (0.08, 0.20)
    """Between which heights over the table the TCP starts [m]."""
    apart: float = 0.08
    """Least distance between the centres of two cubes, and of two goals on the table [m]."""
    goal_clearance: float = 0.07
    """Least distance between a cube and its goal [m]; more than the tolerance, so that no goal is met untouched."""
    tolerance: float = 0.05
    """Distance to the goal that counts as success, the field's convention [m]."""
    v_max: float = 0.24
    """Speed of the TCP for an action of norm 1 [m/s]."""
    control_period: float = 0.1
    """Duration of a step [s]."""
    horizon: int = 50
    """Steps of an episode."""
    rest_speed: float = 0.01
    """Speed below which an object counts as at rest in the strict success [m/s]."""
    release_gap: float = 0.001
    """Least gap between a finger and a cube that counts as let go in the strict success [m]."""

    def __post_init__(self) -> None:
        positive = ("cube_size", "tool_radius", "square", "apart", "tolerance", "v_max", "control_period", "rest_speed")
        for name in positive:
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0")
        for name, value in vars(self).items():
            if not np.isfinite(value).all():
                raise ValueError(f"{name} is {value}; allowed: finite numbers")
        if self.apart <= math.sqrt(2.0) * self.cube_size:
            raise ValueError(f"apart is {self.apart} m; allowed: more than the diagonal of a cube")
        if self.floor <= TIP + BRAKING_BAND:
            reach = f"{TIP + BRAKING_BAND:.3f} m, which the fingers reach below the TCP and it brakes in"
            raise ValueError(f"floor is {self.floor} m; allowed: more than {reach}")
        low, high = self.start_height
        if not self.floor <= low < high <= self.ceiling:
            within = f"{self.floor} to {self.ceiling} m, floor to ceiling"
            raise ValueError(f"start_height is {low} to {high} m; allowed: within {within}, the lower one first")
        if not 0.0 <= self.tcp_brake <= self.tcp_margin:
            raise ValueError(f"tcp_brake is {self.tcp_brake} m; allowed: 0 to tcp_margin, {self.tcp_margin} m")
        if self.floor + self.tcp_brake > self.ceiling:
            least = f"floor and tcp_brake, {self.floor + self.tcp_brake:.3f} m"
            raise ValueError(f"ceiling is {self.ceiling} m; allowed: at least {least}")
        if self.release_gap < 0.0:
            raise ValueError(f"release_gap is {self.release_gap} m; allowed: 0 or more")
        if self.horizon < 1:
            raise ValueError(f"horizon is {self.horizon}; allowed: 1 or more")
        if self.goal_clearance <= self.tolerance:
            raise ValueError(
                f"goal_clearance is {self.goal_clearance} m; allowed: more than the tolerance, {self.tolerance} m"
            )
        largest = (self.stroke - 2.0 * self.tool_radius) / math.sqrt(2.0)
        if not self.cube_size < largest:
            raise ValueError(
                f"cube_size is {self.cube_size} m; allowed: less than open fingers take, turned as it may be, "
                f"{largest:.3f} m"
            )


def cube_layout(objects: int) -> ObservationLayout:
    """Return where things stand in the observation of a task with so many cubes.

    TCP, cubes; velocities of the TCP, of each cube, and the twist executed last; spins; yaws of the cubes and of the
    fingers; the opening of the fingers.
    """
    vectors_at, spins_at = 3 + 3 * objects, 9 + 6 * objects
    yaws_at = spins_at + 3 * objects
    scalars_at = yaws_at + 2 * objects + 2
    return ObservationLayout(
        size=scalars_at + 1,
        tcp_position=slice(0, 3),
        object_positions=tuple(slice(3 + 3 * k, 6 + 3 * k) for k in range(objects)),
        vectors=tuple(slice(at, at + 3) for at in range(vectors_at, spins_at, 3)),
        axial_vectors=tuple(slice(at, at + 3) for at in range(spins_at, yaws_at, 3)),
        yaws=tuple(slice(at, at + 2) for at in range(yaws_at, scalars_at, 2)),
        yaw_symmetries=(*[CUBE_SYMMETRY] * objects, FINGER_SYMMETRY),
        scalars=slice(scalars_at, scalars_at + 1),
        object_parts=tuple(
            (
                slice(vectors_at + 3 + 3 * k, vectors_at + 6 + 3 * k),
                slice(spins_at + 3 * k, spins_at + 3 * k + 3),
                slice(yaws_at + 2 * k, yaws_at + 2 * k + 2),
            )
            for k in range(objects)
        ),
    )


@dataclass(frozen=True)
class TabletopTask(ArmTask):
    """Cubes that are reached one after the other and brought to their goals; a task draws the goals."""

    parameters: TabletopParameters = field(default_factory=TabletopParameters)

    name: ClassVar[str] = ""
    action_size = 4
    action_groups: ClassVar[tuple[slice, ...]] = (slice(0, 3), slice(3, 4))
    planar_symmetry = True
    opens_gripper = True
    learns_asked = True

    @cached_property
    def layout(self) -> ObservationLayout:
        """See cube_layout."""
        return cube_layout(len(self.object_names))

    @property
    def rest_height(self) -> float:
        """Height of the centre of a cube on the table in base_link [m]."""
        return self.parameters.table_height + self.parameters.cube_size / 2.0

    @property
    def contact_radius(self) -> float:
        """Distance TCP to cube at which it lies between the fingers [m]."""
        return self.parameters.cube_size / 2.0 + self.parameters.tool_radius

    @property
    def tcp_heights(self) -> tuple[float, float]:
        """Least and greatest height of the TCP in base_link [m]."""
        p = self.parameters
        return p.table_height + p.floor, p.table_height + p.ceiling

    def observe(self, state: WorldState) -> NDArray[np.float64]:
        """Encode a state as cube_layout says."""
        yaws = [CUBE_SYMMETRY * quat2euler(cube.orientation)[2] for cube in state.objects]
        return np.concatenate(
            (
                state.tcp_position,
                *(cube.position for cube in state.objects),
                state.tcp_twist[:3],
                *(cube.linear_velocity for cube in state.objects),
                state.executed_twist[:3],
                *(cube.angular_velocity for cube in state.objects),
                *((math.cos(yaw), math.sin(yaw)) for yaw in yaws),
                (1.0, 0.0, state.gripper),
            )
        )

    def twist(self, action: Vector) -> Vector:
        """Map the way of an action to a twist of at most v_max."""
        way = np.asarray(action[:3], dtype=np.float64)
        scale = self.parameters.v_max / max(1.0, math.hypot(*way))
        return np.concatenate((scale * way, np.zeros(3)))

    def gripper(self, action: Vector) -> float:
        """Map the entry of the fingers to the opening asked for [m]; NaN where they are shut for good."""
        if not self.opens_gripper:
            return math.nan
        shut = float(np.clip((1.0 - action[3]) / 2.0, 0.0, 1.0))
        return (1.0 - shut**3) * self.parameters.stroke

    def action(self, twist: Vector, gripper: float) -> Vector:
        """Map an executed twist and the opening asked for back to the action that asks for them."""
        way = twist[:3] / self.parameters.v_max
        if not self.opens_gripper:
            return way
        return np.append(way, 1.0 - 2.0 * math.cbrt(1.0 - gripper / self.parameters.stroke))

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Move where the action leads, one period ahead, back into the box; tcp_brake from all faces but the lowest.

        Downwards the arm brakes in the band below its least height that the safety chain leaves it.
        """
        p = self.parameters
        (lower, upper), (low, high) = self.tcp_box, self.tcp_heights
        tcp = observation[self.layout.tcp_position]
        least = np.array((*(lower + p.tcp_brake), low))
        most = np.array((*(upper - p.tcp_brake), high - p.tcp_brake))
        target = np.clip(tcp + self.step_length * action[:3], least, most)
        way = (target - tcp) / self.step_length
        return np.concatenate((way / max(1.0, math.hypot(*way)), action[3:]))

    def keep_off(self, action: Vector, observation: NDArray[np.float64], blocks: Iterable[Block]) -> Vector:
        """Shorten an action so that the fingers stop before all blocks, with room to brake and, as asked, to open."""
        end = self.resting_place(observation) - (0.0, 0.0, TIP)
        opening = float(observation[self.layout.scalars][0])
        if self.opens_gripper:
            opening = float(np.clip(self.gripper(action), opening, opening + OPENING_STEP))
        fingers = self._fingers(opening)
        way = off_blocks(end, self.step_length * action[:3], blocks, fingers) / self.step_length
        return np.append(way / max(1.0, float(np.linalg.norm(way))), action[3:])

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Draw cubes and goals, and the TCP above them with its fingers open."""
        cubes = self._draw_apart(rng, len(self.object_names))
        return Start(
            tcp_position=self.sample_tcp(rng),
            body_positions=cubes,
            body_yaws=rng.uniform(-math.pi / 4.0, math.pi / 4.0, len(cubes)),
            desired_goal=self.sample_goal(rng, cubes),
        )

    def sample_tcp(self, rng: np.random.Generator) -> Vector:
        """Draw a start of the TCP above the square [m], shape (3,)."""
        p = self.parameters
        return np.array((*self._point(rng), p.table_height + rng.uniform(*p.start_height)))

    def sample_tcp_off(self, rng: np.random.Generator, blocks: Callable[[Vector], Iterable[Block]]) -> Vector:
        """Draw a start of the TCP above the square at which the fingers are off all blocks [m], shape (3,).

        Args:
            rng: Draws it.
            blocks: Returns what is hard to a TCP at a place [m].

        Raises:
            ValueError: There is no such place.
        """
        fingers = self._fingers(self.parameters.stroke if self.opens_gripper else 0.0)
        for _ in range(MAX_DRAWS):
            tcp = self.sample_tcp(rng)
            if are_off(tcp - (0.0, 0.0, TIP), blocks(tcp), fingers):
                return tcp
        raise ValueError(f"no start over the square of '{self.name}' is off what is hard")

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw a goal for each cube; tasks do it differently."""
        raise NotImplementedError

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell whether the centre of a cube is farther outside than the TCP may go, so that it cannot be gripped."""
        return self._any_beyond(observations, 0.0)

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether every cube is at rest within half the tolerance of its goal."""
        p = self.parameters
        for index, place in enumerate(self.layout.object_positions):
            velocity = observation[self.layout.vectors[1 + index]]
            if np.linalg.norm(observation[place] - desired_goal[index]) > p.tolerance / 2.0:
                return False
            if np.linalg.norm(velocity) > p.rest_speed:
                return False
        return True

    def has_let_go(self, observation: NDArray[np.float64], cubes: Iterable[int]) -> bool:
        """Whether neither finger touches one of some cubes: each is off its sides, or higher than its top.

        Args:
            observation: Shape (layout.size,).
            cubes: Indices of the objects.
        """
        p, layout = self.parameters, self.layout
        tcp, opening = observation[layout.tcp_position], float(observation[layout.scalars][0])
        fingers = [tcp + np.array((0.0, side * opening / 2.0, -TIP)) for side in (-1.0, 1.0)]
        for index in cubes:
            cube, (cosine, sine) = observation[layout.object_positions[index]], observation[layout.yaws[index]]
            yaw, top = math.atan2(sine, cosine) / CUBE_SYMMETRY, cube[2] + p.cube_size / 2.0
            for end in fingers:
                gap = cube_gap(end, cube, yaw, edge=p.cube_size, radius=p.tool_radius)
                if max(gap, end[2] - top) <= p.release_gap:
                    return False
        return True

    def _fingers(self, opening: float) -> Vector:
        """Return how far fingers so far apart [m] reach around their end, air included [m], shape (3,)."""
        radius = self.parameters.tool_radius
        return np.array((radius, radius + opening / 2.0, 0.0)) + AIR

    def _draw_apart(self, rng: np.random.Generator, count: int) -> Vector:
        """Draw points on the table at which cubes do not touch, shape (count, 3) [m]."""
        for _ in range(MAX_DRAWS):
            points = np.array([self._point(rng) for _ in range(count)])
            if least_gap(points) >= self.parameters.apart:
                return np.column_stack((points, np.full(count, self.rest_height)))
        raise ValueError(f"{count} cubes do not fit {self.parameters.apart} m apart into the square")
