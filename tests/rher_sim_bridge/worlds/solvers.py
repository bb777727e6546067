# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Scripted solvers: they prove that a task can be done and that its success rules are right."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
from rher_agent.tasks.drawer import DrawerTask
from rher_agent.tasks.drawer_box import DrawerBoxTask
from rher_agent.tasks.insert import InsertTask
from rher_agent.tasks.obstacle_push import WALL_SIZE, ObstaclePushTask
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.tabletop import TabletopTask
from rher_agent.worlds.state import Vector
from rher_agent.worlds.world import Step
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

ABOVE = 0.06
"""Height over a cube from which the fingers come down [m]."""
NEAR = 0.006
"""Distance at which a place counts as reached [m]."""
SQUEEZE = 6
"""Steps until the fingers hold a cube."""
WIDE_OPEN = 0.005
"""Distance from their stroke within which fingers are open [m]."""
OPEN, SHUT = 1.0, -1.0
GAIN = 0.8
"""Share of the way that a step goes, so that the arm does not swing."""
RISE = 0.02
"""How much lower than ABOVE the fingers may cross the table [m]."""
CLOSE = 0.01
"""Distance to its goal at which a cube is pushed no further [m]."""
HOOKED = 0.009
"""Distance of a drawer to its goal at which it is let go [m]."""
ROOM = 0.008
"""Between a cube and a tool that goes round it [m]."""
ALIGNED = 0.006
"""How far a tool that pushes may be beside the line through cube and goal [m]."""
CLEAR = 0.95
"""Share of a step that goes sideways where a cube is in the way."""


def solve(world: MujocoWorld, seed: int, until: Callable[[Step], bool] = lambda step: False) -> Step:
    """Do a task by a script; return the last step, or the first at which `until` holds."""
    task = world.task
    step = world.reset(seed=seed)
    plan: Iterator[tuple[Vector, float]]
    if isinstance(task, PushTask):
        plan = _push_plan(task, lambda: step)
    elif isinstance(task, DrawerBoxTask):
        plan = chain(_hook_plan(task, lambda: step, until=HOOKED), _grip_plan(task, lambda: step, first=1))
    elif isinstance(task, DrawerTask | InsertTask):
        plan = _hook_plan(task, lambda: step)
    else:
        assert isinstance(task, TabletopTask)
        plan = _grip_plan(task, lambda: step)
    for target, fingers in plan:
        way = GAIN * (target - step.observation[task.layout.tcp_position]) / task.step_length
        action = way[:2] if isinstance(task, PushTask) else np.append(way, fingers)
        action = action[: task.action_size]
        action[:3] /= max(1.0, math.hypot(*action[:3]))
        step = world.step(task.keep_inside(action, step.observation))
        if step.truncated or until(step):
            break
    return step


def _push_plan(task: PushTask, now: Callable[[], Step]) -> Iterator[tuple[Vector, float]]:
    """Yield where the TCP should be [m]: behind each cube in turn, then through it to its goal, then away."""
    layout, radius = task.layout, task.contact_radius

    def at(place: slice) -> Vector:
        return now().observation[place]

    places, goals = layout.object_positions, now().desired_goal
    while True:
        away = [index for index, place in enumerate(places) if np.linalg.norm(at(place) - goals[index]) > CLOSE]
        if not away:
            nearest = min(places, key=lambda place: float(np.linalg.norm(at(layout.tcp_position) - at(place))))
            offset = at(layout.tcp_position) - at(nearest)
            yield at(layout.tcp_position) + (offset if np.linalg.norm(offset) < radius + ROOM else 0.0), SHUT
            continue
        place, goal = places[away[0]], goals[away[0]]
        ahead = goal - at(place)
        ahead /= np.linalg.norm(ahead)
        offset = at(layout.tcp_position) - at(place)
        aside = offset - (offset @ ahead) * ahead
        if offset @ ahead < 0.0 and np.linalg.norm(aside) < ALIGNED and np.linalg.norm(offset) < radius + 2.0 * ROOM:
            left = float(np.linalg.norm(goal - at(place)))
            yield at(layout.tcp_position) + min(left, task.step_length) / GAIN * ahead - aside, SHUT
        else:
            yield _around(task, now(), at(place) - (radius + ROOM) * ahead), SHUT


