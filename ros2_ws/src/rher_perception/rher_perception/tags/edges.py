# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Corners of a tag from its four outer edges, to a few hundredths of a pixel.

A corner filter pulls the corners of a dark square inwards, and the square then reads too far away. Edges have no such
bias: across an edge the brightness is sampled along the normal, the white share of the samples says where the edge
lies, a line is fitted to the points of a side, and neighbouring lines intersect in a corner. The edge of a finger that
covers the white margin looks like the tag's own but for its brightness, which is why that is compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.tags.parameters import DetectionParameters

Vector = NDArray[np.float64]

SAMPLES = 17
"""Brightness samples across an edge."""
REWEIGHTINGS = 2
"""Rounds of the robust line fit near the edge; farther away, one is enough."""
TUKEY = 4.685
"""Tuning constant of Tukey's biweight, 95 % efficient for normal errors (Holland and Welsch, 1977)."""
MAD_TO_SD = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""
LEAST_SPREAD = 0.03
"""Below this spread of its points a line is not reweighted any further [pixel]."""
PLATEAUS = (-1.5, -0.5, 0.5, 1.5)
"""Where brightness is read on both sides of an edge, in cells: the tag's bits, black, white, and what lies beyond."""
MAX_LEAK = 0.3
"""Greatest share that a neighbouring cell is assumed to have in a cell's brightness; beyond, nothing can be unmixed."""
MIN_RISE = 0.3
"""Least rise of the brightness across an edge, in contrasts of the whole tag."""
LIKENESS = 0.25
"""How far, in contrasts, a point's white and black may be from those of the whole tag; else something covers it."""
UNKNOWN = 1000.0
"""Standard deviation of where a hidden side lies [pixel]."""
STRICT = 2
"""The last so many iterations leave out what does not look like the tag's own edge."""
SYSTEMATIC = 0.03
"""Error of an edge that more points do not average out: rendering, sensor, printing (standard deviation) [pixel]."""
LEAST_SINE = 1e-3
"""Of the angle between two sides that still meet in a corner."""
PREVIOUS = (3, 0, 1, 2)
"""The side before each."""
CLEAR_CELL = 2.8
"""Cells narrower than this run into each other, and the error grows with the fourth power of how much [pixel].

Fitted to the corners of tags in rendered pictures with blur."""


@dataclass(frozen=True, eq=False)
class EdgeFit:
    """The fitted corners of n tags, in the detector's order of corners."""

    measured: Vector
    """Corners in measured pixels, shape (n, 4, 2)."""
    ideal: Vector
    """Corners in ideal pixels, shape (n, 4, 2)."""
    covariance: Vector
    """Of the ideal corners [pixel^2], shape (n, 4, 2, 2)."""
    residual: Vector
    """Root mean square distance of the points from the worst side's line [pixel], shape (n,)."""
    share: Vector
    """Share of points that show an edge, on the worst side, shape (n,)."""
    sides: NDArray[np.int_]
    """How many sides show enough, shape (n,)."""
    cell: Vector
    """Width of a cell across the worst side [pixel], shape (n,)."""


@dataclass(frozen=True, eq=False)
class _Lines:
    """Lines in pixels: shape (n, 4, ...) throughout."""

    point: Vector
    direction: Vector
    normal: Vector
    residual: Vector
    share: Vector
    variance: Vector
    """Of the offset at the mean point [pixel^2]."""
    slope_variance: Vector
    """Of the angle [rad^2]."""


def fit_edges(
    grey: NDArray[np.uint8],
    corners: Vector,
    cells: int,
    camera: CameraModel,
    parameters: DetectionParameters,
    least_share: float = 0.0,
) -> EdgeFit:
    """Fit the outer edges of tags.

    A side that shows too little is left where it was proposed, with a variance that says that nothing is known of it.
    A corner beside it is then known across the other side only.

    Args:
        grey: Picture, shape (height, width).
        corners: Rough corners, clockwise in the picture, in measured pixels, shape (n, 4, 2).
        cells: Cells of a tag along a side, black border included.
        camera: Undistorts the points of the edges before lines are fitted.
        parameters: Reach, number of points and iterations.
        least_share: Share of its points that a side must show; 0 to make do with whatever shows.
    """
    measured = corners
    for k in range(parameters.iterations):
        # Only near the edge do both sides show the tag's own brightness.
        strict = k >= parameters.iterations - STRICT
        points, weights, cell = _edge_points(grey, measured, cells, parameters, strict)
        lines = _fit_lines(points, weights, cell, REWEIGHTINGS if strict else 1)
        measured, covariance = _intersect(_held(lines, corners, least_share))
    ideal = measured
    if camera.is_distorted:
        lines = _fit_lines(camera.ideal(points), weights, cell, REWEIGHTINGS)
        ideal, covariance = _intersect(_held(lines, camera.ideal(corners), least_share))
    seen = lines.share >= least_share
    return EdgeFit(
        measured=measured,
        ideal=ideal,
        covariance=covariance,
        residual=np.where(seen, lines.residual, 0.0).max(axis=1),
        share=lines.share.min(axis=1),
        sides=seen.sum(axis=1),
        cell=cell.min(axis=1),
    )


