# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The matrix of a bench: which settings are trained on which tasks with which seeds, read from one YAML file.

    settings: {trainer.evaluation_episodes: 50}     # of every run
    entries:
      - task: fetch_push
        algorithm: rher
        seeds: [0, 1, 2]
        variants:                                   # one, named after the algorithm, when left out
          no guide: {exploration.guide_probability: 0.0}

A task of an arm has to name its `world`, as module:function, which is given the name of the task; any other entry may.
Settings and variants change neither the task nor the method nor the seed, by which a run is named.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from rher_agent.runners.config import RunConfig
from rher_agent.runners.presets import changed, preset
from rher_agent.tasks.registry import gym_task_names, task_names
from rher_agent.worlds.world import World

KNOWN = ("settings", "entries")
"""Keys of the file."""
NEEDED = ("task", "algorithm", "seeds")
"""Keys that every entry has."""
OF_AN_ENTRY = {"task": "task", "algorithm": "algorithm", "seed": "seeds"}
"""Settings by which runs are told apart, and the keys of an entry that alone say them."""
GYM = "rher_agent.worlds.gym_world:make_world"
"""Makes the world of a task that gymnasium knows."""
ARM = "rher_sim_bridge.worlds.mujoco_world:make_world"
"""Makes the world of a task of an arm, named for people: nothing here imports it."""


class MatrixError(ValueError):
    """A matrix cannot be run; the message names what is wrong and what is allowed."""


@dataclass(frozen=True)
class Cell:
    """One training run."""

    task: str
    label: str
    """Name of the method, or of its variant."""
    config: RunConfig
    world: str
    """What makes the world, as module:function."""

    @property
    def folder(self) -> str:
        """Name of the folder of all seeds, relative to the output."""
        return f"{self.task}/{re.sub('[^A-Za-z0-9.]+', '_', self.label)}"

    @property
    def name(self) -> str:
        """Name of the run's own folder in it."""
        return f"seed_{self.config.seed}"


@dataclass(frozen=True)
class _Entry:
    """One entry of the file."""

    task: str
    algorithm: str
    seeds: Sequence[int]
    settings: Mapping[str, Any] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    world: str = GYM


def read_matrix(path: Path) -> tuple[Cell, ...]:
    """Return the cells of a matrix, in the order of the file.

    Raises:
        MatrixError: The file is no matrix, or a setting is not allowed.
        OSError: The file cannot be read.
    """
    try:
        content = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise MatrixError(f"{path} is no YAML: {error}") from error
    if not isinstance(content, Mapping):
        content = {}
    for name in content:
        if name not in KNOWN:
            raise MatrixError(f"{path}: unknown key '{name}'; allowed: {', '.join(KNOWN)}")
    if not isinstance(content.get("entries"), list) or not content["entries"]:
        raise MatrixError(f"{path} has no entries; allowed: a list of entries and, for all of them, settings")
    try:
        settings = _settings("settings", content.get("settings", {}))
        cells = [cell for values in content["entries"] for cell in _cells(values, settings)]
    except (TypeError, ValueError) as error:
        raise MatrixError(f"{path}: {error}") from error
    names = [(cell.folder, cell.name) for cell in cells]
    for name in names:
        if names.count(name) > 1:
            raise MatrixError(f"{path} has '{'/'.join(name)}' twice; allowed: another seed, or a variant's own name")
    return tuple(cells)


def world_maker(name: str) -> Callable[[str], World]:
    """Import what makes the world of a task, given the task's name.

    Args:
        name: As module:function.

    Raises:
        ValueError: There is no such module or function.
    """
    module, _, function = name.partition(":")
    try:
        make = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, TypeError, ValueError) as error:  # the last two: no module can be called so
        raise ValueError(
            f"world '{name}' cannot be imported: {error}; allowed: module:function that Python finds, such as {GYM} or "
            f"{ARM}"
        ) from error
    if not callable(make):
        raise ValueError(f"world '{name}' is no function; allowed: such as {GYM} or {ARM}")
    made: Callable[[str], World] = make
    return made


def _entry(values: Any) -> _Entry:
    """Return one entry of the file.

    Raises:
        ValueError: It is none.
    """
    known = [item.name for item in fields(_Entry)]
    if not isinstance(values, Mapping):
        raise ValueError(f"an entry is {values!r}; allowed: a mapping with {', '.join(known)}")
    for name in values:
        if name not in known:
            raise ValueError(f"unknown key '{name}' of an entry; allowed: {', '.join(known)}")
    for name in NEEDED:
        if name not in values:
            raise ValueError(f"an entry has no {name}; allowed: {', '.join(NEEDED)} in every one")
    entry = _Entry(**values)
    tasks = (*task_names(), *gym_task_names())
    if entry.task not in tasks:
        raise ValueError(f"task is '{entry.task}'; allowed: {', '.join(tasks)}")
    if not isinstance(entry.seeds, list) or not entry.seeds or not all(type(seed) is int for seed in entry.seeds):
        raise ValueError(f"seeds is {entry.seeds!r}; allowed: a list of whole numbers, one at least")
    _settings("settings of an entry", entry.settings)
    if not isinstance(entry.variants, Mapping) or not all(isinstance(label, str) for label in entry.variants):
        raise ValueError(f"variants is {entry.variants!r}; allowed: a mapping of names to settings")
    for label, changes in entry.variants.items():
        _settings(f"variant '{label}'", changes)
    if not isinstance(entry.world, str) or entry.world.count(":") != 1:
        raise ValueError(f"world is {entry.world!r}; allowed: module:function, such as {GYM}")
    if entry.world == GYM and entry.task not in gym_task_names():
        raise ValueError(
            f"task '{entry.task}' is one of an arm, whose world gymnasium does not make; allowed: with world: {ARM} or "
            f"another, or without one {', '.join(gym_task_names())}"
        )
    world_maker(entry.world)
    return entry


def _settings(name: str, values: Any) -> Mapping[str, Any]:
    """Return settings by dotted name.

    Raises:
        ValueError: They are no mapping, or change what an entry says.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{name} is {values!r}; allowed: a mapping, such as {{trainer.max_episodes: 100}}, or {{}}")
    for setting, key in OF_AN_ENTRY.items():
        if setting in values:
            raise ValueError(
                f"{name} has '{setting}', {values[setting]!r}, but runs are named after their entry; allowed: "
                f"{key} of an entry, and here others, such as trainer.max_episodes"
            )
    return values


def _cells(values: Any, settings: Mapping[str, Any]) -> list[Cell]:
    entry = _entry(values)
    base = changed(preset(entry.algorithm, entry.task), {"learner_mode": "sync", **settings, **entry.settings})
    variants = entry.variants or {entry.algorithm: {}}
    return [
        Cell(entry.task, label, changed(base, {**changes, "seed": seed}), entry.world)
        for label, changes in variants.items()
        for seed in entry.seeds
    ]
