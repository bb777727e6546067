# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""This project's methods and others', each from a view to a pose of the cube or to why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from rher_perception.cubes.cube_finder import CubeFinder
from rher_perception.cubes.parameters import CubeParameters
from rher_perception.geometry import Pose, rotation_from_vector
from rher_perception.objects.covered import CoveredObserver
from rher_perception.objects.estimate import ObjectEstimate, Observation
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.observer import ObjectObserver
from rher_perception.objects.parameters import EstimationParameters, PlanarConstraint
from rher_perception.tags.detector import TagDetector
from rher_perception.tags.square import square_poses

from sight.studio import Studio, View

Vector = NDArray[np.float64]
Answer = tuple[Pose | None, str]
"""A pose base_from_cube, or why there is none."""
Method = Callable[[View], Answer]

WITHOUT_TAGS = "own, colour and depth"
"""Name of the method that needs no tags."""
SLOW = ("OpenCV, apriltag",)
"""Methods that take up to half a second a picture."""
APRILTAG_SHIFT = 0.5
"""By so much OpenCV's refinement of the AprilTag library counts pixels from their edge, not their centre [pixel]."""
MAGENTA_HUES = (140, 170)
"""Of the cube without tags, in OpenCV's 0 to 179."""
DRIFT = (0.001, math.radians(1.0))
"""Standard deviations of where a moving cube is expected by the pictures before, on the table and in yaw [m, rad]."""


def methods(studio: Studio) -> dict[str, Method]:
    """Return all by name; those of packages that are not installed are left out."""
    height = studio.cube_size / 2.0
    found = {
        "own, planar": own(studio, PlanarConstraint(height)),
        "own, planar, exact height": own(studio, PlanarConstraint(studio.rest_height)),
        "own, planar, tracked": own(studio, PlanarConstraint(height), tracked=True),
        "own, free": own(studio, None),
        WITHOUT_TAGS: coloured(studio),
        "OpenCV, subpixel": opencv(studio, cv2.aruco.CORNER_REFINE_SUBPIX),
        "OpenCV, contour": opencv(studio, cv2.aruco.CORNER_REFINE_CONTOUR),
        "OpenCV, apriltag": opencv(studio, cv2.aruco.CORNER_REFINE_APRILTAG, APRILTAG_SHIFT),
    }
    peer = pupil_apriltags(studio)
    return found if peer is None else {**found, "pupil-apriltags": peer}


def own(studio: Studio, plane: PlanarConstraint | None, tracked: bool = False) -> Method:
    """Return this project's method by tags.

    Args:
        studio: Where the pictures come from.
        plane: The constraint; None for all six directions.
        tracked: Whether the pictures before tell roughly where the cube is, as they do while the node runs.
    """
    detector = TagDetector(studio.camera)
    estimator = ObjectEstimator(studio.layout, studio.camera, plane=plane)
    covered = None
    if plane is not None:
        covered = CoveredObserver(studio.layout, detector, studio.camera, plane, EstimationParameters())
    observer = ObjectObserver(detector, estimator, studio.camera, covered)

    def see(view: View) -> Answer:
        expected = _expected(view) if tracked else None
        return _answer(observer.observe(view.grey, detector.detect(view.grey), view.base_from_camera, 0, expected))

    return see


def coloured(studio: Studio) -> Method:
    """Return this project's method for a coloured cube without tags. It knows the yaw up to quarter turns."""
    finder = CubeFinder("cube", studio.camera, CubeParameters(hue=MAGENTA_HUES, size=studio.cube_size))

    def see(view: View) -> Answer:
        pose, cause = _answer(finder.estimate(view.coloured, view.depth, view.base_from_camera, 0))
        return (_nearest_quarter(pose, view.base_from_cube), cause) if pose is not None else (None, cause)

    return see


