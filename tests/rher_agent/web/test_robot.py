# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What of a robot's description is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_agent.web.robot import GREY, read_robot
from rher_agent.web.shapes import Kind
from rher_robot_driver.description.tool import Tool
from rher_robot_driver.description.urdf import robot_description
from rher_robot_driver.kinematics.dh import UR_ARMS

EVERY_FORM = """
<robot name="r">
  <material name="red"><color rgba="1 0 0 0.5"/></material>
  <link name="a">
    <visual>
      <origin xyz="0.1 0.2 0.3" rpy="0 0 1.5707963267948966"/>
      <geometry><box size="0.1 0.2 0.3"/></geometry>
      <material name="red"/>
    </visual>
    <visual><geometry><sphere radius="0.05"/></geometry></visual>
    <visual><geometry><mesh filename="package://r/a.stl"/></geometry></visual>
    <collision><geometry><box size="1 1 1"/></geometry></collision>
  </link>
  <link name="b"><visual><geometry><cylinder radius="0.02" length="0.4"/></geometry></visual></link>
</robot>
"""


def test_every_form_is_read_in_the_frame_of_its_link():
    box, ball, cylinder = read_robot(EVERY_FORM)
    assert (box.kind, box.frame, box.size, box.colour) == (Kind.BOX, "a", (0.1, 0.2, 0.3), (1.0, 0.0, 0.0, 0.5))
    assert box.position == pytest.approx((0.1, 0.2, 0.3))
    assert box.quaternion == pytest.approx((math.sqrt(0.5), 0.0, 0.0, math.sqrt(0.5)))
    assert (ball.kind, ball.frame, ball.size, ball.colour) == (Kind.BALL, "a", (0.1, 0.1, 0.1), GREY)
    assert ball.quaternion == pytest.approx((1.0, 0.0, 0.0, 0.0))
    assert (cylinder.kind, cylinder.frame, cylinder.size) == (Kind.CYLINDER, "b", (0.04, 0.04, 0.4))


@pytest.mark.parametrize("model", sorted(UR_ARMS))
def test_all_of_an_arm_is_drawn(model):
    description = robot_description(UR_ARMS[model], Tool(length=0.15, mass=0.5))
    shapes = read_robot(description)
    assert len(shapes) == description.count("<visual>")
    assert {shape.kind for shape in shapes} == {Kind.CYLINDER}
    assert all(np.isfinite(shape.position).all() and min(shape.size) > 0.0 for shape in shapes)


@pytest.mark.parametrize(
    "description",
    ["a robot", EVERY_FORM.replace("0.02", "thick"), EVERY_FORM.replace("0.1 0.2 0.3", "0.1")],
    ids=["no XML", "no number", "too few numbers"],
)
def test_what_is_no_description_is_refused(description):
    with pytest.raises(ValueError, match=r"description is not understood: .*; allowed: a URDF"):
        read_robot(description)
