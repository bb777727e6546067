# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How exactly perception sees the cube of the push task: its pose against the simulation's truth, next to two peers.

The push scene is rendered from random places 0.6 to 0.9 m from the cube, at 25 to 80 degrees of elevation and any
azimuth, with the arm where an episode begins or with its tool at the cube, so that it hides part of it. Every method
gets the same pictures, with blur and noise, and the same cube. The planar constraint is given half the cube's edge as
its height, as a user would, and once the height at which the simulation's cube really rests, a little lower. Errors
are those of the cube's centre and orientation in base_link. A tag counts as visible when nothing lies between the lens
and its outline. Raw rows go to --results; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rher_perception.camera_model import CameraModel
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector
from rher_perception.objects.estimate import ObjectEstimate
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.layout import TagLayout, cube_layout
from rher_perception.objects.observer import ObjectObserver
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.tags.detector import TagDetector
from rher_perception.tags.square import square_poses
from rher_sim_bridge.scene.apriltag import FACE_CELLS, TAG_CELLS
from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.scene.push_scene import FIRST_TAG
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

# isort: split
# The simulation chooses the OpenGL that mujoco reads when it is first imported.
import mujoco

Vector = NDArray[np.float64]
Picture = NDArray[np.uint8]
Answer = tuple[Pose | None, str]
"""A pose base_from_cube, or why there is none."""

SIZES = ["640x480", "1280x720"]
DISTANCE = (0.6, 0.9)
"""Of the lens from the cube [m]."""
ELEVATION = (math.radians(25.0), math.radians(80.0))
"""Of the lens above the table, seen from the cube [rad]."""
ROLL = math.radians(20.0)
"""Greatest turn of the picture about the line of sight [rad]."""
OFF_CENTRE = 0.12
"""Greatest distance between the cube and the point looked at, along each axis of the table [m]."""
TOUCHING = 0.5
"""Share of pictures with the tool at the cube."""
FLIP = math.radians(20.0)
"""An orientation further off is another answer, not an error of measurement [rad]."""
MARGIN = 0.2
"""A tag is visible together with most of its white margin, in shares of its size."""
MIN_FACING = math.cos(math.radians(75.0))
"""A tag turned further away does not count as visible."""
HOUSING = 0.05
"""So near to the lens, nothing is in a picture [m]."""
OPTICAL_FROM_MUJOCO = np.diag([1.0, -1.0, -1.0])
HALF_PIXEL = 0.5
MILLI = 1e3


@dataclass(frozen=True, eq=False)
class View:
    """One picture and the truth about it."""

    grey: Picture
    base_from_camera: Pose
    base_from_cube: Pose
    touching: bool
    visible: int
    """Tags that nothing hides."""


@dataclass(frozen=True)
class Row:
    """What one method says of one picture."""

    method: str
    size: str
    seed: int
    touching: int
    visible: int
    ms: float
    cause: str
    plane_mm: float
    space_mm: float
    deg: float


@dataclass(frozen=True)
class Summary:
    """What one method says of all pictures; errors as mean, 95th percentile and maximum."""

    method: str
    size: str
    pictures: int
    with_a_visible_tag: int
    seen: int
    flips: int
    ms: float
    plane_mm: list[float]
    space_mm: list[float]
    deg: list[float]


