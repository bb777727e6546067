# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Push: bring cubes that lie on the table to goals on the table, one after the other.

The tool travels in the plane at the height of the cube's centre. A vertical axis would only let the arm press into the
table or pass over the cube, and on hardware both are what a push must not do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import quat2euler

from rher_agent.tasks.arm_task import CUBE_SYMMETRY, MAX_DRAWS, ArmTask, least_gap
from rher_agent.tasks.cube_gap import cube_gap
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.task import Start
from rher_agent.worlds.state import Vector, WorldState


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
    look_age: float = 0.5
    """With keeps_object, the age of what was seen of it after which the TCP steps back and aside, out of the camera's
    view, instead of acting on it [s]."""
    goal_clearance: float = 0.07
    """Least distance between object and goal [m]; more than the tolerance, so that no goal is met untouched."""
    tcp_clearance: float = 0.08
    """Least distance between the TCP and an object at the start [m]."""
    object_gap: float = 0.08
    """Least distance between the centres of two objects at the start [m]; more than the diagonal of a cube."""
    goal_gap: float = 0.10
    """Least distance of a goal to the other goals, and to where objects lie that are moved later [m]: no object then
    has to leave its place for one before it."""
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
        for name, value in vars(self).items():
            if not np.isfinite(value).all():
                raise ValueError(f"{name} is {value}; allowed: finite numbers")
        for name in ("tcp_clearance", "goal_gap", "release_gap", "contact_slack"):
            if getattr(self, name) < 0.0:
                raise ValueError(f"{name} is {getattr(self, name)} m; allowed: 0 or more")
        if not 0.0 <= self.tcp_brake <= self.tcp_margin:
            raise ValueError(f"tcp_brake is {self.tcp_brake} m; allowed: 0 to tcp_margin, {self.tcp_margin} m")
        if self.horizon < 1:
            raise ValueError(f"horizon is {self.horizon}; allowed: 1 or more")
        if self.goal_clearance <= self.tolerance:
            raise ValueError(
                f"goal_clearance is {self.goal_clearance} m; allowed: more than the tolerance, {self.tolerance} m"
            )


def push_layout(objects: int) -> ObservationLayout:
    """Return where things stand in the observation of a task with so many cubes.

    TCP, cubes; velocities of the TCP and of each cube, the twist executed last; yaws of the cubes.
    """
    vectors_at = 3 + 3 * objects
    yaws_at = 2 * vectors_at + 3
    return ObservationLayout(
        size=yaws_at + 2 * objects,
        tcp_position=slice(0, 3),
        object_positions=tuple(slice(3 + 3 * k, 6 + 3 * k) for k in range(objects)),
        vectors=tuple(slice(at, at + 3) for at in range(vectors_at, yaws_at, 3)),
        yaws=tuple(slice(yaws_at + 2 * k, yaws_at + 2 * k + 2) for k in range(objects)),
        yaw_symmetries=(CUBE_SYMMETRY,) * objects,
        object_parts=tuple(
            (slice(vectors_at + 3 + 3 * k, vectors_at + 6 + 3 * k), slice(yaws_at + 2 * k, yaws_at + 2 * k + 2))
            for k in range(objects)
        ),
    )


