# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Finds square tags in a picture: OpenCV proposes and decodes, the edges are fitted here, doubtful tags are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.tags.code import Code, CodeBook, read_codes
from rher_perception.tags.edges import EdgeFit, fit_edges
from rher_perception.tags.parameters import FAMILIES, DetectionParameters

Vector = NDArray[np.float64]

LEAST_PICTURE = 16
"""Pictures smaller than this along a side hold no tag [pixel]."""
BORDER_CELLS = 2
"""Black cells along a side besides the code."""
LEVELS = 256
SHADE_FLOOR = 16.0
"""Added to brightness before its logarithm, so that noise in black is not blown up [grey level]."""
SHADE_WINDOWS = (5, 11)
"""Windows of the second search's threshold [pixel]."""
SHADE_STEP = 14.0
"""How far below its surroundings black must be in the second search, in steps of the logarithm, 255 in all."""
LOGARITHM = np.rint(
    (LEVELS - 1) * np.log1p(np.arange(LEVELS) / SHADE_FLOOR) / np.log1p((LEVELS - 1) / SHADE_FLOOR)
).astype(np.uint8)
"""From grey levels to steps of their logarithm, shape (256,)."""


@dataclass(frozen=True, eq=False)
class TagDetection:
    """A tag in a picture."""

    id: int
    """Number in the family."""
    corners: Vector
    """Ideal pixels of the black square's corners as printed: top left, top right, bottom right, bottom left; (4, 2)."""
    covariance: Vector
    """Of each corner [pixel^2], shape (4, 2, 2)."""
    code: Code
    """How clearly it was read."""
    residual: float
    """Root mean square distance of edge points from the worst side's line [pixel]."""


@dataclass(frozen=True, eq=False)
class RejectedTag:
    """A tag that was decoded and not trusted."""

    id: int
    """Number in the family."""
    corners: Vector
    """As proposed, in measured pixels, shape (4, 2)."""
    reason: str
    """Which limit it broke."""


@dataclass(frozen=True)
class Detections:
    """All that was found in one picture."""

    tags: tuple[TagDetection, ...]
    rejected: tuple[RejectedTag, ...]
    searched: bool = True
    """Whether the whole picture was searched, not only where tags were expected."""


