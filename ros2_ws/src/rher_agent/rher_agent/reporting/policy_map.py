# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a learner thinks of the table: the value of every place of the tool, where it would go, and which stage acts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from numpy.typing import NDArray

from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.exploration.stage_reader import StageReader
from rher_agent.reporting.method_plot import RESOLUTION, write_figure
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import Goals, StageRules
from rher_agent.worlds.state import Vector

SIZE = (15.0, 5.4)
"""Width and height of the picture [inch]."""
CELLS = 61
"""Places of the tool along each side."""
ARROWS = 16
"""Arrows along each side."""
OUTLINE = 0.6
"""Width of the dark edge of an arrow, which is white and lies on yellow too [point]."""
BAR = (1.03, 0.0, 0.05, 1.0)
"""Left and lower edge, width and height of the colour bar, of the axes that it stands beside."""
FIRST_STAGE, NEXT_STAGE = "#4477aa", "#ee6677"
"""Colours that people who see colours differently can tell apart (Paul Tol's bright scheme)."""
SQUARE = "where both may be"
"""What the legend says of the square in which cubes and goals are drawn."""
MOST_STEPS = 50.0
"""The scale of values ends at an episode [step]."""


@dataclass(frozen=True)
class Situation:
    """What lies where, in base_link."""

    cube: tuple[float, float]
    """[m]"""
    goal: tuple[float, float]
    """[m]"""


@dataclass(frozen=True, eq=False)
class StageMap:
    """What one stage thinks of n x n places of the tool."""

    steps_to_go: NDArray[np.float64]
    """Shape (n, n), y before x."""
    actions: NDArray[np.float64]
    """Shape (n, n, 2), of the unit disc."""


def steps_to_go(values: NDArray[np.floating], gamma: float) -> NDArray[np.float64]:
    """Return after how many steps a stage would be done for good, if values told the truth.

    n steps at a reward of -1 are worth -(1 - gamma^n) / (1 - gamma).
    """
    left = np.clip(1.0 + (1.0 - gamma) * np.asarray(values, np.float64), 1e-9, 1.0)
    return np.log(left) / math.log(gamma)


def tool_places(task: PushTask, count: int) -> tuple[Vector, Vector]:
    """Return so many places along x and along y, from one face of the TCP's box to the other [m]."""
    lower, upper = task.tcp_box
    x, y = (np.linspace(low, high, count) for low, high in zip(lower, upper, strict=True))
    return x, y


def observations_of(task: PushTask, situation: Situation, x: Vector, y: Vector) -> NDArray[np.float64]:
    """Return what is seen with everything at rest and the tool at each place, shape (len(y) * len(x), layout.size)."""
    layout = task.layout
    (cube,) = layout.object_positions
    (yaw,) = layout.yaws
    rows = np.zeros((len(y) * len(x), layout.size))
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    rows[:, layout.tcp_position] = np.column_stack((places, np.full(len(places), task.tool_height)))
    rows[:, cube] = (*situation.cube, task.rest_height)
    rows[:, yaw] = (1.0, 0.0)
    return rows


def goals_of(task: PushTask, situation: Situation, observations: NDArray[np.float64], stage: int) -> Goals:
    """Return what a stage strives for in each of the observations."""
    count = len(observations)
    (cube,) = task.layout.object_positions
    desired = np.broadcast_to((*situation.goal, task.rest_height), (count, 1, 3))
    return StageRules(task).goals(observations, observations[:, None, cube], desired, np.full(count, stage))


def map_stage(learner: RelayLearner, task: PushTask, situation: Situation, stage: int, count: int) -> StageMap:
    """Return what a stage thinks of count x count places of the tool."""
    observations = observations_of(task, situation, *tool_places(task, count))
    goals = goals_of(task, situation, observations, stage)
    policy = learner.policy(averaged=True)
    actions = [
        policy.act(row, Goals(goals.stages[k : k + 1], goals.reach[k : k + 1], goals.objects[k : k + 1]))
        for k, row in enumerate(observations)
    ]
    steps = steps_to_go(learner.values(observations, goals), learner.config.gamma)
    return StageMap(steps.reshape(count, count), np.reshape(actions, (count, count, 2)))


