# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What lies and stands on the table, drawn for rviz2: every shape of a scene but the arm, which has a description."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.ros.conversions import fill_pose
from rher_agent.ros.shapes import solid, tagged_cube
from visualization_msgs.msg import Marker, MarkerArray

from rher_sim_bridge.scene.apriltag import FACE_CELLS, TAG_CELLS

ARM = "base"
"""Body that carries the arm."""
KINDS = {
    mujoco.mjtGeom.mjGEOM_BOX: Marker.CUBE,
    mujoco.mjtGeom.mjGEOM_SPHERE: Marker.SPHERE,
    mujoco.mjtGeom.mjGEOM_CYLINDER: Marker.CYLINDER,
    mujoco.mjtGeom.mjGEOM_CAPSULE: Marker.CYLINDER,
}
"""Of MuJoCo, and of rviz2; a plane is not drawn."""
ORIGIN = (np.zeros(3), np.array((1.0, 0.0, 0.0, 0.0)))
"""Position and quaternion w, x, y, z."""


class BodyMarkers:
    """Draws the bodies of a scene.

    Markers are made once and moved afterwards: most of the time that a message takes is that of making its parts, and a
    lock-step waits meanwhile.

    Args:
        model: The scene.
        without: Names of bodies that somebody else draws.
    """

    def __init__(self, model: mujoco.MjModel, without: Sequence[str] = ()) -> None:
        left_out = [model.body(name).id for name in (ARM, *without)]
        self._geoms = [
            geom
            for geom in range(model.ngeom)
            if model.body_rootid[model.geom_bodyid[geom]] not in left_out and model.geom_type[geom] in KINDS
        ]
        self._of_geoms = [_draw(model, geom) for geom in self._geoms]
        self._message = MarkerArray(markers=[marker for markers in self._of_geoms for marker in markers])

    def poses(self, data: mujoco.MjData) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return a copy of where the shapes are: positions (n, 3) [m] and rotations (n, 9) in base_link."""
        return data.geom_xpos[self._geoms], data.geom_xmat[self._geoms]

    def at(self, positions: NDArray[np.float64], rotations: NDArray[np.float64]) -> MarkerArray:
        """Return the markers of shapes that are where poses told; it is the same message every time."""
        quaternion = np.empty(4)
        for markers, position, rotation in zip(self._of_geoms, positions, rotations, strict=True):
            mujoco.mju_mat2Quat(quaternion, rotation)
            for marker in markers:
                fill_pose(marker.pose, position, quaternion)
        return self._message


def _draw(model: mujoco.MjModel, geom: int) -> list[Marker]:
    """Return the markers of a shape, at the origin."""
    name = model.geom(geom).name or f"{model.body(model.geom_bodyid[geom]).name}_{geom}"
    kind, (first, second, third) = mujoco.mjtGeom(model.geom_type[geom]), model.geom_size[geom].tolist()
    if model.geom_matid[geom] >= 0 and kind == mujoco.mjtGeom.mjGEOM_BOX:
        return tagged_cube(name, ORIGIN, 2.0 * first, 2.0 * first * TAG_CELLS / FACE_CELLS)
    if kind == mujoco.mjtGeom.mjGEOM_BOX:
        size = (2.0 * first, 2.0 * second, 2.0 * third)
    elif kind == mujoco.mjtGeom.mjGEOM_SPHERE:
        size = (2.0 * first,) * 3
    else:
        caps = 2.0 * first if kind == mujoco.mjtGeom.mjGEOM_CAPSULE else 0.0
        size = (2.0 * first, 2.0 * first, 2.0 * second + caps)
    red, green, blue, opacity = model.geom_rgba[geom].tolist()
    return [solid(name, 0, KINDS[kind], ORIGIN, size, (red, green, blue, opacity))]