class Studio:
    """Takes pictures of the push scene from random places.

    Args:
        width: [pixel]
        height: [pixel]
        blur: Standard deviation of the lens's blur [pixel]; 0 for none.
        noise: Standard deviation [grey level].
        fixed: Leave the camera where the scene has it.
    """

    def __init__(self, width: int, height: int, blur: float, noise: float, fixed: bool) -> None:
        self._world = MujocoWorld()
        self._size = (width, height)
        self._blur, self._noise = blur, noise
        self._fixed = fixed
        model = self._world.model
        self.camera = CameraModel.pinhole(width, height, math.radians(float(model.camera(CAMERA).fovy[0])))

    def take(self, seed: int) -> View:
        """Return the picture of a seed."""
        rng = np.random.default_rng((seed, 4))
        model, data, task = self._world.model, self._world.data, self._world.task
        start = self._world.reset_state(0, seed)
        cube = start.state.objects[0]
        touching = bool(rng.random() < TOUCHING)
        if touching:
            # Hardly ever is the tool nearer than the corner of the cube.
            gap = task.parameters.cube_size / math.sqrt(2.0) + task.parameters.tool_radius
            angle = rng.uniform(-math.pi, math.pi)
            lower, upper = task.tcp_box
            place = np.clip(cube.position[:2] + gap * np.array([math.cos(angle), math.sin(angle)]), lower, upper)
            self._world.arm.place(np.array([*place, task.tool_height]))
        camera = model.camera(CAMERA).id
        if not self._fixed:
            quaternion = np.empty(4)
            position, rotation = _viewpoint(rng, cube.position)
            mujoco.mju_mat2Quat(quaternion, rotation.ravel())
            model.cam_pos[camera], model.cam_quat[camera] = position, quaternion
        mujoco.mj_forward(model, data)
        colour = self._world.render(*self._size)
        clean = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY).astype(np.float64)
        blurred = cv2.GaussianBlur(clean, (0, 0), self._blur) if self._blur > 0.0 else clean
        noisy = np.asarray(blurred, np.float64) + rng.normal(0.0, self._noise, clean.shape)
        rotation = data.cam_xmat[camera].reshape(3, 3) @ OPTICAL_FROM_MUJOCO
        return View(
            grey=np.clip(np.rint(noisy), 0, 255).astype(np.uint8),
            base_from_camera=Pose(rotation, data.cam_xpos[camera].copy()),
            base_from_cube=Pose.from_quaternion(cube.orientation, cube.position),
            touching=touching,
            visible=self._visible_tags(data.cam_xpos[camera].copy(), cube.orientation, cube.position),
        )

    def _visible_tags(self, lens: Vector, orientation: Vector, position: Vector) -> int:
        """Return how many tags turn to the lens with nothing in between, judged at points around each."""
        model, data, cube = self._world.model, self._world.data, Pose.from_quaternion(orientation, position)
        body, hit, visible = model.body("cube").id, np.zeros(1, np.int32), 0
        for tag in self.layout.tags:
            corners = cube.apply(_grown(tag.corners, MARGIN))
            normal = cube.rotation @ tag.object_from_tag.rotation[:, 2]
            towards = lens - corners.mean(axis=0)
            if normal @ towards < MIN_FACING * np.linalg.norm(towards):
                continue
            rays = np.concatenate((corners, (corners + np.roll(corners, 1, axis=0)) / 2.0)) - lens
            struck = []
            for ray in rays:
                direction = ray / np.linalg.norm(ray)
                mujoco.mj_ray(model, data, lens + HOUSING * direction, direction, None, 1, -1, hit)
                struck.append(hit[0] >= 0 and model.geom_bodyid[hit[0]] == body)
            visible += all(struck)
        return visible

    @property
    def rest_height(self) -> float:
        """Height of the centre of a cube that lies on the table, whose contact gives way a little [m]."""
        return float(self._world.reset_state(0, 0).state.objects[0].position[2])

    @property
    def cube_size(self) -> float:
        """Edge of the cube [m]."""
        return self._world.task.parameters.cube_size

    @property
    def layout(self) -> TagLayout:
        """Tags of the cube."""
        size = self.cube_size
        return cube_layout("cube", size, size * TAG_CELLS / FACE_CELLS, FIRST_TAG)

    def close(self) -> None:
        """Release the renderer."""
        self._world.close()


def _grown(corners: Vector, margin: float) -> Vector:
    """Return a square's corners moved outwards by a share of its size; shape (4, 3)."""
    middle = corners.mean(axis=0)
    return middle + (corners - middle) * (1.0 + margin)


def _viewpoint(rng: np.random.Generator, cube: Vector) -> tuple[Vector, Vector]:
    """Draw a camera that sees the cube; return its position and the matrix of MuJoCo's camera axes."""
    azimuth, elevation = rng.uniform(-math.pi, math.pi), rng.uniform(*ELEVATION)
    level = math.cos(elevation)
    towards = np.array([level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation)])
    position = cube + rng.uniform(*DISTANCE) * towards
    aim = cube + np.array([*rng.uniform(-OFF_CENTRE, OFF_CENTRE, 2), 0.0])
    back = (position - aim) / np.linalg.norm(position - aim)
    right = np.cross((0.0, 0.0, 1.0), back)
    right /= np.linalg.norm(right)
    rotation = np.column_stack((right, np.cross(back, right), back))
    return position, rotation @ rotation_from_vector(np.array([0.0, 0.0, rng.uniform(-ROLL, ROLL)]))


def own_method(studio: Studio, plane: PlanarConstraint | None) -> Callable[[View], Answer]:
    """Return this project's method."""
    detector = TagDetector(studio.camera)
    estimator = ObjectEstimator(studio.layout, studio.camera, plane=plane)
    observer = ObjectObserver(detector, estimator, studio.camera)

    def see(view: View) -> Answer:
        seen = observer.observe(view.grey, detector.detect(view.grey), view.base_from_camera, 0)
        if isinstance(seen, ObjectEstimate):
            return seen.base_from_object, ""
        return None, seen.cause.value

    return see


