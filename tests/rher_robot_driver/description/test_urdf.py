# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The URDF against the kinematics, read back by a small parser of its own."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import mujoco
import numpy as np
import pytest
from rher_robot_driver.description.links import JOINT_NAMES
from rher_robot_driver.description.tool import Tool
from rher_robot_driver.description.urdf import robot_description
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from transforms3d.affines import compose
from transforms3d.axangles import axangle2mat
from transforms3d.euler import euler2mat

TOOL = Tool(length=0.16)


def part(joint: ElementTree.Element, tag: str) -> dict[str, str]:
    element = joint.find(tag)
    assert element is not None
    return element.attrib


def poses(urdf: str, joints: dict[str, float]) -> dict[str, np.ndarray]:
    """Every link's pose in base_link, shape (4, 4)."""
    robot = ElementTree.fromstring(urdf)
    result = {"base_link": np.eye(4)}
    waiting = robot.findall("joint")
    while waiting:
        joint = next(j for j in waiting if part(j, "parent")["link"] in result)
        waiting.remove(joint)
        origin = part(joint, "origin")
        xyz, rpy = ([float(x) for x in origin[key].split()] for key in ("xyz", "rpy"))
        local = compose(xyz, euler2mat(*rpy), np.ones(3))
        if joint.attrib["type"] == "revolute":
            axis = [float(x) for x in part(joint, "axis")["xyz"].split()]
            local = local @ compose(np.zeros(3), axangle2mat(axis, joints[joint.attrib["name"]]), np.ones(3))
        result[part(joint, "child")["link"]] = result[part(joint, "parent")["link"]] @ local
    return result


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_the_tcp_of_the_urdf_is_that_of_the_kinematics(name: str) -> None:
    arm = UR_ARMS[name]
    urdf, rng = robot_description(arm, TOOL), np.random.default_rng(0)
    for frame, offset in (("tcp", TOOL.length), ("tool0", 0.0)):
        kinematics = ArmKinematics(arm, offset)
        for _ in range(20):
            q = rng.uniform(-np.pi, np.pi, 6)
            pose = poses(urdf, dict(zip(JOINT_NAMES, q.tolist(), strict=True)))[frame]
            position, rotation = kinematics.forward(q)
            np.testing.assert_allclose(pose[:3, 3], position, atol=1e-12)
            np.testing.assert_allclose(pose[:3, :3], rotation, atol=1e-12)


def test_base_is_turned_by_pi() -> None:
    pose = poses(robot_description(UR_ARMS["ur5e"], TOOL), dict.fromkeys(JOINT_NAMES, 0.0))["base"]
    np.testing.assert_allclose(pose, np.diag((-1.0, -1.0, 1.0, 1.0)), atol=1e-15)


def test_links_and_joints_have_the_names_people_know() -> None:
    robot = ElementTree.fromstring(robot_description(UR_ARMS["ur5e"], TOOL))
    links = {link.attrib["name"] for link in robot.findall("link")}
    assert {"base_link", "base", "shoulder_link", "upper_arm_link", "forearm_link", "wrist_3_link", "tool0"} <= links
    moving = [joint.attrib["name"] for joint in robot.findall("joint") if joint.attrib["type"] == "revolute"]
    assert moving == list(JOINT_NAMES)


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_a_parser_that_nobody_here_wrote_takes_it(name: str) -> None:
    arm = UR_ARMS[name]
    model = mujoco.MjModel.from_xml_string(robot_description(arm, TOOL))
    assert [model.joint(i).name for i in range(model.njnt)] == list(JOINT_NAMES)
    assert model.body_mass.sum() == pytest.approx(sum(arm.link_masses) + TOOL.mass)


@pytest.mark.parametrize(("length", "shapes"), [(0.0, 0), (0.05, 1), (0.16, 2)])
def test_a_short_tool_shows_no_fingers(length: float, shapes: int) -> None:
    robot = ElementTree.fromstring(robot_description(UR_ARMS["ur5e"], Tool(length=length, mass=0.0)))
    flange = next(link for link in robot.findall("link") if link.attrib["name"] == "tool0")
    assert len(flange.findall("visual")) == shapes
    assert flange.find("inertial") is None