def _edge_points(
    grey: NDArray[np.uint8], corners: Vector, cells: int, parameters: DetectionParameters, strict: bool
) -> tuple[Vector, Vector, Vector]:
    """Measure points on the sides; return points (n, 4, k, 2), their weights (n, 4, k) and cells' widths (n, 4)."""
    following = np.roll(corners, -1, axis=1)
    side = following - corners
    length = np.maximum(np.linalg.norm(side, axis=-1), 1e-6)
    direction = side / length[..., None]
    outward = np.stack((direction[..., 1], -direction[..., 0]), axis=-1)
    # Seen across one of its sides, a tag is as wide as its area over that side's length.
    area = np.abs(0.5 * np.sum(corners[..., 0] * following[..., 1] - corners[..., 1] * following[..., 0], axis=1))
    cell = area[:, None] / (length * cells)
    reach = np.clip(parameters.reach_cells * cell, 0.1, parameters.max_reach)
    along = np.linspace(parameters.trim, 1.0 - parameters.trim, parameters.edge_points)
    base = corners[:, :, None] + side[:, :, None] * along[:, None]
    offsets = np.concatenate(
        (np.linspace(-1.0, 1.0, SAMPLES) * reach[..., None], np.array(PLATEAUS) * cell[..., None]), axis=-1
    )
    levels = sample(grey, base[:, :, :, None] + outward[:, :, None, None] * offsets[:, :, None, :, None])
    profile = levels[..., :SAMPLES]
    black, white = _unmix(levels[..., SAMPLES:], cell, parameters.blur)
    # One black and one white for the whole tag: a side beside a brighter face may still read too bright.
    whole_black, whole_white = (_median(level.reshape(len(level), -1))[:, None, None] for level in (black, white))
    contrast = np.maximum(whole_white - whole_black, 1.0)
    share = np.clip((profile - whole_black[..., None]) / contrast[..., None], 0.0, 1.0)
    white_share = (share.sum(axis=-1) - (share[..., 0] + share[..., -1]) / 2.0) / (SAMPLES - 1)
    shift = reach[..., None] * (1.0 - 2.0 * white_share)
    rise = np.clip((profile[..., -1] - profile[..., 0]) / contrast, 0.0, 1.0)
    weights = np.where(rise > MIN_RISE, rise, 0.0)
    if strict:
        own = np.maximum(np.abs(white - whole_white), np.abs(black - whole_black)) < LIKENESS * contrast
        weights = np.where(own, weights, 0.0)
    return base + outward[:, :, None] * shift[..., None], weights, cell


def _unmix(levels: Vector, cell: Vector, blur: float) -> tuple[Vector, Vector]:
    """Return the black and the white of edge points without what blur brings over from their neighbours, (n, 4, k).

    In the middle of a cell of width w, Gaussian blur s leaves 1 - 2 q of its own brightness and brings q from either
    side, with q = erfc(w / (2 sqrt(2) s)) / 2.

    Args:
        levels: Brightness at PLATEAUS, shape (n, 4, k, 4).
        cell: Width of a cell across each side [pixel], shape (n, 4).
        blur: Standard deviation [pixel].
    """
    scale = 2.0 * math.sqrt(2.0) * blur
    leak = np.array([min(MAX_LEAK, math.erfc(width / scale) / 2.0) for width in cell.ravel()]).reshape(*cell.shape, 1)
    bits, black, white, beyond = np.moveaxis(levels, -1, 0)
    own = 1.0 - 2.0 * leak
    return (black - leak * (bits + white)) / own, (white - leak * (black + beyond)) / own


def sample(picture: NDArray[np.uint8], points: Vector) -> Vector:
    """Return the brightness between pixels, bilinear, the border continued; points (..., 2) to (...).

    OpenCV's remap rounds positions to 1/32 pixel, which is as much as the edges' own error.
    """
    height, width = picture.shape
    x = np.clip(points[..., 0], 0.0, width - 1.0)
    y = np.clip(points[..., 1], 0.0, height - 1.0)
    left, top = np.minimum(x.astype(np.intp), max(width - 2, 0)), np.minimum(y.astype(np.intp), max(height - 2, 0))
    a, b = x - left, y - top
    flat, index = picture.reshape(-1), top * width + left
    right, below = min(1, width - 1), width if height > 1 else 0
    upper = flat[index] * (1.0 - a) + flat[index + right] * a
    lower = flat[index + below] * (1.0 - a) + flat[index + below + right] * a
    return upper * (1.0 - b) + lower * b


