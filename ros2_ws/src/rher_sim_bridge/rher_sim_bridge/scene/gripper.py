# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A two-finger gripper. Closed, its half-round rubber tips make one round pusher on the axis of the tool.

The tip is a capsule along the tool axis, so that its contact with a box is analytic and the same from every side. Tasks
that push weld the fingers shut. Tasks that grasp give each finger a slide and a tip of its own; closed, the two lie in
each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
from rher_agent.tasks.tabletop import TIP

TOOL_BODY = "gripper"
TCP_SITE = "tcp"
TIP_GEOM = "tip"
FINGER_JOINTS = ("left_finger", "right_finger")

TOOL_LENGTH = 0.16
"""From the flange to the TCP, along the flange's z [m]; a Robotiq 2F-85 measures 0.163."""
PALM_LENGTH = 0.085
"""From the flange to where the fingers begin [m]."""
PALM_RADIUS = 0.040
"""[m]"""
MASS = 0.925
"""Of the whole gripper [kg] (2F-85, maker's data sheet)."""
CENTRE_OF_MASS = 0.058
"""Along the tool axis from the flange [m] (2F-85, maker's data sheet)."""
TIP_BELOW_TCP = TIP
"""From the TCP to the lowest point of the tip [m]: 8 mm of air over the table when the TCP is at half a 5 cm cube."""
TIP_ABOVE_TCP = 0.045
"""From the TCP to the upper end of the tip [m]: above the upper edge of a 5 cm cube."""
FINGER_HALF_WIDTH = 0.008
"""Half the section of a finger [m]; less than the radius of the tip, which therefore is what touches."""
FINGER_TRAVEL = 0.0425
"""Of each finger from closed to open [m]; the stroke of a 2F-85 is 85 mm."""
FINGER_MASS = 0.02
"""[kg]"""
FINGER_STIFFNESS = 4000.0
"""Of the position servo of a finger [N/m]."""
FINGER_ARMATURE = 0.5
"""Inertia of motor and spindle as seen at the finger [kg]."""
FINGER_DAMPING = 90.0
"""Of the position servo of a finger [N s/m], critical without drag; with it the last millimetres take half a second."""
FINGER_FORCE = 20.0
"""Greatest force of a finger [N], the least that a 2F-85 can be set to (maker's data sheet). The soft tips give way to
more until they pass through a cube as light as ours."""
FINGER_SPEED = 0.075
"""Greatest speed of a finger [m/s]: a 2F-85 shuts with up to 150 mm/s (maker's data sheet). Faster fingers fling cubes
off the table that they catch by an edge."""
FINGER_DRAG = FINGER_FORCE / FINGER_SPEED
"""Of motor and spindle [N s/m]: the greatest force moves a finger with its greatest speed."""
FRICTION = (0.6, 0.005, 0.0001)
"""Rubber on plastic: sliding, torsional [m], rolling [m]."""
TIP_IMPEDANCE = (0.1, 0.95, 0.002, 0.5, 2.0)
"""MuJoCo's solimp of the soft rubber: gives way over its first 2 mm, so that a pushed cube does not chatter."""
TIP_PRIORITY = 1
"""The rubber decides how a contact with it behaves."""
PALM_COLOUR = (0.16, 0.17, 0.19, 1.0)
TIP_COLOUR = (0.90, 0.45, 0.10, 1.0)


@dataclass(frozen=True)
class Gripper:
    """What a task wants of the gripper."""

    tip_radius: float
    """Radius of the closed tips [m]."""
    opens: bool = False
    """Whether the fingers slide, driven by position servos, or are welded shut."""

    def __post_init__(self) -> None:
        if not FINGER_HALF_WIDTH < self.tip_radius < TIP_BELOW_TCP:
            raise ValueError(
                f"tip_radius is {self.tip_radius} m; allowed: between {FINGER_HALF_WIDTH} and {TIP_BELOW_TCP}"
            )


