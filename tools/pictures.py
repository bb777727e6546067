# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Make the pictures of README and docs from the project itself: scene, curves, what perception sees, the table."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import table_layout
from numpy.typing import NDArray
from rher_agent.reporting.learning_curve import plot_runs
from rher_agent.runners.config import TrainerConfig
from rher_perception.camera_model import CameraModel
from rher_perception.drawing.overlay import Overlay
from rher_perception.geometry import Pose
from rher_perception.pipeline import PerceptionPipeline
from rher_perception.ros.parameters import CubeObject
from rher_sim_bridge.scene.camera import CAMERA, OVERVIEW, VERTICAL_FIELD, optical_pose
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld, make_world

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH, HEIGHT = 1280, 720
TILE = (480, 270)
"""Size of the picture of a task, of which TILE_CROP is shown [pixels]."""
TILE_CROP = slice(60, 420)
COLUMNS = 5
TASKS = (
    "push",
    "pick_and_place",
    "drawer",
    "insert",
    "obstacle_push",
    "double_push",
    "stack",
    "drawer_box",
    "triple_push",
    "triple_stack",
)
"""As RHER's authors order them."""
SEED = 4
"""An episode whose objects all show in the picture."""


def main() -> None:
    """Write all of docs/images."""
    images = DOCS / "images"
    images.mkdir(exist_ok=True)
    world = MujocoWorld()
    world.reset(seed=SEED)
    save(images / "scene.png", world.render(WIDTH, HEIGHT, OVERVIEW))
    save(images / "detections.png", detections(world))
    world.close()
    table_layout.draw(images / "table.png")
    save(images / "tasks.png", all_tasks())
    for pattern, name in (
        ("push/async_*/progress.csv", "learning_curve.png"),
        ("push_from_pixels/*/progress.csv", "learning_from_pixels.png"),
    ):
        if runs := sorted((DOCS / "results").glob(pattern)):
            plot_runs(runs, images / name, target_success=TrainerConfig().target_success)


def detections(world: MujocoWorld) -> NDArray[np.uint8]:
    """Return what perception sees of a world, as on /rher/detections_image; shape (height, width, 3), RGB."""
    rgb = world.render(WIDTH, HEIGHT, CAMERA)
    camera = CameraModel.pinhole(WIDTH, HEIGHT, math.radians(VERTICAL_FIELD))
    position, orientation = optical_pose(world.task.parameters.center)
    base_from_camera = Pose.from_quaternion(orientation, position)
    setups = (CubeObject().setup(),)
    frame = PerceptionPipeline(camera, setups).process(0, rgb, base_from_camera)
    return Overlay(camera, setups).draw(rgb, frame, base_from_camera, None)


def all_tasks() -> NDArray[np.uint8]:
    """Return every task at the start of an episode, with its name, side by side; RGB."""
    tiles = []
    for name in TASKS:
        world = make_world(name)
        world.reset(seed=SEED)
        tile = world.render(*TILE, OVERVIEW)[:, TILE_CROP]
        cv2.putText(tile, name, (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (20, 30, 40), 2, cv2.LINE_AA)
        tiles.append(tile)
        world.close()
    rows = [np.hstack(tiles[at : at + COLUMNS]) for at in range(0, len(tiles), COLUMNS)]
    return np.vstack(rows)


def save(path: Path, rgb: NDArray[np.uint8]) -> None:
    """Write a picture of shape (height, width, 3), RGB."""
    cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
