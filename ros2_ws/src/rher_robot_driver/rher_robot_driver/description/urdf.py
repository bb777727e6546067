# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The arm's description for /robot_description, written from the same Denavit-Hartenberg table as the physics.

Frames: base_link (REP-103) with UR's own `base` turned by pi about z, the six links under their usual names, `tool0` at
the flange with its z pointing out, and `tcp` at the finger tips. Poses of links are those of the MuJoCo bodies.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import mat2euler, quat2euler

from rher_robot_driver.description.frames import BASE, BASE_LINK, Frame, fixed_frames
from rher_robot_driver.description.links import (
    JOINT_BLUE,
    JOINT_NAMES,
    LIGHT,
    LINK_NAMES,
    Inertia,
    Rod,
    base_rod,
    link_inertias,
    link_poses,
    link_rods,
)
from rher_robot_driver.description.tool import Tool
from rher_robot_driver.kinematics.dh import ArmModel

Vector = NDArray[np.float64]


def robot_description(arm: ArmModel, tool: Tool) -> str:
    """Return the URDF of an arm with its tool."""
    robot = ElementTree.Element("robot", name=arm.name)
    for name, colour in (("light", LIGHT), ("joint", JOINT_BLUE)):
        material = ElementTree.SubElement(robot, "material", name=name)
        ElementTree.SubElement(material, "color", rgba=_text(colour))
    base, flange, tcp = fixed_frames(tool.length)
    _add_link(robot, BASE_LINK, ())
    _add_link(robot, base.name, (base_rod(arm),))
    _add_fixed(robot, base)
    parent = BASE
    inertias = link_inertias(arm)
    links = zip(LINK_NAMES, JOINT_NAMES, link_poses(arm), link_rods(arm), strict=True)
    for index, (name, joint_name, (position, quaternion), rods) in enumerate(links):
        _add_link(robot, name, rods, inertias[index])
        joint = _add_joint(robot, joint_name, "revolute", parent, name, position, quaternion)
        ElementTree.SubElement(joint, "axis", xyz="0 0 1")
        ElementTree.SubElement(
            joint,
            "limit",
            lower=repr(arm.joint_lower[index]),
            upper=repr(arm.joint_upper[index]),
            effort=repr(arm.joint_torque_limits[index]),
            velocity=repr(arm.joint_speed_limits[index]),
        )
        parent = name
    # A link without mass is told without inertia: parsers refuse zeros.
    _add_link(robot, flange.name, tool.rods, tool.inertia if tool.mass > 0.0 else None)
    _add_fixed(robot, flange)
    _add_link(robot, tcp.name, ())
    _add_fixed(robot, tcp)
    ElementTree.indent(robot)
    return ElementTree.tostring(robot, encoding="unicode", xml_declaration=True)


def _add_link(robot: ElementTree.Element, name: str, rods: Iterable[Rod], inertia: Inertia | None = None) -> None:
    link = ElementTree.SubElement(robot, "link", name=name)
    if inertia is not None:
        inertial = ElementTree.SubElement(link, "inertial")
        _add_origin(inertial, inertia.center, (0.0, 0.0, 0.0))
        ElementTree.SubElement(inertial, "mass", value=repr(inertia.mass))
        ixx, iyy, izz = (repr(moment) for moment in inertia.moments.tolist())
        ElementTree.SubElement(inertial, "inertia", ixx=ixx, iyy=iyy, izz=izz, ixy="0.0", ixz="0.0", iyz="0.0")
    for rod in rods:
        start, end = np.array(rod.start), np.array(rod.end)
        visual = ElementTree.SubElement(link, "visual")
        _add_origin(visual, (start + end) / 2.0, _turn_of_z(end - start))
        geometry = ElementTree.SubElement(visual, "geometry")
        length = float(np.linalg.norm(end - start))
        ElementTree.SubElement(geometry, "cylinder", radius=repr(rod.radius), length=repr(length))
        ElementTree.SubElement(visual, "material", name="light" if rod.is_capsule else "joint")


def _add_fixed(robot: ElementTree.Element, frame: Frame) -> None:
    joint_name = f"{frame.parent}-{frame.name}"
    _add_joint(robot, joint_name, "fixed", frame.parent, frame.name, frame.position, frame.orientation)


def _add_joint(
    robot: ElementTree.Element, name: str, kind: str, parent: str, child: str, position: Vector, quaternion: Vector
) -> ElementTree.Element:
    joint = ElementTree.SubElement(robot, "joint", name=name, type=kind)
    ElementTree.SubElement(joint, "parent", link=parent)
    ElementTree.SubElement(joint, "child", link=child)
    _add_origin(joint, position, quat2euler(quaternion))
    return joint


def _add_origin(element: ElementTree.Element, position: Vector, rpy: tuple[float, float, float]) -> None:
    # URDF's roll, pitch, yaw are about fixed axes, the default of transforms3d.
    ElementTree.SubElement(element, "origin", xyz=_text(position), rpy=_text(rpy))


def _text(numbers: Iterable[float]) -> str:
    # Adding zero makes a negative zero a plain one.
    return " ".join(repr(float(number) + 0.0) for number in numbers)


def _turn_of_z(direction: Vector) -> tuple[float, float, float]:
    """Return roll, pitch, yaw [rad] of a frame whose z points along a direction."""
    z = direction / np.linalg.norm(direction)
    helper = np.eye(3)[int(np.argmin(np.abs(z)))]
    x = np.cross(helper, z)
    x /= np.linalg.norm(x)
    return mat2euler(np.column_stack((x, np.cross(z, x), z)))