@dataclass(frozen=True)
class PushTask(ArmTask):
    """Push cubes: two stages for each, reach and push."""

    parameters: PushParameters = field(default_factory=PushParameters)

    name: ClassVar[str] = "push"
    move_name = "push"
    action_size = 2
    action_groups = (slice(0, 2),)
    planar_symmetry = True
    opens_gripper = False
    learns_asked = False

    def __post_init__(self) -> None:
        p, diagonal = self.parameters, math.sqrt(2.0) * self.parameters.cube_size
        if len(self.object_names) > 1 and p.object_gap <= diagonal:
            raise ValueError(
                f"object_gap is {p.object_gap} m; allowed: more than the diagonal of a cube, {diagonal:.3f} m"
            )

    @cached_property
    def layout(self) -> ObservationLayout:
        """See push_layout."""
        return push_layout(len(self.object_names))

    @property
    def tool_height(self) -> float:
        """Height of the TCP in base_link, that of the cube's centre [m]."""
        return self.parameters.table_height + self.parameters.cube_size / 2.0

    @property
    def rest_height(self) -> float:
        """Height of the centre of the cube on the table in base_link [m]."""
        return self.tool_height

    @property
    def look_age(self) -> float:
        """Of the parameters; where somebody places the object anew, the policy acts on whatever was seen [s]."""
        return self.parameters.look_age if self.parameters.keeps_object else math.inf

    @property
    def contact_radius(self) -> float:
        """The tool touches a corner at half the diagonal plus its own radius; a little more counts as reached [m]."""
        p = self.parameters
        return p.cube_size / math.sqrt(2.0) + p.tool_radius + p.contact_slack

    @property
    def tcp_heights(self) -> tuple[float, float]:
        """Least and greatest height of the TCP in base_link [m]: it stays at one."""
        return self.tool_height, self.tool_height

    def observe(self, state: WorldState) -> NDArray[np.float64]:
        """Encode positions, velocities, the twist executed last and the cubes' yaws modulo a quarter turn."""
        cubes = state.objects[: len(self.object_names)]
        yaws = [CUBE_SYMMETRY * quat2euler(cube.orientation)[2] for cube in cubes]
        return np.concatenate(
            (
                state.tcp_position,
                *(cube.position for cube in cubes),
                state.tcp_twist[:3],
                *(cube.linear_velocity for cube in cubes),
                state.executed_twist[:3],
                *((math.cos(yaw), math.sin(yaw)) for yaw in yaws),
            )
        )

    def twist(self, action: Vector) -> Vector:
        """Map an action of the unit disc to a horizontal twist of at most v_max."""
        horizontal = np.asarray(action, dtype=np.float64)
        norm = math.hypot(horizontal[0], horizontal[1])
        scale = self.parameters.v_max / max(1.0, norm)
        return np.array([scale * horizontal[0], scale * horizontal[1], 0.0, 0.0, 0.0, 0.0])

    def gripper(self, action: Vector) -> float:
        """Leave the gripper alone, it is shut."""
        return math.nan

    def action(self, twist: Vector, gripper: float) -> Vector:
        """Map an executed twist back to the action that asks for it; the gripper has no part in it."""
        return np.asarray(twist[:2], dtype=np.float64) / self.parameters.v_max

    def keep_inside(self, action: Vector, observation: NDArray[np.float64], age: float = 0.0) -> Vector:
        """Move where the action leads, one period ahead, back to tcp_brake from the faces of the box.

        With keeps_object, also to where the TCP does not touch the inner side of an object outside the square. Seen
        `age` ago [s], it may lie anywhere from there to where its own motion or the TCP has moved it meanwhile.
        """
        tcp = observation[self.layout.tcp_position][:2]
        target = self._in_box(tcp + self.step_length * action)
        if self.parameters.keeps_object:
            for index, place in enumerate(self.layout.object_positions):
                seen, velocity = observation[place][:2], self._velocity(observation, index)[:2]
                self._spare_object(target, tcp, seen, seen + age * velocity)
        return self._towards(self._in_box(target), tcp)

    def clear_view(self, seen: NDArray[np.float64], now: NDArray[np.float64]) -> Vector:
        """Go back from the nearest object as it was seen, and aside, where there is more room.

        The tool hides the object or has pushed it on unseen. Either way the object lies on that side of the tool on
        which it was seen last, so that back never pushes it, and aside clears the line of sight. Once the tool is clear
        of the object it only goes aside: the way back from a push away from the lens stays in the line of sight. Where
        the tool is by now says less of that side: one that pushed on has passed where the object was seen, with the
        object before it.
        """
        tcp, before = now[self.layout.tcp_position][:2], seen[self.layout.tcp_position][:2]
        places = [seen[place][:2] for place in self.layout.object_positions]
        nearest = min(places, key=lambda place: math.dist(before, place))
        back = before - nearest
        length = math.hypot(*back)
        back = back / length if length > 0.0 else np.array((-1.0, 0.0))
        aside = np.array((-back[1], back[0]))
        room = aside @ (np.array(self.parameters.center) - before)
        step = math.copysign(1.0, room) * aside
        if back @ (tcp - nearest) < self.parameters.tcp_clearance:
            step = (step + back) / math.sqrt(2.0)
        return self._towards(self._in_box(tcp + self.step_length * step), tcp)

    def sample_start(self, rng: np.random.Generator) -> Start:
        """Draw cubes and goals in the square and the TCP there too, clear of the cubes."""
        cubes = self._draw_cubes(rng)
        goals = self.sample_goal(rng, cubes)
        tcp = self.sample_tcp(rng, cubes)
        yaws = rng.uniform(-math.pi / 4.0, math.pi / 4.0, len(cubes))
        return Start(tcp_position=tcp, body_positions=cubes, body_yaws=yaws, desired_goal=goals)

    def sample_tcp(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw a start of the TCP [m], shape (3,): in the square, at least tcp_clearance from where cubes lie."""
        return self._draw_clear(rng, body_positions, self.parameters.tcp_clearance)

    def sample_goal(self, rng: np.random.Generator, body_positions: Vector) -> Vector:
        """Draw a goal for each cube in the square, at least goal_clearance from where that lies; see goal_gap."""
        p, cubes = self.parameters, body_positions[: len(self.object_names)]
        for _ in range(MAX_DRAWS):
            goals = np.array([self._draw_clear(rng, cube[None], p.goal_clearance) for cube in cubes])
            if least_gap(goals) >= p.goal_gap and all(
                np.linalg.norm(cubes[k + 1 :] - goal, axis=1).min(initial=math.inf) >= p.goal_gap
                for k, goal in enumerate(goals)
            ):
                return goals
        raise ValueError(f"{len(cubes)} goals do not fit {p.goal_gap} m apart into the square")

    def are_lost(self, observations: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Never: the box of the TCP keeps the cubes on the table."""
        return np.zeros(len(observations), dtype=bool)

    def is_strict_success(self, observation: NDArray[np.float64], desired_goal: Vector) -> bool:
        """Whether every cube lies still within half the tolerance and the tool has let go of all."""
        p = self.parameters
        return all(
            np.linalg.norm(observation[place] - desired_goal[index]) <= p.tolerance / 2.0
            and np.linalg.norm(self._velocity(observation, index)) <= p.rest_speed
            and self._gap(observation, index) > p.release_gap
            for index, place in enumerate(self.layout.object_positions)
        )

    def _in_box(self, target: Vector) -> Vector:
        """Return the place nearest to a target at which the task keeps the TCP, shape (2,) [m]."""
        lower, upper = self.tcp_box
        brake = self.parameters.tcp_brake
        inside: Vector = np.clip(target, lower + brake, upper - brake)
        return inside

    def _towards(self, target: Vector, tcp: Vector) -> Vector:
        """Return the action of the unit disc that leads to a target, or towards one that is farther than a step."""
        action: Vector = (target - tcp) / self.step_length
        return action / max(1.0, math.hypot(action[0], action[1]))

    def _velocity(self, observation: NDArray[np.float64], index: int) -> Vector:
        """Return the linear velocity of a cube [m/s], shape (3,)."""
        return observation[self.layout.vectors[1 + index]]

    def _gap(self, observation: NDArray[np.float64], index: int) -> float:
        """Return the distance between the tool and a cube [m], see cube_gap."""
        p, layout = self.parameters, self.layout
        tcp, cube = observation[layout.tcp_position], observation[layout.object_positions[index]]
        cosine, sine = observation[layout.yaws[index]]
        yaw = math.atan2(sine, cosine) / CUBE_SYMMETRY
        return cube_gap(tcp, cube, yaw, edge=p.cube_size, radius=p.tool_radius)

    def _spare_object(self, target: Vector, tcp: Vector, seen: Vector, moved: Vector) -> None:
        """Bend a way to a target, shape (2,), so that it does not push the cube further out of the square.

        Behind the cube it is shortened; beside it, where the tool is on its way round, it is moved off to the side.
        """
        p = self.parameters
        touching = p.cube_size / 2.0 + p.tool_radius
        for axis, across in ((0, 1), (1, 0)):
            side = math.copysign(1.0, moved[axis] - p.center[axis])
            gap = side * (moved[axis] - tcp[axis])
            beside, beside_target = tcp[across] - moved[across], target[across] - moved[across]
            if gap <= 0.0 or min(abs(beside), abs(beside_target)) >= self.contact_radius:
                continue
            # A tool that is where the cube was has pushed it before itself.
            ahead = touching if math.hypot(*(moved - tcp)) < touching else gap
            if side * (tcp[axis] - p.center[axis]) + ahead <= p.square / 2.0:
                continue
            nearest = min(side * seen[axis], side * moved[axis]) - self.contact_radius
            too_far, too_near = side * target[axis] - nearest, self.contact_radius - abs(beside_target)
            if abs(beside) >= touching and beside * beside_target > 0.0 and 0.0 < too_near < too_far:
                target[across] = moved[across] + math.copysign(self.contact_radius, beside)
            else:
                target[axis] = side * min(side * target[axis], nearest)

    def _draw_cubes(self, rng: np.random.Generator) -> Vector:
        """Draw where cubes lie that do not touch [m], shape (objects, 3)."""
        count = len(self.object_names)
        for _ in range(MAX_DRAWS):
            cubes = np.array([self._draw_point(rng) for _ in range(count)])
            if least_gap(cubes) >= self.parameters.object_gap:
                return cubes
        raise ValueError(f"{count} cubes do not fit {self.parameters.object_gap} m apart into the square")

    def _draw_clear(self, rng: np.random.Generator, others: Vector, distance: float) -> Vector:
        """Draw a place at least so far from all of others, shape (n, 3) [m]."""
        for _ in range(MAX_DRAWS):
            point = self._draw_point(rng)
            if (np.linalg.norm(others[:, :2] - point[:2], axis=1) >= distance).all():
                return point
        raise ValueError(f"no point of the square lies {distance} m from {np.round(others, 3).tolist()}")

    def _draw_point(self, rng: np.random.Generator) -> Vector:
        """Draw a place at the height of the cubes in the square [m], shape (3,)."""
        return np.array((*self._point(rng), self.tool_height))
