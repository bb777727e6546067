# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What each part of the learner is worth: push in process, with one part at a time taken away.

Two runs go side by side, each on one core. With --results every run's progress.csv and summary.json are kept. The last
line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory
from rher_agent.runners.config import RunConfig
from rher_agent.runners.session import train
from rher_agent.tasks.push import PushParameters, PushTask
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

KEPT = ("progress.csv", "summary.json")
"""Files of a run that are published."""
BASE = RunConfig(learner_mode="sync")
HINDSIGHT = BASE.learner.hindsight
VARIANTS = {
    "published": BASE,
    "no pressing": replace(BASE, exploration=replace(BASE.exploration, press_probability=0.0)),
    "no canonical frame": replace(BASE, learner=replace(BASE.learner, symmetry=False)),
    "reward at the full tolerance": replace(
        BASE, learner=replace(BASE.learner, hindsight=replace(HINDSIGHT, precision=1.0))
    ),
    "random actions not held": replace(BASE, exploration=replace(BASE.exploration, random_hold=1.0)),
    "no guide": replace(BASE, exploration=replace(BASE.exploration, guide_probability=0.0, press_probability=0.0)),
    "no redrawn goals": replace(
        BASE, learner=replace(BASE.learner, hindsight=replace(HINDSIGHT, redraw_probability=0.0))
    ),
    "cube kept near the square": BASE,
}
TASKS = {"cube kept near the square": PushTask(PushParameters(keeps_object=True))}
"""Of the variants whose task differs."""


def run(name: str, seed: int, max_episodes: int, folder: Path) -> dict[str, Any]:
    """Train once; return the summary."""
    config = replace(VARIANTS[name], seed=seed)
    config = replace(config, trainer=replace(config.trainer, max_episodes=max_episodes))
    directory = RunDirectory.create(folder, f"{name.replace(' ', '_')}_seed_{seed}", resume=False)
    world = MujocoWorld(TASKS.get(name, PushTask()))
    stages = [stage.name for stage in world.task.stages]
    train(
        world,
        directory,
        config,
        resume=False,
        make_reporter=lambda _: RunRecorder(
            directory,
            stages=stages,
            max_episodes=max_episodes,
            target_success=config.trainer.target_success,
            stream=StringIO(),
        ),
        should_stop=lambda: False,
    )
    summary: dict[str, Any] = json.loads(directory.summary.read_text())
    return {"variant": name} | summary


def main() -> None:
    """Run all, keep the tables and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[100, 101, 102])
    parser.add_argument("--variants", nargs="+", choices=sorted(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--max-episodes", type=int, default=160)
    parser.add_argument("--results", type=Path, help="folder for the tables, such as docs/results/ablations")
    options = parser.parse_args()

    os.environ["OMP_NUM_THREADS"] = "1"
    jobs = [(name, seed) for name in options.variants for seed in options.seeds]
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            futures = [pool.submit(run, name, seed, options.max_episodes, Path(folder)) for name, seed in jobs]
            rows = [future.result() for future in futures]
        if options.results:
            for path in sorted(Path(folder).iterdir()):
                (options.results / path.name).mkdir(parents=True, exist_ok=True)
                for name in KEPT:
                    shutil.copy(path / name, options.results / path.name / name)

    table = []
    for name in options.variants:
        of_variant = [row for row in rows if row["variant"] == name]
        episodes = [row["episodes_to_target"] for row in of_variant]
        table.append(
            {
                "variant": name,
                "episodes_to_target": episodes,
                "median_success": median(row["success_rate"] for row in of_variant),
                "median_strict_success": median(row["strict_success_rate"] for row in of_variant),
            }
        )
    print(f"{'variant':30}  success  strict  episodes to target, by seed (- not within {options.max_episodes})")
    for line in table:
        counts = "  ".join(str(count or "-") for count in line["episodes_to_target"])
        success, strict = line["median_success"], line["median_strict_success"]
        print(f"{line['variant']:30}  {success:7.3f}  {strict:6.3f}  {counts}")
    print(json.dumps({"seeds": options.seeds, "variants": table}))


if __name__ == "__main__":
    main()
