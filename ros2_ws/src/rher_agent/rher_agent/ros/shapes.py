# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Markers of rviz2 for bodies, in base_link."""

from __future__ import annotations

from geometry_msgs.msg import Vector3
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker

from rher_agent.ros.conversions import BASE_FRAME, fill_pose
from rher_agent.worlds.state import Vector

Colour = tuple[float, float, float, float]
"""Red, green, blue, opacity, 0 to 1."""

PLASTIC: Colour = (0.93, 0.93, 0.93, 1.0)
PRINT: Colour = (0.12, 0.12, 0.12, 1.0)
CUBE_PARTS = 4
"""Markers of a cube with tags."""
RELIEF = 0.0004
"""How far the tags stand out of the faces, so that they are seen [m]."""


def new_marker(namespace: str, index: int, kind: int, colour: Colour) -> Marker:
    """Return a marker of one of Marker's types that is drawn wherever time stands: its stamp is zero."""
    red, green, blue, opacity = colour
    marker = Marker(ns=namespace, id=index, type=kind, action=Marker.ADD)
    marker.header.frame_id = BASE_FRAME
    marker.pose.orientation.w = 1.0
    marker.color = ColorRGBA(r=red, g=green, b=blue, a=opacity)
    return marker


def solid(
    namespace: str, index: int, kind: int, pose: tuple[Vector, Vector], size: tuple[float, float, float], colour: Colour
) -> Marker:
    """Return a box, ball or cylinder.

    Args:
        namespace: Of the marker.
        index: In that namespace.
        kind: One of Marker's types.
        pose: Position [m] and quaternion w, x, y, z in base_link.
        size: Along its own axes [m].
        colour: Of its surface.
    """
    marker = new_marker(namespace, index, kind, colour)
    fill_pose(marker.pose, *pose)
    marker.scale = Vector3(x=size[0], y=size[1], z=size[2])
    return marker


def tagged_cube(namespace: str, pose: tuple[Vector, Vector], size: float, tag_size: float) -> list[Marker]:
    """Return a cube with a dark square on every face, where its tags are; see solid."""
    beyond = size + 2.0 * RELIEF
    sizes = (
        (size, size, size),
        (beyond, tag_size, tag_size),
        (tag_size, beyond, tag_size),
        (tag_size, tag_size, beyond),
    )
    return [
        solid(namespace, index, Marker.CUBE, pose, lengths, PRINT if index else PLASTIC)
        for index, lengths in enumerate(sizes)
    ]


def no_tagged_cube(namespace: str) -> list[Marker]:
    """Return what takes a tagged_cube away."""
    return [Marker(ns=namespace, id=index, action=Marker.DELETE) for index in range(CUBE_PARTS)]
