# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Finds an upright object near where it is expected by what is printed on it, however much of that is covered.

The cells of all tags that face the lens are looked up in the picture for many poses at once. Where the pattern of black
and white correlates best with the brightness, there the object is, to a millimetre or two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_from_vector
from rher_perception.objects.layout import PlacedTag
from rher_perception.objects.refinement import NEAREST
from rher_perception.tags.print import print_cells

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class SearchGrid:
    """Poses around another one."""

    reach: float
    """Greatest shift along the table [m]."""
    step: float
    """Between neighbouring shifts [m]; at most half a cell of the tags, or the best pose lies between."""
    turn: float
    """Greatest turn about the vertical [rad]."""
    turn_step: float
    """Between neighbouring turns [rad]."""

    def shifts(self) -> Vector:
        """Return all shifts within the reach, shape (k, 2) [m]."""
        x, y = np.meshgrid(*(_centred(self.reach, self.step),) * 2)
        shifts = np.stack((x.ravel(), y.ravel()), axis=-1)
        return shifts[np.linalg.norm(shifts, axis=1) <= self.reach + self.step / 2.0]

    def turns(self) -> Vector:
        """Return all turns, shape (k,) [rad]."""
        return _centred(self.turn, self.turn_step)


REACH, TURN = 0.030, math.radians(16.0)
"""By how much a pushed object can be away from its prediction after a tenth of a second [m] and [rad]."""
TURN_STEP = math.radians(8.0)
"""Of the coarse grid [rad]."""
FINE_TURN, FINE_TURN_STEP = math.radians(6.0), math.radians(3.0)
"""Of the grid between the poses of the coarse one [rad]."""
MIN_CORRELATION = 0.35
"""Least mean correlation over the tags. It keeps from measuring where nothing is printed, no more: which tag it is the
bits tell afterwards."""
LEAST_SPREAD = 2.0
"""Keeps the correlation finite where a picture is flat [grey level]."""


def find_print(
    grey: NDArray[np.uint8],
    tags: Sequence[PlacedTag],
    dictionary: cv2.aruco.Dictionary,
    camera: CameraModel,
    base_from_camera: Pose,
    expected: Pose,
) -> Pose | None:
    """Return the pose base_from_object at which the print fits best, or None when it fits nowhere.

    Args:
        grey: Picture, shape (height, width).
        tags: Those that face the lens.
        dictionary: Their family.
        camera: Intrinsics.
        base_from_camera: Pose of the optical frame.
        expected: Pose base_from_object around which to look.
    """
    patterns = []
    for tag in tags:
        places, colours = print_cells(dictionary, tag.id)
        flat = np.column_stack((places * tag.size, np.zeros(len(places))))
        patterns.append((tag.object_from_tag.apply(flat), colours))
    if not patterns:
        return None
    score, best = -1.0, expected
    half_cell = min(tag.size for tag in tags) / (dictionary.markerSize + 2) / 2.0
    for grid in (
        SearchGrid(REACH, half_cell, TURN, TURN_STEP),
        SearchGrid(half_cell, half_cell / 2.0, FINE_TURN, FINE_TURN_STEP),
    ):
        turns = [rotation_from_vector(np.array([0.0, 0.0, turn])) @ best.rotation for turn in grid.turns()]
        places = best.translation + np.pad(grid.shifts(), ((0, 0), (0, 1)))
        scores = _correlations(grey, patterns, camera, base_from_camera, np.array(turns), places)
        turn, place = np.unravel_index(int(scores.argmax()), scores.shape)
        score, best = float(scores[turn, place]), Pose(turns[turn], places[place])
    return best if score >= MIN_CORRELATION else None


def _correlations(
    grey: NDArray[np.uint8],
    patterns: list[tuple[Vector, Vector]],
    camera: CameraModel,
    base_from_camera: Pose,
    rotations: Vector,
    places: Vector,
) -> Vector:
    """Return the mean correlation of the tags' colours with the brightness, for every rotation at every place.

    Args:
        grey: Picture, shape (height, width).
        patterns: Of each tag the middles of its cells in the object's frame [m], (n, 3), and their colours, (n,).
        camera: Intrinsics.
        base_from_camera: Pose of the optical frame.
        rotations: Of the object in base_link, shape (r, 3, 3).
        places: Of the object in base_link [m], shape (p, 3).

    Returns:
        Shape (r, p).
    """
    camera_from_base = base_from_camera.inverse
    origins = camera_from_base.apply(places).astype(np.float32)
    scores = np.zeros((len(rotations), len(places)))
    for points, colours in patterns:
        arms = (points @ (camera_from_base.rotation @ rotations).transpose(0, 2, 1)).astype(np.float32)
        x, y, z = (arms[:, None, :, k] + origins[:, None, k] for k in range(3))
        if z.min() < NEAREST:
            continue
        columns, rows = (axis.reshape(-1, len(points)) for axis in _pixels(camera, x, y, z))
        levels = np.asarray(
            cv2.remap(grey, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
        ).reshape(*scores.shape, -1)
        pattern = (colours - colours.mean()).astype(np.float32)
        spread = np.maximum(levels.std(axis=-1), LEAST_SPREAD) * pattern.std() * len(pattern)
        # The pattern's own mean is 0, so that of the levels does not matter.
        scores += levels @ pattern / spread
    return np.asarray(scores / len(patterns), np.float64)


def _pixels(
    camera: CameraModel, x: NDArray[np.float32], y: NDArray[np.float32], z: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return measured columns and rows of points in the optical frame [m], axis by axis, which takes less time."""
    if camera.is_distorted:
        points = np.stack((x, y, z), axis=-1, dtype=np.float64).reshape(-1, 3)
        pixels = camera.measured(points).astype(np.float32)
        return pixels[:, 0].reshape(x.shape), pixels[:, 1].reshape(x.shape)
    (fx, _, cx), (_, fy, cy), _ = camera.matrix.astype(np.float32)
    return x / z * fx + cx, y / z * fy + cy


def _centred(reach: float, step: float) -> Vector:
    count = round(reach / step)
    return np.asarray(np.arange(-count, count + 1) * step, np.float64)
