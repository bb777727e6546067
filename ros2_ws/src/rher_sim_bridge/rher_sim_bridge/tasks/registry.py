# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the scene of a task by its name: the module of that name in this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import mujoco
from rher_agent.tasks.task import Task
from rher_robot_driver.kinematics.dh import ArmModel

from rher_sim_bridge import tasks
from rher_sim_bridge.scene.plate import Plate

BUILDER = "build_scene"
"""What the module of a task must have."""


def scene_names() -> tuple[str, ...]:
    """Return the names of all tasks that have a scene, sorted."""
    here = __name__.rpartition(".")[2]
    return tuple(sorted(module.name for module in pkgutil.iter_modules(tasks.__path__) if module.name != here))


def build_scene(task: Task, arm: ArmModel, physics_timestep: float, plate: Plate | None = None) -> mujoco.MjSpec:
    """Build the scene of a task.

    Args:
        task: Gives sizes and places.
        arm: Which arm stands on the table.
        physics_timestep: Of the integrator [s].
        plate: What the tool holds to calibrate a camera; None for nothing.

    Raises:
        ValueError: The task has no scene.
    """
    if task.name not in scene_names():
        raise ValueError(f"task '{task.name}' has no MuJoCo scene; allowed: {', '.join(scene_names())}")
    module = importlib.import_module(f"{tasks.__name__}.{task.name}")
    build: Callable[[Any, ArmModel, float, Plate | None], mujoco.MjSpec] = getattr(module, BUILDER)
    return build(task, arm, physics_timestep, plate)