def gripper_moments() -> tuple[float, float, float]:
    """Return the gripper's moments of inertia about its centre [kg m^2]: a solid cylinder as long as the tool."""
    across = MASS * (3.0 * PALM_RADIUS**2 + TOOL_LENGTH**2) / 12.0
    return (across, across, MASS * PALM_RADIUS**2 / 2.0)


def add_gripper(spec: mujoco.MjSpec, flange: mujoco.MjsBody, gripper: Gripper) -> None:
    """Mount the gripper on a flange whose z points out of it, and mark the TCP with a site whose z points away."""
    body = flange.add_body(name=TOOL_BODY, gravcomp=1.0)
    body.explicitinertial = True
    body.mass, body.ipos, body.inertia = MASS, (0.0, 0.0, CENTRE_OF_MASS), gripper_moments()
    body.add_geom(
        name="palm",
        type=mujoco.mjtGeom.mjGEOM_CYLINDER,
        fromto=(0.0, 0.0, 0.0, 0.0, 0.0, PALM_LENGTH),
        size=(PALM_RADIUS, 0.0, 0.0),
        rgba=PALM_COLOUR,
    )
    body.add_site(name=TCP_SITE, pos=(0.0, 0.0, TOOL_LENGTH), size=(0.004, 0.004, 0.004), group=3)
    if not gripper.opens:
        _add_tip(body, TIP_GEOM, gripper.tip_radius)
        return
    for name, side in zip(FINGER_JOINTS, (1.0, -1.0), strict=True):
        finger = body.add_body(name=name, gravcomp=1.0)
        finger.explicitinertial = True
        finger.mass = FINGER_MASS
        finger.ipos = (0.0, 0.0, (PALM_LENGTH + TOOL_LENGTH) / 2.0)
        moment = FINGER_MASS * (TOOL_LENGTH - PALM_LENGTH) ** 2 / 12.0
        finger.inertia = (moment, moment, FINGER_MASS * FINGER_HALF_WIDTH**2)
        finger.add_joint(
            name=name,
            type=mujoco.mjtJoint.mjJNT_SLIDE,
            axis=(0.0, side, 0.0),
            range=(0.0, FINGER_TRAVEL),
            limited=mujoco.mjtLimited.mjLIMITED_TRUE,
            armature=FINGER_ARMATURE,
            damping=FINGER_DRAG,
        )
        _add_tip(finger, f"{name}_{TIP_GEOM}", gripper.tip_radius)
        actuator = spec.add_actuator(name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT)
        actuator.set_to_position(kp=FINGER_STIFFNESS, kv=FINGER_DAMPING)
        actuator.forcelimited = mujoco.mjtLimited.mjLIMITED_TRUE
        actuator.forcerange = (-FINGER_FORCE, FINGER_FORCE)
        actuator.ctrllimited = mujoco.mjtLimited.mjLIMITED_TRUE
        actuator.ctrlrange = (0.0, FINGER_TRAVEL)
    spec.add_exclude(name="fingers", bodyname1=FINGER_JOINTS[0], bodyname2=FINGER_JOINTS[1])


def _add_tip(body: mujoco.MjsBody, name: str, radius: float) -> None:
    body.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=(0.0, 0.0, TOOL_LENGTH - TIP_ABOVE_TCP, 0.0, 0.0, TOOL_LENGTH + TIP_BELOW_TCP - radius),
        size=(radius, 0.0, 0.0),
        friction=FRICTION,
        solimp=TIP_IMPEDANCE,
        priority=TIP_PRIORITY,
        rgba=TIP_COLOUR,
    )
    body.add_geom(
        name=f"{name}_finger",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=(0.0, 0.0, (PALM_LENGTH + TOOL_LENGTH - TIP_ABOVE_TCP) / 2.0),
        size=(FINGER_HALF_WIDTH, FINGER_HALF_WIDTH, (TOOL_LENGTH - TIP_ABOVE_TCP - PALM_LENGTH) / 2.0),
        rgba=PALM_COLOUR,
        contype=0,
        conaffinity=0,
    )
