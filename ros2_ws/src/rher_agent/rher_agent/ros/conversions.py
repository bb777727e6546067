# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Between the world's states and the messages that carry them. Every float crosses unchanged, in both directions.

Quaternions are (w, x, y, z) in arrays and named fields in messages; all poses and twists are in base_link, SI units.
Messages are made empty and then filled, since a message given its parts makes the parts it does not need all the same.
"""

from __future__ import annotations

import math

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose, Twist, Wrench
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates
from rher_interfaces.msg import ObjectState as ObjectStateMessage
from std_msgs.msg import Header

from rher_agent.worlds.state import NS_PER_S, ObjectState, Vector, WorldState

GRIPPER_AS_IT_IS = math.nan
"""The opening in a command that leaves the gripper alone."""
BASE_FRAME = "base_link"
"""The only frame of the contract (REP-103)."""


def time_message(stamp_ns: int) -> Time:
    """Return a stamp [ns] as a message."""
    sec, nanosec = divmod(stamp_ns, NS_PER_S)
    return Time(sec=sec, nanosec=nanosec)


def time_ns(stamp: Time) -> int:
    """Return a stamp in nanoseconds."""
    return int(stamp.sec * NS_PER_S + stamp.nanosec)


def fill_header(message: Header, stamp_ns: int) -> None:
    """Write a stamp [ns] and base_link into a header."""
    message.stamp.sec, message.stamp.nanosec = divmod(stamp_ns, NS_PER_S)
    message.frame_id = BASE_FRAME


def fill_pose(message: Pose, position: Vector, orientation: Vector) -> None:
    """Write a position (3,) [m] and a unit quaternion (4,) into a pose."""
    p, q = message.position, message.orientation
    p.x, p.y, p.z = position.tolist()
    q.w, q.x, q.y, q.z = orientation.tolist()


def pose_arrays(pose: Pose) -> tuple[Vector, Vector]:
    """Return the position (3,) [m] and the unit quaternion (4,) of a pose."""
    p, q = pose.position, pose.orientation
    return np.array((p.x, p.y, p.z)), np.array((q.w, q.x, q.y, q.z))


def fill_twist(message: Twist, linear: Vector, angular: Vector) -> None:
    """Write linear [m/s] and angular [rad/s] velocity, shape (3,) each, into a twist."""
    v, w = message.linear, message.angular
    v.x, v.y, v.z = linear.tolist()
    w.x, w.y, w.z = angular.tolist()


def twist_array(twist: Twist) -> Vector:
    """Return linear [m/s] then angular [rad/s] components, shape (6,)."""
    v, w = twist.linear, twist.angular
    return np.array((v.x, v.y, v.z, w.x, w.y, w.z))


def fill_wrench(message: Wrench, wrench: Vector) -> None:
    """Write force [N] then torque [N m], shape (6,), into a wrench."""
    f, t = message.force, message.torque
    f.x, f.y, f.z, t.x, t.y, t.z = wrench.tolist()


def wrench_array(wrench: Wrench) -> Vector:
    """Return force [N] then torque [N m], shape (6,)."""
    f, t = wrench.force, wrench.torque
    return np.array((f.x, f.y, f.z, t.x, t.y, t.z))


def point_messages(points: Vector) -> list[Point]:
    """Return points (n, 3) [m] as messages."""
    return [Point(x=x, y=y, z=z) for x, y, z in points.tolist()]


def point_array(points: list[Point]) -> Vector:
    """Return points as an array (n, 3) [m]."""
    return np.array([(p.x, p.y, p.z) for p in points], dtype=np.float64).reshape(-1, 3)


def command_message(
    twist: Vector, gripper: float, *, writer: str, episode: int, step: int, stamp_ns: int
) -> ArmCommand:
    """Return a command; its stamp is that of the state it was decided on."""
    message = ArmCommand(writer=writer, episode=episode, step=step, gripper=gripper)
    fill_header(message.header, stamp_ns)
    fill_twist(message.twist, twist[:3], twist[3:])
    return message


def arm_state_message(
    state: WorldState, *, episode: int, step: int, clipped: bool = False, stopped: bool = False, reason: str = ""
) -> ArmState:
    """Return the arm's half of a state of a simulated arm; object_states_message returns the other half."""
    message = ArmState(episode=episode, step=step, clipped=clipped, stopped=stopped, reason=reason)
    message.safety = ArmState.STOPPED if stopped else ArmState.NORMAL
    fill_header(message.header, state.stamp_ns)
    fill_pose(message.tcp_pose, state.tcp_position, state.tcp_orientation)
    fill_twist(message.tcp_twist, state.tcp_twist[:3], state.tcp_twist[3:])
    message.gripper = state.gripper
    fill_wrench(message.wrench, state.wrench)
    fill_twist(message.executed_twist, state.executed_twist[:3], state.executed_twist[3:])
    message.objects_stamp = time_message(state.objects_stamp_ns)
    return message


def object_states_message(state: WorldState) -> ObjectStates:
    """Return the objects' half of a state, with the stamp of their capture."""
    message = ObjectStates(objects=[_object_state_message(item) for item in state.objects])
    fill_header(message.header, state.objects_stamp_ns)
    return message


def world_state(arm: ArmState, objects: ObjectStates) -> WorldState:
    """Join the two halves of a state."""
    tcp_position, tcp_orientation = pose_arrays(arm.tcp_pose)
    return WorldState(
        stamp_ns=time_ns(arm.header.stamp),
        tcp_position=tcp_position,
        tcp_orientation=tcp_orientation,
        tcp_twist=twist_array(arm.tcp_twist),
        gripper=arm.gripper,
        wrench=wrench_array(arm.wrench),
        executed_twist=twist_array(arm.executed_twist),
        objects=tuple(_object_state(message) for message in objects.objects),
        objects_stamp_ns=time_ns(objects.header.stamp),
    )


def _object_state_message(item: ObjectState) -> ObjectStateMessage:
    message = ObjectStateMessage(name=item.name, tracked=item.tracked, age=item.age)
    fill_pose(message.pose, item.position, item.orientation)
    fill_twist(message.twist, item.linear_velocity, item.angular_velocity)
    return message


def _object_state(message: ObjectStateMessage) -> ObjectState:
    position, orientation = pose_arrays(message.pose)
    twist = twist_array(message.twist)
    return ObjectState(
        name=message.name,
        position=position,
        orientation=orientation,
        linear_velocity=twist[:3],
        angular_velocity=twist[3:],
        tracked=message.tracked,
        age=message.age,
    )