def map_stages_at_hand(task: PushTask, situation: Situation, count: int) -> NDArray[np.int64]:
    """Return the index of the stage at hand, which acts where it guides, for count x count places of the tool."""
    reader = StageReader(task)
    goal = np.array([(*situation.goal, task.rest_height)])
    rows = observations_of(task, situation, *tool_places(task, count))
    return np.array([reader.at_hand(row, goal) for row in rows]).reshape(count, count)


def plot_policy_map(learner: RelayLearner, task: PushTask, situation: Situation, path: Path) -> None:
    """Draw what policy_map_figure returns as PNG.

    Raises:
        ValueError: Cube or goal lie outside the box of the TCP.
    """
    write_figure(policy_map_figure(learner, task, situation), path)


def policy_map_figure(learner: RelayLearner, task: PushTask, situation: Situation) -> Figure:
    """Return values and actions of both stages of a push, and which stage is at hand, from above.

    Args:
        learner: That of a checkpoint.
        task: Of the learner.
        situation: Where cube and goal are.

    Raises:
        ValueError: Cube or goal lie outside the box of the TCP.
    """
    lower, upper = task.tcp_box
    for name, place in (("cube", situation.cube), ("goal", situation.goal)):
        if not ((lower <= place) & (place <= upper)).all():
            raise ValueError(f"{name} is {place}; allowed: from {tuple(lower.tolist())} to {tuple(upper.tolist())} m")
    figure = Figure(figsize=SIZE, layout="constrained", dpi=RESOLUTION)
    axes = figure.subplots(1, 3, sharey=True)
    x, y = tool_places(task, CELLS)
    for index, (axis, stage) in enumerate(zip(axes[:2], task.stages, strict=True)):
        found = map_stage(learner, task, situation, index, CELLS)
        picture = axis.pcolormesh(x, y, found.steps_to_go, cmap="viridis_r", vmin=0.0, vmax=MOST_STEPS)
        skip = CELLS // ARROWS
        arrows = found.actions[skip // 2 :: skip, skip // 2 :: skip]
        places = (x[skip // 2 :: skip], y[skip // 2 :: skip])
        axis.quiver(*places, arrows[..., 0], arrows[..., 1], color="white", edgecolor="black", linewidth=OUTLINE)
        axis.set_title(f"{stage.name}: steps to go, and where to")
    figure.colorbar(picture, cax=axes[1].inset_axes(BAR), label="steps to go by the critics")
    hand = map_stages_at_hand(task, situation, CELLS)
    axes[2].pcolormesh(x, y, hand, cmap=ListedColormap((FIRST_STAGE, NEXT_STAGE)), vmin=-0.5, vmax=1.5)
    names = " | ".join(f"{name}: {stage.name}" for name, stage in zip(("blue", "red"), task.stages, strict=True))
    axes[2].set_title(f"stage at hand ({names})")
    for axis in axes:
        _mark(axis, task, situation)
        axis.label_outer()
    axes[2].legend(loc="lower left", fontsize="small")  # where it hides nothing
    return figure


def _mark(axes: Axes, task: PushTask, situation: Situation) -> None:
    """Draw cube, goal and the square in which objects lie."""
    p = task.parameters
    half, corner = p.cube_size / 2.0, np.array(p.center) - p.square / 2.0
    cube = (situation.cube[0] - half, situation.cube[1] - half)
    axes.add_patch(Rectangle(cube, p.cube_size, p.cube_size, fc="white", ec="black", label="cube"))
    axes.add_patch(Circle(situation.goal, p.tolerance, fill=False, ec="black", ls="--", lw=1.5, label="goal"))
    axes.add_patch(Rectangle(tuple(corner), p.square, p.square, fill=False, ec="0.2", lw=0.8, label=SQUARE))
    axes.set(xlabel="x in base_link [m]", ylabel="y in base_link [m]", aspect="equal")
