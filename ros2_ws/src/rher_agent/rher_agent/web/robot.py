# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The visible parts of a robot, read from its description."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import numpy as np
from transforms3d.euler import euler2quat

from rher_agent.web.shapes import Colour, Kind, Shape
from rher_agent.worlds.state import Vector

GREY: Colour = (0.7, 0.7, 0.7, 1.0)
"""Of what has no colour."""


def read_robot(description: str) -> list[Shape]:
    """Return the boxes, balls and cylinders of a URDF, each in the frame of its link; meshes are left out.

    Args:
        description: The text of the URDF.

    Raises:
        ValueError: It is no URDF.
    """
    try:
        return list(_shapes(ElementTree.fromstring(description)))
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"description is not understood: {error}; allowed: a URDF") from error


def _shapes(robot: ElementTree.Element) -> Iterator[Shape]:
    colours = {
        material.get("name"): _colour(material)
        for material in robot.iter("material")
        if material.find("color") is not None
    }
    for link in robot.iter("link"):
        for visual in link.iter("visual"):
            found = _form(visual.find("geometry"))
            if found is None:
                continue
            kind, size = found
            material = visual.find("material")
            colour = GREY if material is None else colours.get(material.get("name"), GREY)
            position, quaternion = _origin(visual.find("origin"))
            yield Shape(kind, link.get("name", ""), colour, size, position, quaternion)


def _form(geometry: ElementTree.Element | None) -> tuple[Kind, tuple[float, float, float]] | None:
    if geometry is None:
        return None
    if (box := geometry.find("box")) is not None:
        x, y, z = _numbers(box.get("size", "0 0 0"))
        return Kind.BOX, (x, y, z)
    if (ball := geometry.find("sphere")) is not None:
        diameter = 2.0 * float(ball.get("radius", "0"))
        return Kind.BALL, (diameter, diameter, diameter)
    if (cylinder := geometry.find("cylinder")) is not None:
        diameter = 2.0 * float(cylinder.get("radius", "0"))
        return Kind.CYLINDER, (diameter, diameter, float(cylinder.get("length", "0")))
    return None


def _origin(origin: ElementTree.Element | None) -> tuple[Vector, Vector]:
    if origin is None:
        return np.zeros(3), np.array((1.0, 0.0, 0.0, 0.0))
    roll, pitch, yaw = _numbers(origin.get("rpy", "0 0 0"))
    return np.array(_numbers(origin.get("xyz", "0 0 0"))), euler2quat(roll, pitch, yaw)


def _colour(material: ElementTree.Element) -> Colour:
    colour = material.find("color")
    assert colour is not None
    red, green, blue, opacity = _numbers(colour.get("rgba", "0.7 0.7 0.7 1"))
    return red, green, blue, opacity


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split())