class TagDetector:
    """Detects the tags of one family in the pictures of one camera.

    Args:
        camera: Intrinsics of the pictures.
        parameters: What counts as a tag.
    """

    def __init__(self, camera: CameraModel, parameters: DetectionParameters | None = None) -> None:
        self._camera = camera
        self._parameters = parameters or DetectionParameters()
        self._dictionary = cv2.aruco.getPredefinedDictionary(FAMILIES[self._parameters.family])
        self._book = CodeBook(self._dictionary)
        self._cells = self._dictionary.markerSize + BORDER_CELLS
        settings = cv2.aruco.DetectorParameters()
        settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
        self._detector = cv2.aruco.ArucoDetector(self._dictionary, settings)
        settings.adaptiveThreshWinSizeMin, settings.adaptiveThreshWinSizeMax = SHADE_WINDOWS
        settings.adaptiveThreshWinSizeStep = SHADE_WINDOWS[1] - SHADE_WINDOWS[0]
        settings.adaptiveThreshConstant = SHADE_STEP
        self._shade_detector = cv2.aruco.ArucoDetector(self._dictionary, settings)

    def detect(self, grey: NDArray[np.uint8]) -> Detections:
        """Find tags.

        When no tag is found, a second search looks for one in the shade beside a bright table. It compares logarithms
        of brightness, in which shade makes no difference. It is the second because blur closes fine cells in it.

        Args:
            grey: Picture, shape (height, width).

        Raises:
            ValueError: The picture is not of 8-bit grey or not of the camera's size.
        """
        self._check(grey)
        if min(grey.shape) < LEAST_PICTURE:
            return Detections((), ())
        grey = np.ascontiguousarray(grey)
        first = self._search(self._detector, grey, grey)
        if first.tags:
            return first
        second = self._search(self._shade_detector, np.asarray(cv2.LUT(grey, LOGARITHM), np.uint8), grey)
        return second if second.tags else first

    @property
    def dictionary(self) -> cv2.aruco.Dictionary:
        """The family."""
        return self._dictionary

    def look(
        self, grey: NDArray[np.uint8], ids: Sequence[int], proposed: Vector, *, covered: bool = False
    ) -> Detections:
        """Measure tags where they are expected; what is not there fails the same tests as a false detection.

        Args:
            grey: Picture, shape (height, width).
            ids: Numbers of the tags.
            proposed: Measured pixels of their corners, to a pixel or two, in the order of TagDetection; (n, 4, 2).
            covered: Take tags of which only a part shows. Their corners are known across the sides that show only,
                which their covariance tells.

        Raises:
            ValueError: The picture is not of 8-bit grey or not of the camera's size.
        """
        self._check(grey)
        inside = [
            k
            for k, corners in enumerate(proposed)
            if (corners >= 0.0).all() and (corners <= np.array(grey.shape[::-1]) - 1.0).all()
        ]
        if not inside:
            return Detections((), (), searched=False)
        proposed = np.asarray(proposed, np.float64)[inside]
        return replace(self._measure(grey, [ids[k] for k in inside], proposed, covered), searched=False)

    def _check(self, grey: NDArray[np.uint8]) -> None:
        expected = (self._camera.height, self._camera.width)
        if grey.dtype != np.uint8 or grey.shape != expected:
            raise ValueError(f"picture is {grey.dtype} of shape {grey.shape}; allowed: uint8 of shape {expected}")

    def _search(
        self, detector: cv2.aruco.ArucoDetector, searched: NDArray[np.uint8], grey: NDArray[np.uint8]
    ) -> Detections:
        """Find tags in a picture whose brightness may have been changed, and measure them in the original."""
        found, ids, _ = detector.detectMarkers(searched)
        if ids is None or len(found) == 0:
            return Detections((), ())
        return self._measure(grey, [int(i) for i in np.ravel(ids)], np.concatenate(found).astype(np.float64))

    def _measure(
        self, grey: NDArray[np.uint8], ids: Sequence[int], proposed: Vector, covered: bool = False
    ) -> Detections:
        """Fit the edges of proposed tags and test what comes out."""
        least_share = self._parameters.min_side_share if covered else 0.0
        fit = fit_edges(grey, proposed, self._cells, self._camera, self._parameters, least_share)
        codes = read_codes(grey, fit.measured, self._book, ids)
        tags, rejected = [], []
        for k, number in enumerate(ids):
            reason = self._doubt(proposed[k], fit, codes[k], k, covered)
            if reason:
                rejected.append(RejectedTag(number, proposed[k], reason))
            else:
                tags.append(TagDetection(number, fit.ideal[k], fit.covariance[k], codes[k], float(fit.residual[k])))
        return Detections(tuple(tags), tuple(rejected))

    def _doubt(self, proposed: Vector, fit: EdgeFit, code: Code, k: int, covered: bool) -> str:
        """Return why a tag is not trusted; empty when it is."""
        limits = self._parameters
        side = float(np.linalg.norm(proposed - np.roll(proposed, -1, axis=0), axis=1).min())
        shift = float(np.linalg.norm(fit.measured[k] - proposed, axis=1).max())
        measured = np.concatenate([fit.ideal[k].ravel(), fit.covariance[k].ravel(), [fit.residual[k]]])
        if not np.isfinite(measured).all():
            return "its edges cannot be measured"
        if not covered and side < limits.min_side:
            return f"its shortest side is {side:.1f} pixels, less than {limits.min_side}"
        if covered and fit.sides[k] == 0:
            return f"no side shows by {limits.min_side_share:.0%}"
        if not covered and fit.share[k] < limits.min_edge_share:
            return f"{fit.share[k]:.0%} of a side shows, less than {limits.min_edge_share:.0%}"
        least_cell = limits.min_covered_cell if covered else limits.min_cell
        if fit.cell[k] < least_cell:
            return f"it is seen too obliquely: its cells are {fit.cell[k]:.2f} pixels wide, less than {least_cell}"
        if code.contrast < limits.min_contrast:
            return f"its contrast is {code.contrast:.0f} grey levels, less than {limits.min_contrast}"
        if fit.residual[k] > limits.max_edge_residual:
            return f"a side deviates {fit.residual[k]:.2f} pixels from a line, more than {limits.max_edge_residual}"
        if shift > limits.max_corner_shift:
            return f"a corner lies {shift:.1f} pixels from where it was proposed, more than {limits.max_corner_shift}"
        allowed = round(limits.max_hidden_share * self._book.size**2) if covered else limits.max_wrong_bits
        if code.wrong_bits > allowed:
            return f"{code.wrong_bits} bits read wrong, more than {allowed}"
        if covered and code.wrong_bits - code.rival_bits > limits.max_rival_lead:
            return f"another tag reads better there: {code.rival_bits} bits wrong against {code.wrong_bits}"
        if not covered and code.margin < limits.min_margin:
            return f"its decision margin is {code.margin:.2f}, less than {limits.min_margin}"
        return ""
