# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Make the pictures of the README from the project itself: the scene, and the learning curves of the published runs."""

from __future__ import annotations

from pathlib import Path

import cv2
from rher_agent.reporting.learning_curve import plot_runs
from rher_agent.runners.config import TrainerConfig
from rher_sim_bridge.scene.camera import OVERVIEW
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH, HEIGHT = 1280, 720
SEED = 4
"""An episode whose objects all show in the picture."""


def main() -> None:
    """Write docs/images/scene.png and docs/images/learning_curve.png."""
    images = DOCS / "images"
    images.mkdir(exist_ok=True)
    world = MujocoWorld()
    world.reset(seed=SEED)
    picture = world.render(WIDTH, HEIGHT, OVERVIEW)
    world.close()
    cv2.imwrite(str(images / "scene.png"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    runs = sorted((DOCS / "results" / "push").glob("async_*/progress.csv"))
    if runs:
        plot_runs(runs, images / "learning_curve.png", target_success=TrainerConfig().target_success)


if __name__ == "__main__":
    main()