def opencv(studio: Studio, refinement: int, shift: float = 0.0) -> Method:
    """Return what OpenCV offers by itself: detectMarkers with one of its refinements, then solvePnP over all tags.

    Args:
        studio: Where the pictures come from.
        refinement: Of the corners, one of cv2.aruco.CORNER_REFINE_*.
        shift: Taken from the corners along both axes [pixel].
    """
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = refinement
    detector = cv2.aruco.ArucoDetector(dictionary, settings)

    def see(view: View) -> Answer:
        found, ids, _ = detector.detectMarkers(view.grey)
        if ids is None:
            return None, "not seen"
        corners = [tag.reshape(4, 2).astype(np.float64) - shift for tag in found]
        return _solve(list(zip((int(i) for i in ids.ravel()), corners, strict=True)), studio, view)

    return see


def pupil_apriltags(studio: Studio) -> Method | None:
    """Return the peer pupil-apriltags, the AprilTag 3 library, then solvePnP over all tags; None when not installed."""
    try:
        from pupil_apriltags import Detector
    except ImportError:
        return None

    class LastingDetector(Detector):
        """The library's destructor can crash the process when the interpreter ends, which frees all anyway."""

        def __del__(self) -> None:
            """Do nothing."""

    detector = LastingDetector(families="tag36h11", nthreads=1, quad_decimate=1.0)

    def see(view: View) -> Answer:
        # The library counts pixels from their edge, and OpenCV's prints are turned by half a turn.
        tags = [(tag.tag_id, tag.corners[[1, 0, 3, 2]] - APRILTAG_SHIFT) for tag in detector.detect(view.grey)]
        return _solve(tags, studio, view)

    return see


def _answer(seen: Observation) -> Answer:
    return (seen.base_from_object, "") if isinstance(seen, ObjectEstimate) else (None, seen.cause.value)


def _expected(view: View) -> Pose:
    """Return the truth as it would be known from the pictures before, moved by the cube's own way since."""
    rng = np.random.default_rng(view.seed)
    turn = rotation_from_vector(np.array([0.0, 0.0, rng.normal(0.0, DRIFT[1])]))
    offset = np.array([*rng.normal(0.0, DRIFT[0], 2), 0.0])
    return Pose(turn @ view.base_from_cube.rotation, view.base_from_cube.translation + offset)


def _nearest_quarter(pose: Pose, truth: Pose) -> Pose:
    """Return a pose turned by the quarter turns that bring it nearest to another."""
    turns = [rotation_from_vector(np.array([0.0, 0.0, quarter * math.pi / 2.0])) for quarter in range(4)]
    best = max(
        (pose.rotation @ turn for turn in turns), key=lambda rotation: float(np.trace(rotation.T @ truth.rotation))
    )
    return Pose(best, pose.translation)


def _solve(tags: list[tuple[int, Vector]], studio: Studio, view: View) -> Answer:
    """Return the pose by OpenCV's solvers from ids and corners of tags, as printed, shape (4, 2) [pixel]."""
    pairs = [(corners, studio.layout.find(tag)) for tag, corners in tags]
    known = [(corners, placed) for corners, placed in pairs if placed is not None]
    if not known:
        return None, "not seen"
    if len(known) == 1:
        corners, placed = known[0]
        poses = square_poses(corners, placed.size, studio.camera)
        if not poses:
            return None, "no pose"
        return view.base_from_camera @ poses[0] @ placed.object_from_tag.inverse, ""
    points = np.concatenate([placed.corners for _, placed in known])
    pixels = np.concatenate([corners for corners, _ in known])
    matrix = studio.camera.matrix
    found, vector, translation = cv2.solvePnP(points, pixels, matrix, None, flags=cv2.SOLVEPNP_SQPNP)
    if not found:
        return None, "no pose"
    vector, translation = cv2.solvePnPRefineLM(points, pixels, matrix, None, vector, translation)
    return view.base_from_camera @ Pose.from_opencv(vector, translation), ""