def _fit_lines(points: Vector, weights: Vector, cell: Vector, rounds: int) -> _Lines:
    """Fit lines by total least squares with Tukey's biweight; points (n, 4, k, 2), weights (n, 4, k), cells (n, 4)."""
    usable = weights > 0.0
    # A side without an edge stays where it is, so that its neighbours find theirs; its share says that it has none.
    weights = np.where(usable.any(axis=-1, keepdims=True), weights, 1.0)
    robust = np.ones_like(weights)
    for _ in range(rounds):
        total = weights * robust
        norm = np.maximum(total.sum(axis=-1), 1e-9)
        mean = np.sum(total[..., None] * points, axis=-2) / norm[..., None]
        centred = points - mean[..., None, :]
        xx, yy, xy = (
            np.sum(total * p, axis=-1)
            for p in (centred[..., 0] ** 2, centred[..., 1] ** 2, centred[..., 0] * centred[..., 1])
        )
        angle = 0.5 * np.arctan2(2.0 * xy, xx - yy)
        direction = np.stack((np.cos(angle), np.sin(angle)), axis=-1)
        normal = np.stack((direction[..., 1], -direction[..., 0]), axis=-1)
        distance = np.sum(centred * normal[..., None, :], axis=-1)
        spread = MAD_TO_SD * _median(np.abs(distance))[..., None]
        ratio = distance / (TUKEY * np.maximum(spread, LEAST_SPREAD))
        robust = np.clip(1.0 - ratio**2, 0.0, None) ** 2
    kept = usable & (robust > 0.0)
    count = np.maximum(kept.sum(axis=-1), 1)
    residual = np.sqrt(np.sum(kept * distance**2, axis=-1) / count)
    along = np.sum(centred * direction[..., None, :], axis=-1)
    moment = np.maximum(np.sum(kept * along**2, axis=-1), 1e-9)
    # Points closer than a pixel share pixels, hence noise: no more of them count than the side has pixels.
    length = along.max(axis=-1) - along.min(axis=-1)
    shared = np.maximum(1.0, count / np.maximum(length, 1.0))
    variance = shared * residual**2
    systematic = SYSTEMATIC * np.maximum(1.0, CLEAR_CELL / np.maximum(cell, 0.1)) ** 4
    return _Lines(
        point=mean,
        direction=direction,
        normal=normal,
        residual=residual,
        share=kept.mean(axis=-1),
        variance=variance / count + systematic**2,
        slope_variance=variance / moment,
    )


def _held(lines: _Lines, corners: Vector, least_share: float) -> _Lines:
    """Return lines of which those that show too little are the sides of corners (n, 4, 2), with no knowledge."""
    hidden = lines.share < least_share
    if not hidden.any():
        return lines
    side = np.roll(corners, -1, axis=1) - corners
    direction = side / np.maximum(np.linalg.norm(side, axis=-1, keepdims=True), 1e-6)
    normal = np.stack((direction[..., 1], -direction[..., 0]), axis=-1)
    return replace(
        lines,
        point=np.where(hidden[..., None], corners + side / 2.0, lines.point),
        direction=np.where(hidden[..., None], direction, lines.direction),
        normal=np.where(hidden[..., None], normal, lines.normal),
        variance=np.where(hidden, UNKNOWN**2, lines.variance),
        slope_variance=np.where(hidden, 0.0, lines.slope_variance),
    )


def _median(values: Vector) -> Vector:
    """Return the median along the last axis; numpy's takes twenty times as long for so few numbers."""
    ordered, count = np.sort(values, axis=-1), values.shape[-1]
    return np.asarray((ordered[..., (count - 1) // 2] + ordered[..., count // 2]) / 2.0)


def _intersect(lines: _Lines) -> tuple[Vector, Vector]:
    """Intersect each side with the one before it; return corners (n, 4, 2) and their covariance (n, 4, 2, 2).

    With unit normals a and b through points p and q, a corner c solves a.c = a.p, b.c = b.q.
    """
    point, normal, direction, variance, slope_variance = (
        values[:, PREVIOUS]
        for values in (lines.point, lines.normal, lines.direction, lines.variance, lines.slope_variance)
    )
    determinant = normal[..., 0] * lines.normal[..., 1] - normal[..., 1] * lines.normal[..., 0]
    parallel = np.abs(determinant) < LEAST_SINE
    scale = np.where(parallel, 1.0, determinant)[..., None]
    # The columns of the inverse of the matrix with rows a and b.
    first = np.stack((lines.normal[..., 1], -lines.normal[..., 0]), axis=-1) / scale
    second = np.stack((-normal[..., 1], normal[..., 0]), axis=-1) / scale
    offset, offset_before = np.sum(lines.normal * lines.point, axis=-1), np.sum(normal * point, axis=-1)
    corners = first * offset_before[..., None] + second * offset[..., None]
    corners = np.where(parallel[..., None], lines.point, corners)
    lever_before = np.sum((corners - point) * direction, axis=-1)
    lever = np.sum((corners - lines.point) * lines.direction, axis=-1)
    spread_before = (variance + lever_before**2 * slope_variance)[..., None, None]
    spread = (lines.variance + lever**2 * lines.slope_variance)[..., None, None]
    covariance = spread_before * (first[..., :, None] * first[..., None, :])
    covariance = covariance + spread * (second[..., :, None] * second[..., None, :])
    return corners, covariance