def _around(task: PushTask, step: Step, target: Vector) -> Vector:
    """Return where to go next on a way to a target [m] that touches no cube."""
    tcp = step.observation[task.layout.tcp_position]
    way = target - tcp
    length = float(np.linalg.norm(way))
    if length < NEAR:
        return target
    ahead = way / length
    bars = [(step.observation[place] - tcp, task.contact_radius) for place in task.layout.object_positions]
    if isinstance(task, ObstaclePushTask):
        bars.append(
            (step.observation[task.layout.vectors[-1]], math.hypot(*WALL_SIZE[:2]) / 2.0 + task.contact_radius / 2.0)
        )
    for bar, radius in bars:
        along = float(bar @ ahead)
        aside = bar - along * ahead
        aside[2] = 0.0
        distance = float(np.linalg.norm(aside))
        if 0.0 < along < length and distance < radius:
            sideways = -aside / distance if distance > 1e-6 else np.array((-ahead[1], ahead[0], 0.0))
            return tcp + task.step_length * (CLEAR * sideways + 0.3 * ahead) / GAIN
    return target


def _hook_plan(
    task: DrawerTask | InsertTask | DrawerBoxTask, now: Callable[[], Step], until: float = 0.0
) -> Iterator[tuple[Vector, float]]:
    """Yield where the TCP should be [m]: over the gap or hole, down into it, and to the goal."""
    layout = task.layout

    def off_the_gap() -> Vector:
        return now().observation[layout.object_positions[0]] - now().observation[layout.tcp_position]

    while np.linalg.norm(off_the_gap()[:2]) > NEAR:
        level = off_the_gap() + np.array((0.0, 0.0, ABOVE))
        clear = level[2] < RISE
        yield now().observation[layout.tcp_position] + (level if clear else (0.0, 0.0, ABOVE)), SHUT
    while off_the_gap()[2] < -NEAR:
        yield now().observation[layout.tcp_position] + off_the_gap(), SHUT

    def left() -> Vector:
        return now().desired_goal[0] - now().observation[layout.object_positions[0]]

    while np.linalg.norm(left()) > until:
        yield now().observation[layout.tcp_position] + left(), SHUT
    while off_the_gap()[2] > -ABOVE:
        yield now().observation[layout.tcp_position] + np.array((0.0, 0.0, ABOVE)), SHUT


def _grip_plan(task: TabletopTask, now: Callable[[], Step], first: int = 0) -> Iterator[tuple[Vector, float]]:
    """Yield where the TCP should be [m] and what the fingers should do: pick up each cube, bring it, let go."""
    layout, heights = task.layout, task.tcp_heights

    def tcp() -> Vector:
        return now().observation[layout.tcp_position]

    def cube(index: int) -> Vector:
        return now().observation[layout.object_positions[index]]

    def holds() -> bool:
        """Tell whether something keeps the fingers from shutting; a cube caught by its corners may slip out."""
        opening = float(now().observation[layout.scalars][0])
        return task.parameters.cube_size < opening < task.parameters.stroke - WIDE_OPEN

    for index in range(first, len(task.object_names)):
        grip = np.array((0.0, 0.0, heights[0] - task.rest_height))
        goal = now().desired_goal[index] + grip
        above = np.array((0.0, 0.0, ABOVE))
        while not holds():
            while np.linalg.norm(tcp()[:2] - cube(index)[:2]) > NEAR:
                yield cube(index) + above if tcp()[2] > cube(index)[2] + ABOVE - RISE else tcp() + above, OPEN
            while tcp()[2] > cube(index)[2] + grip[2] + NEAR:
                yield cube(index) + grip, OPEN
            for _ in range(SQUEEZE):
                yield tcp(), SHUT
        if len(task.object_names) == 1:
            while True:
                yield goal, SHUT
        while tcp()[2] < goal[2] + ABOVE - NEAR:
            yield np.array((*tcp()[:2], goal[2] + ABOVE)), SHUT
        while np.linalg.norm(tcp()[:2] - goal[:2]) > NEAR / 2.0:
            yield goal + above, SHUT
        while tcp()[2] > goal[2] + NEAR / 2.0:
            yield goal, SHUT
        for _ in range(SQUEEZE):
            yield tcp(), OPEN
        while tcp()[2] < goal[2] + ABOVE - NEAR:
            yield goal + above, OPEN
    while True:
        yield tcp(), OPEN
