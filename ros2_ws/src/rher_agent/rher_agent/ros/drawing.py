# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Messages that rviz2 draws, as the shapes of another viewer."""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import WrenchStamped
from numpy.typing import NDArray
from sensor_msgs.msg import Image
from visualization_msgs.msg import Marker

from rher_agent.ros.conversions import point_array, pose_arrays, wrench_array
from rher_agent.web.shapes import Colour, Kind, Shape

KINDS = {
    Marker.CUBE: Kind.BOX,
    Marker.SPHERE: Kind.BALL,
    Marker.CYLINDER: Kind.CYLINDER,
    Marker.LINE_STRIP: Kind.LINE,
    Marker.LINE_LIST: Kind.EDGES,
    Marker.SPHERE_LIST: Kind.BEADS,
    Marker.ARROW: Kind.ARROW,
    Marker.TEXT_VIEW_FACING: Kind.TEXT,
}
FORCE_COLOUR: Colour = (0.8, 0.2, 0.2, 1.0)
FORCE_LENGTH = 0.01
"""Of the arrow of a force [m/N]; that of rher.rviz."""
FORCE_ARROW = (0.01, 0.02, 0.0)
"""Diameters of its shaft and head [m]."""
COLOURS = {"rgb8": slice(None), "bgr8": slice(None, None, -1)}
"""Order of the channels of the pictures that are shown."""


def marker_name(topic: str, marker: Marker) -> str:
    """Return a name by which a marker is known among those of all topics."""
    return f"{topic.strip('/')}/{marker.ns}/{marker.id}"


def marker_shape(marker: Marker) -> Shape | None:
    """Return the shape of a marker; None for one that is taken away, or of a type that nothing here publishes."""
    kind = KINDS.get(marker.type)
    if kind is None or marker.action != Marker.ADD:
        return None
    position, quaternion = pose_arrays(marker.pose)
    return Shape(
        kind,
        marker.header.frame_id,
        (marker.color.r, marker.color.g, marker.color.b, marker.color.a),
        (marker.scale.x, marker.scale.y, marker.scale.z),
        position,
        quaternion,
        point_array(marker.points),
        marker.text,
    )


def force_shape(message: WrenchStamped) -> Shape:
    """Return an arrow along a force, from the origin of its frame."""
    points = np.zeros((2, 3))
    points[1] = FORCE_LENGTH * wrench_array(message.wrench)[:3]
    return Shape(Kind.ARROW, message.header.frame_id, FORCE_COLOUR, FORCE_ARROW, points=points)


def picture(message: Image) -> NDArray[np.uint8]:
    """Return a picture as red, green and blue of shape (height, width, 3).

    Raises:
        ValueError: Its encoding is not known here.
    """
    if message.encoding not in COLOURS:
        raise ValueError(f"encoding is '{message.encoding}'; allowed: {', '.join(COLOURS)}")
    rows = np.frombuffer(bytes(message.data), np.uint8).reshape(message.height, message.step)
    pixels = rows[:, : 3 * message.width].reshape(message.height, message.width, 3)
    return pixels[..., COLOURS[message.encoding]]
