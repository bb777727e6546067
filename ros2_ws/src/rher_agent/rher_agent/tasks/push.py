# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Push: bring a cube that lies on the table to a goal on the table.

The tool travels in the plane at the height of the cube's centre. A vertical axis would only let the arm press into the
table or pass over the cube, and on hardware both are what a push must not do.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import quat2euler

from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.task import Stage, StageKind, Start
from rher_agent.worlds.state import Vector, WorldState

CUBE_VELOCITY = slice(9, 12)
"""Where the cube's linear velocity stands in an observation."""
MAX_DRAWS = 10_000
"""Rejections after which a start is declared impossible."""


@dataclass(frozen=True)
class PushParameters:
    """Geometry and pace of the push task. Lengths in metres, base_link."""

    cube_size: float = 0.05
    """Edge of the cube [m]."""
    tool_radius: float = 0.0125
    """Radius of the closed gripper's round finger tips at the height of the cube [m]."""
    center: tuple[float, float] = (0.50, 0.0)
    """Centre of the square in which objects and goals are drawn, in base_link [m]."""
    square: float = 0.30
    """Edge of that square [m]."""
    table_height: float = 0.0
    """Height of the table's top in base_link [m]."""
    tcp_margin: float = 0.10
    """How much wider the box of the TCP is than the square, on each side [m]."""
    tcp_brake: float = 0.02
    """How far from the faces of its box the task keeps the TCP, room enough to brake from v_max [m]."""
    keeps_object: bool = False
    """Whether the task keeps the TCP from pushing an object outside the square further out. Where nobody places the
    object anew, it then stays where the arm can get behind it."""
    look_age: float = 1.0
    """With keeps_object, the age of what was seen of it after which the TCP goes round the object and away from it, out
    of the camera's view, instead of acting on it [s]."""
    goal_clearance: float = 0.07
    """Least distance between object and goal [m]; more than the tolerance, so that no goal is met untouched."""
    tcp_clearance: float = 0.08
    """Least distance between the TCP and the object at the start [m]."""
    tolerance: float = 0.05
    """Distance to the goal that counts as success, the field's convention [m]."""
    v_max: float = 0.24
    """Speed of the TCP for an action of norm 1 [m/s]; a margin below the 0.25 m/s of UR's own recovery mode."""
    control_period: float = 0.1
    """Duration of a step [s]."""
    horizon: int = 50
    """Steps of an episode."""
    rest_speed: float = 0.01
    """Speed below which the object counts as at rest in the strict success [m/s]."""
    release_gap: float = 0.001
    """Least gap between tool and cube that counts as released in the strict success [m]."""
    contact_slack: float = 0.007
    """Added to the greatest distance at which tool and cube can touch, so that 'reached' can fire [m]."""

    def __post_init__(self) -> None:
        for name in (
            "cube_size",
            "tool_radius",
            "square",
            "tolerance",
            "look_age",
            "v_max",
            "control_period",
            "rest_speed",
        ):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: more than 0")
        for name in ("center", "table_height"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: finite numbers")
        if self.horizon < 1:
            raise ValueError(f"horizon is {self.horizon}; allowed: 1 or more")
        if self.goal_clearance <= self.tolerance:
            raise ValueError(
                f"goal_clearance is {self.goal_clearance} m; allowed: more than the tolerance, {self.tolerance} m"
            )


@dataclass(frozen=True)
class PushTask:
    """Push with one cube: two stages, reach and push."""

    parameters: PushParameters = field(default_factory=PushParameters)

    name = "push"
    object_names = ("cube",)
    action_size = 2
    action_groups = (slice(0, 2),)
    planar_symmetry = True
    layout = ObservationLayout(
        size=17,
        tcp_position=slice(0, 3),
        object_positions=(slice(3, 6),),
        vectors=(slice(6, 9), CUBE_VELOCITY, slice(12, 15)),
        yaws=(slice(15, 17),),
        yaw_symmetries=(4,),
    )

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Reach, then push."""
        tolerance = self.parameters.tolerance
        return (Stage("reach", StageKind.REACH, 0, tolerance), Stage("push", StageKind.MOVE, 0, tolerance))

    @property
    def horizon(self) -> int:
        """Steps of an episode."""
        return self.parameters.horizon

    @property
    def control_period(self) -> float:
        """Duration of a step [s]."""
        return self.parameters.control_period

    @property
    def step_length(self) -> float:
        """Way of the TCP in a step at v_max [m]."""
        return self.parameters.v_max * self.parameters.control_period

    @property
    def tool_height(self) -> float:
        """Height of the TCP in base_link, that of the cube's centre [m]."""
        return self.parameters.table_height + self.parameters.cube_size / 2.0

    @property
    def contact_radius(self) -> float:
        """The tool touches a corner at half the diagonal plus its own radius; a little more counts as reached [m]."""
        p = self.parameters
        return p.cube_size / math.sqrt(2.0) + p.tool_radius + p.contact_slack

    @property
    def tcp_box(self) -> tuple[Vector, Vector]:
        """Lower and upper corner of the box the TCP may use, in base_link [m]; shape (2,) each, x and y."""
        p = self.parameters
        half = p.square / 2.0 + p.tcp_margin
        center = np.array(p.center)
        return center - half, center + half

    def observe(self, state: WorldState) -> NDArray[np.float64]:
        """Encode positions, velocities, the twist executed last and the cube's yaw modulo a quarter turn."""
        cube = state.objects[0]
        _, _, yaw = quat2euler(cube.orientation)
        symmetry = self.layout.yaw_symmetries[0]
        return np.concatenate(
            (
                state.tcp_position,
                cube.position,
                state.tcp_twist[:3],
                cube.linear_velocity,
                state.executed_twist[:3],
                (math.cos(symmetry * yaw), math.sin(symmetry * yaw)),
            )
        )

    def twist(self, action: Vector) -> Vector:
        """Map an action of the unit disc to a horizontal twist of at most v_max."""
        horizontal = np.asarray(action, dtype=np.float64)
        norm = math.hypot(horizontal[0], horizontal[1])
        scale = self.parameters.v_max / max(1.0, norm)
        return np.array([scale * horizontal[0], scale * horizontal[1], 0.0, 0.0, 0.0, 0.0])

    def action(self, twist: Vector) -> Vector:
        """Map an executed twist back to the action that asks for it."""
        return np.asarray(twist[:2], dtype=np.float64) / self.parameters.v_max

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Move where the action leads, one period ahead, back to tcp_brake from the faces of the box.

        With keeps_object, also to where the TCP does not touch the inner side of an object outside the square. Seen
        `age` ago [s], it may lie anywhere from there to where its own motion or the TCP has moved it meanwhile; after
        look_age the TCP makes way for the camera.
        """
        p = self.parameters
        lower, upper = self.tcp_box
        reach = p.v_max * p.control_period
        tcp = observation[self.layout.tcp_position][:2]
        seen, velocity = observation[self.layout.object_positions[0]][:2], observation[CUBE_VELOCITY][:2]
        if p.keeps_object and age > p.look_age:
            action = _round_and_away(tcp - seen)
        target = np.clip(tcp + reach * action, lower + p.tcp_brake, upper - p.tcp_brake)
        if p.keeps_object:
            self._spare_object(target, tcp, seen, seen + age * velocity)
        inside = (target - tcp) / reach
        return inside / max(1.0, math.hypot(inside[0], inside[1]))

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Draw cube and goal in the square and the TCP in its box, clear of the cube."""
        p = self.parameters
        cube = self._point_in_square(rng, p.square)
        goal = self.sample_goal(rng, self._on_table(cube)[None])
        tcp = self.sample_tcp(rng, self._on_table(cube)[None])
        yaw = rng.uniform(-math.pi / 4.0, math.pi / 4.0)
        return Start(
            tcp_position=tcp,
            object_positions=self._on_table(cube)[None],
            object_yaws=np.array([yaw]),
            desired_goal=goal,
        )

    def sample_tcp(self, rng: np.random.Generator, object_positions: Vector) -> Vector:
        """Draw a start of the TCP [m], shape (3,): in the square, at least tcp_clearance from where the cube lies."""
        p = self.parameters
        return self._on_table(self._draw_apart(rng, object_positions[0, :2], p.square, p.tcp_clearance))

    def sample_goal(self, rng: np.random.Generator, object_positions: Vector) -> Vector:
        """Draw a goal in the square, at least goal_clearance from where the cube lies."""
        p = self.parameters
        return self._on_table(self._draw_apart(rng, object_positions[0, :2], p.square, p.goal_clearance))[None]

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Never: the box of the TCP keeps the cube on the table."""
        return np.zeros(len(observations), dtype=bool)

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether the cube lies still within half the tolerance and the tool has let go of it."""
        p = self.parameters
        cube = observation[self.layout.object_positions[0]]
        near = np.linalg.norm(cube - desired_goal[0]) <= p.tolerance / 2.0
        at_rest = np.linalg.norm(observation[CUBE_VELOCITY]) <= p.rest_speed
        return bool(near and at_rest and self._gap(observation) > p.release_gap)

    def _gap(self, observation: NDArray[np.float64]) -> float:
        """Return the distance between the round tool and the square outline of the cube [m]; negative inside."""
        p = self.parameters
        tcp, cube = observation[self.layout.tcp_position], observation[self.layout.object_positions[0]]
        cosine, sine = observation[self.layout.yaws[0]]
        yaw = math.atan2(sine, cosine) / self.layout.yaw_symmetries[0]
        offset = complex(tcp[0] - cube[0], tcp[1] - cube[1]) * cmath.exp(-1j * yaw)
        beyond_x, beyond_y = abs(offset.real) - p.cube_size / 2.0, abs(offset.imag) - p.cube_size / 2.0
        outside = math.hypot(max(beyond_x, 0.0), max(beyond_y, 0.0))
        return outside + min(max(beyond_x, beyond_y), 0.0) - p.tool_radius

    def _spare_object(self, target: Vector, tcp: Vector, seen: Vector, moved: Vector) -> None:
        """Shorten a way to a target, shape (2,), so that it does not push the cube further out of the square."""
        p = self.parameters
        touching = p.cube_size / 2.0 + p.tool_radius
        for axis, across in ((0, 1), (1, 0)):
            side = math.copysign(1.0, moved[axis] - p.center[axis])
            gap = side * (moved[axis] - tcp[axis])
            beside = min(abs(tcp[across] - moved[across]), abs(target[across] - moved[across]))
            if gap <= 0.0 or beside >= self.contact_radius:
                continue
            # A tool that is where the cube was has pushed it before itself.
            ahead = touching if math.hypot(*(moved - tcp)) < touching else gap
            if side * (tcp[axis] - p.center[axis]) + ahead > p.square / 2.0:
                nearest = min(side * seen[axis], side * moved[axis])
                target[axis] = side * min(side * target[axis], nearest - self.contact_radius)

    def _on_table(self, point: Vector) -> Vector:
        return np.array([point[0], point[1], self.tool_height])

    def _point_in_square(self, rng: np.random.Generator, square: float) -> Vector:
        return np.array(self.parameters.center) + rng.uniform(-square / 2.0, square / 2.0, size=2)

    def _draw_apart(self, rng: np.random.Generator, other: Vector, square: float, distance: float) -> Vector:
        for _ in range(MAX_DRAWS):
            point = self._point_in_square(rng, square)
            if math.hypot(point[0] - other[0], point[1] - other[1]) >= distance:
                return point
        raise ValueError(f"no point of a square of {square} m lies {distance} m from {np.round(other, 3)}")


def _round_and_away(offset: Vector) -> Vector:
    """Return the direction that leads round an object and away from it, towards the base of the arm, shape (2,).

    Half away, half to the side: straight away may stay in the line of sight for long.

    Args:
        offset: From the object to the TCP [m], shape (2,).
    """
    length = math.hypot(offset[0], offset[1])
    away = offset / length if length > 0.0 else np.array((-1.0, 0.0))
    side = np.array((-away[1], away[0]))
    return (away + math.copysign(1.0, -side[0]) * side) / math.sqrt(2.0)
