# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What rviz2 and other onlookers see of the simulated arm: description, joints and frames.

Nothing of it is on the path of a step.
"""

from __future__ import annotations

import numpy as np
from geometry_msgs.msg import TransformStamped
from numpy.typing import NDArray
from rclpy.node import Node
from rher_agent.ros.conversions import BASE_FRAME, fill_header
from rher_agent.ros.quality import LATCHED, LOCKSTEP
from rher_robot_driver.kinematics.dh import JOINTS, UR_ARMS
from sensor_msgs.msg import JointState
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from transforms3d.quaternions import axangle2quat, qmult

from rher_sim_bridge.ros.camera import OPTICAL_FRAME
from rher_sim_bridge.ros.lockstep import LockstepServer
from rher_sim_bridge.ros.wall_timer import create_wall_timer
from rher_sim_bridge.scene.arm import JOINT_NAMES, LINK_NAMES, link_poses
from rher_sim_bridge.scene.camera import CAMERA
from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.urdf import robot_description
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld

Vector = NDArray[np.float64]

NO_TURN = np.array((1.0, 0.0, 0.0, 0.0))
HALF_TURN = np.array((0.0, 0.0, 0.0, 1.0))
"""UR's own base is base_link turned by pi about z."""
OPTICAL_TURN = np.array((0.0, 1.0, 0.0, 0.0))
"""From MuJoCo's camera, which looks along -z with y up, to an optical frame, which looks along z with y down."""


class Visuals:
    """Publishes /robot_description and /tf_static once, /joint_states and /tf while somebody listens.

    Args:
        node: Carries the publishers and the timer.
        world: What is shown.
        server: Holds the lock of the world.
        rate: Greatest rate in wall time [Hz]; 0 for none.
    """

    def __init__(self, node: Node, world: MujocoWorld, server: LockstepServer, rate: float) -> None:
        self._world = world
        self._server = server
        self._shown_ns = -1
        self._listeners = 0
        arm = UR_ARMS["ur5e"]
        self._link_poses = link_poses(arm)
        camera = world.model.camera(CAMERA)
        self._joint_states = node.create_publisher(JointState, "joint_states", LOCKSTEP)
        self._frames = node.create_publisher(TFMessage, "/tf", LOCKSTEP)
        self._description = node.create_publisher(String, "robot_description", LATCHED)
        self._description.publish(String(data=robot_description(arm, world.task.parameters.tool_radius)))
        self._static_frames = node.create_publisher(TFMessage, "/tf_static", LATCHED)
        self._static_frames.publish(
            TFMessage(
                transforms=[
                    _transform(0, BASE_FRAME, "base", np.zeros(3), HALF_TURN),
                    _transform(0, LINK_NAMES[-1], "tool0", np.zeros(3), NO_TURN),
                    _transform(0, "tool0", "tcp", np.array((0.0, 0.0, TOOL_LENGTH)), NO_TURN),
                    _transform(0, BASE_FRAME, OPTICAL_FRAME, camera.pos, qmult(camera.quat, OPTICAL_TURN)),
                ]
            )
        )
        if rate > 0.0:
            create_wall_timer(node, 1.0 / rate, self._show)

    def _show(self) -> None:
        listeners = self._joint_states.get_subscription_count() + self._frames.get_subscription_count()
        joined, self._listeners = listeners > self._listeners, listeners
        # A stamp is shown once, as tf2 wants it, but again for somebody who has just joined.
        if listeners == 0 or (self._world.stamp_ns == self._shown_ns and not joined):
            return
        with self._server.lock:
            answer = self._server.answer
            stamp_ns = self._world.stamp_ns
            positions = self._world.data.qpos[:JOINTS].copy()
            velocities = self._world.data.qvel[:JOINTS].copy()
        if answer is None:
            return
        self._shown_ns = stamp_ns
        joints = JointState(name=list(JOINT_NAMES), position=positions.tolist(), velocity=velocities.tolist())
        fill_header(joints.header, stamp_ns)
        self._joint_states.publish(joints)
        transforms = []
        parent = "base"
        for name, (position, quaternion), turn in zip(LINK_NAMES, self._link_poses, positions.tolist(), strict=True):
            turned = qmult(quaternion, axangle2quat((0.0, 0.0, 1.0), turn))
            transforms.append(_transform(stamp_ns, parent, name, position, turned))
            parent = name
        transforms.extend(
            _transform(stamp_ns, BASE_FRAME, item.name, item.position, item.orientation)
            for item in answer.state.objects
        )
        self._frames.publish(TFMessage(transforms=transforms))


def _transform(stamp_ns: int, parent: str, child: str, position: Vector, quaternion: Vector) -> TransformStamped:
    message = TransformStamped(child_frame_id=child)
    fill_header(message.header, stamp_ns)
    message.header.frame_id = parent
    translation, rotation = message.transform.translation, message.transform.rotation
    translation.x, translation.y, translation.z = np.asarray(position).tolist()
    rotation.w, rotation.x, rotation.y, rotation.z = np.asarray(quaternion).tolist()
    return message