def plain_opencv(studio: Studio) -> Callable[[View], Answer]:
    """Return what OpenCV offers by itself: detectMarkers with its sub-pixel corners, then solvePnP over all tags."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(dictionary, settings)

    def see(view: View) -> Answer:
        found, ids, _ = detector.detectMarkers(view.grey)
        if ids is None:
            return None, "not seen"
        corners = [tag.reshape(4, 2).astype(np.float64) for tag in found]
        return solve(dict(zip((int(i) for i in ids.ravel()), corners, strict=True)), studio, view)

    return see


def pupil_apriltags(studio: Studio) -> Callable[[View], Answer] | None:
    """Return the peer pupil-apriltags, the AprilTag 3 library, then solvePnP over all tags; None when not installed."""
    try:
        from pupil_apriltags import Detector
    except ImportError:
        return None
    detector = Detector(families="tag36h11", nthreads=1, quad_decimate=1.0)

    def see(view: View) -> Answer:
        # The library counts pixels from their edge, not their centre, and OpenCV's prints are turned by half a turn.
        tags = {tag.tag_id: tag.corners[[1, 0, 3, 2]] - HALF_PIXEL for tag in detector.detect(view.grey)}
        return solve(tags, studio, view)

    return see


def solve(tags: dict[int, Vector], studio: Studio, view: View) -> Answer:
    """Return the pose by OpenCV's solvers from the corners of tags by id, as printed, shape (4, 2) [pixel]."""
    pairs = [(corners, studio.layout.find(tag)) for tag, corners in tags.items()]
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


def measure(name: str, see: Callable[[View], Answer], views: list[View], size: str, first: int) -> list[Row]:
    """Show all views to a method; return a row for each."""
    rows = []
    for seed, view in enumerate(views, start=first):
        began = time.perf_counter()
        pose, cause = see(view)
        elapsed = MILLI * (time.perf_counter() - began)
        plane = space = turn = math.nan
        if pose is not None:
            error = pose.translation - view.base_from_cube.translation
            plane, space = MILLI * float(np.linalg.norm(error[:2])), MILLI * float(np.linalg.norm(error))
            turn = math.degrees(rotation_angle(pose.rotation.T @ view.base_from_cube.rotation))
        rows.append(Row(name, size, seed, int(view.touching), view.visible, elapsed, cause, plane, space, turn))
    return rows


def summarise(rows: list[Row]) -> Summary:
    """Return mean, 95th percentile and maximum of a method's errors."""
    seen = [row for row in rows if not row.cause]

    def statistics(values: list[float]) -> list[float]:
        if not values:
            return [math.nan] * 3
        return [round(float(x), 3) for x in (np.mean(values), np.percentile(values, 95), max(values))]

    return Summary(
        method=rows[0].method,
        size=rows[0].size,
        pictures=len(rows),
        with_a_visible_tag=sum(row.visible > 0 for row in rows),
        seen=len(seen),
        flips=sum(row.deg > math.degrees(FLIP) for row in seen),
        ms=round(float(np.median([row.ms for row in rows])), 2),
        plane_mm=statistics([row.plane_mm for row in seen]),
        space_mm=statistics([row.space_mm for row in seen]),
        deg=statistics([row.deg for row in seen]),
    )


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=500, help="for each resolution")
    parser.add_argument("--first", type=int, default=0, help="seed of the first, so that a long run can be split")
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=SIZES, help="of the pictures")
    parser.add_argument("--blur", type=float, default=0.5, help="standard deviation [pixel]")
    parser.add_argument("--noise", type=float, default=2.0, help="standard deviation [grey level]")
    parser.add_argument("--fixed", action="store_true", help="leave the camera where the scene has it")
    parser.add_argument("--results", type=Path, help="file for the raw rows, such as docs/results/perception/poses.csv")
    options = parser.parse_args()
    cv2.setNumThreads(1)

    raw: list[Row] = []
    table: list[Summary] = []
    for width, height in (tuple(int(x) for x in size.split("x")) for size in options.sizes):
        studio = Studio(width, height, options.blur, options.noise, options.fixed)
        views = [studio.take(seed) for seed in range(options.first, options.first + options.pictures)]
        methods = {
            "own, planar": own_method(studio, PlanarConstraint(studio.cube_size / 2.0)),
            "own, height exact": own_method(studio, PlanarConstraint(studio.rest_height)),
            "own": own_method(studio, None),
            "plain OpenCV": plain_opencv(studio),
            "pupil-apriltags": pupil_apriltags(studio),
        }
        studio.close()
        for name, see in methods.items():
            if see is not None:
                rows = measure(name, see, views, f"{width}x{height}", options.first)
                raw += rows
                table.append(summarise(rows))
    print("mean/p95/max of    size       seen     flips  ms      in plane mm          in space mm          deg")
    for row in table:
        errors = ("/".join(f"{x:.2f}" for x in values).ljust(20) for values in (row.plane_mm, row.space_mm, row.deg))
        seen = f"{row.seen}/{row.with_a_visible_tag}"
        print(f"{row.method:<18} {row.size:<9}  {seen:<8} {row.flips:<5}  {row.ms:<6}  {' '.join(errors)}")
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        with options.results.open("w", newline="") as file:
            writer = csv.DictWriter(file, [field.name for field in fields(Row)])
            writer.writeheader()
            writer.writerows(asdict(row) for row in raw)
    settings = {"blur_px": options.blur, "noise_grey_levels": options.noise, "fixed_camera": options.fixed}
    print(json.dumps({**settings, "results": [asdict(row) for row in table]}))


if __name__ == "__main__":
    main()
