# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What rviz2 and other onlookers see of the simulated arm and its table: description, joints, frames, bodies, force.

Nothing of it is on the path of a step.
"""

from __future__ import annotations

from geometry_msgs.msg import WrenchStamped
from rclpy.node import Node
from rher_agent.ros.conversions import fill_header
from rher_agent.ros.quality import BODIES, LATCHED, LOCKSTEP, WRENCH
from rher_perception.ros.topics import OPTICAL_FRAME
from rher_robot_driver.description.frames import BASE_LINK, Frame, LinkFrames, fixed_frames
from rher_robot_driver.description.links import JOINT_NAMES
from rher_robot_driver.description.tool import Tool
from rher_robot_driver.description.urdf import robot_description
from rher_robot_driver.kinematics.dh import JOINTS, UR_ARMS
from rher_robot_driver.ros.transforms import transform_message
from rher_robot_driver.ros.wrenches import wrench_message
from sensor_msgs.msg import JointState
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from visualization_msgs.msg import MarkerArray

from rher_sim_bridge.ros.body_markers import BodyMarkers
from rher_sim_bridge.ros.lockstep import LockstepServer
from rher_sim_bridge.ros.wall_timer import create_wall_timer
from rher_sim_bridge.scene.camera import optical_pose
from rher_sim_bridge.scene.gripper import CENTRE_OF_MASS, MASS, PALM_LENGTH, PALM_RADIUS, TOOL_LENGTH
from rher_sim_bridge.worlds.mujoco_world import MujocoWorld


class Visuals:
    """Publishes /robot_description and /tf_static once, everything else while somebody listens.

    Args:
        node: Carries the publishers and the timer.
        world: What is shown.
        server: Holds the lock of the world.
        rate: Greatest rate in wall time [Hz]; 0 for none.
        with_objects: Whether to tell where camera and objects are; a perception node tells it itself.
    """

    def __init__(
        self, node: Node, world: MujocoWorld, server: LockstepServer, rate: float, *, with_objects: bool
    ) -> None:
        self._world = world
        self._server = server
        self._with_objects = with_objects
        self._shown_ns = -1
        self._listeners = 0
        arm = UR_ARMS["ur5e"]
        self._link_frames = LinkFrames(arm)
        tool = Tool(
            length=TOOL_LENGTH,
            mass=MASS,
            center_of_mass=CENTRE_OF_MASS,
            tip_radius=world.task.parameters.tool_radius,
            palm_length=PALM_LENGTH,
            palm_radius=PALM_RADIUS,
        )
        self._joint_states = node.create_publisher(JointState, "joint_states", LOCKSTEP)
        self._frames = node.create_publisher(TFMessage, "/tf", LOCKSTEP)
        self._bodies = node.create_publisher(MarkerArray, BODIES, LOCKSTEP)
        self._body_markers = BodyMarkers(world.model, () if with_objects else world.task.object_names)
        self._wrenches = node.create_publisher(WrenchStamped, WRENCH, LOCKSTEP)
        self._description = node.create_publisher(String, "robot_description", LATCHED)
        self._description.publish(String(data=robot_description(arm, tool)))
        self._static_frames = node.create_publisher(TFMessage, "/tf_static", LATCHED)
        frames = fixed_frames(TOOL_LENGTH)
        if with_objects:
            frames = (*frames, Frame(BASE_LINK, OPTICAL_FRAME, *optical_pose(world.task.parameters.center)))
        self._static_frames.publish(TFMessage(transforms=[transform_message(frame, 0) for frame in frames]))
        if rate > 0.0:
            create_wall_timer(node, 1.0 / rate, self._show)

    def _show(self) -> None:
        publishers = (self._joint_states, self._frames, self._bodies, self._wrenches)
        listeners = sum(publisher.get_subscription_count() for publisher in publishers)
        joined, self._listeners = listeners > self._listeners, listeners
        # A stamp is shown once, as tf2 wants it, but again for somebody who has just joined.
        if listeners == 0 or (self._world.stamp_ns == self._shown_ns and not joined):
            return
        with self._server.lock:
            answer = self._server.answer
            stamp_ns = self._world.stamp_ns
            positions = self._world.data.qpos[:JOINTS].copy()
            velocities = self._world.data.qvel[:JOINTS].copy()
            body_poses = self._body_markers.poses(self._world.data)
        if answer is None:
            return
        self._shown_ns = stamp_ns
        joints = JointState(name=list(JOINT_NAMES), position=positions.tolist(), velocity=velocities.tolist())
        fill_header(joints.header, stamp_ns)
        self._joint_states.publish(joints)
        told = answer.state.objects if self._with_objects else ()
        objects = (Frame(BASE_LINK, item.name, item.position, item.orientation) for item in told)
        frames = (*self._link_frames.at(positions.tolist()), *objects)
        self._frames.publish(TFMessage(transforms=[transform_message(frame, stamp_ns) for frame in frames]))
        if self._bodies.get_subscription_count() > 0:
            self._bodies.publish(self._body_markers.at(*body_poses))
        if self._wrenches.get_subscription_count() > 0:
            self._wrenches.publish(wrench_message(answer.state.wrench, answer.state.tcp_orientation, stamp_ns))
