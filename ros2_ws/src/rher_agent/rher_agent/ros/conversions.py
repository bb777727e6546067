# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Between the world's states and the messages that carry them. Every float crosses unchanged, in both directions.

Quaternions are (w, x, y, z) in arrays and named fields in messages; all poses and twists are in base_link, SI units.
"""

from __future__ import annotations

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose, Quaternion, Twist, Vector3, Wrench
from rher_interfaces.msg import ArmCommand, ArmState, ObjectStates
from rher_interfaces.msg import ObjectState as ObjectStateMessage
from std_msgs.msg import Header

from rher_agent.worlds.state import ObjectState, Vector, WorldState

BASE_FRAME = "base_link"
"""The only frame of the contract (REP-103)."""
NS_PER_S = 1_000_000_000


def time_message(stamp_ns: int) -> Time:
    """Return a stamp [ns] as a message."""
    sec, nanosec = divmod(stamp_ns, NS_PER_S)
    return Time(sec=sec, nanosec=nanosec)


def time_ns(stamp: Time) -> int:
    """Return a stamp in nanoseconds."""
    return int(stamp.sec * NS_PER_S + stamp.nanosec)


def header_message(stamp_ns: int) -> Header:
    """Return a header in base_link."""
    return Header(stamp=time_message(stamp_ns), frame_id=BASE_FRAME)


def pose_message(position: Vector, orientation: Vector) -> Pose:
    """Return a pose from a position (3,) [m] and a unit quaternion (4,)."""
    px, py, pz = position.tolist()
    w, x, y, z = orientation.tolist()
    return Pose(position=Point(x=px, y=py, z=pz), orientation=Quaternion(w=w, x=x, y=y, z=z))


def pose_arrays(pose: Pose) -> tuple[Vector, Vector]:
    """Return the position (3,) [m] and the unit quaternion (4,) of a pose."""
    p, q = pose.position, pose.orientation
    return np.array((p.x, p.y, p.z)), np.array((q.w, q.x, q.y, q.z))


def twist_message(twist: Vector) -> Twist:
    """Return a twist from linear [m/s] then angular [rad/s] components, shape (6,)."""
    vx, vy, vz, wx, wy, wz = twist.tolist()
    return Twist(linear=Vector3(x=vx, y=vy, z=vz), angular=Vector3(x=wx, y=wy, z=wz))


def twist_array(twist: Twist) -> Vector:
    """Return linear [m/s] then angular [rad/s] components, shape (6,)."""
    v, w = twist.linear, twist.angular
    return np.array((v.x, v.y, v.z, w.x, w.y, w.z))


def wrench_message(wrench: Vector) -> Wrench:
    """Return a wrench from force [N] then torque [N m], shape (6,)."""
    fx, fy, fz, tx, ty, tz = wrench.tolist()
    return Wrench(force=Vector3(x=fx, y=fy, z=fz), torque=Vector3(x=tx, y=ty, z=tz))


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
    return ArmCommand(
        header=header_message(stamp_ns),
        writer=writer,
        episode=episode,
        step=step,
        twist=twist_message(twist),
        gripper=gripper,
    )


def arm_state_message(
    state: WorldState, *, episode: int, step: int, clipped: bool = False, stopped: bool = False, reason: str = ""
) -> ArmState:
    """Return the arm's half of a state; objects_state_message returns the other half, with the same stamp."""
    return ArmState(
        header=header_message(state.stamp_ns),
        episode=episode,
        step=step,
        tcp_pose=pose_message(state.tcp_position, state.tcp_orientation),
        tcp_twist=twist_message(state.tcp_twist),
        gripper=state.gripper,
        wrench=wrench_message(state.wrench),
        executed_twist=twist_message(state.executed_twist),
        clipped=clipped,
        stopped=stopped,
        reason=reason,
        objects_stamp=time_message(state.stamp_ns),
    )


def object_states_message(state: WorldState) -> ObjectStates:
    """Return the objects' half of a state."""
    return ObjectStates(
        header=header_message(state.stamp_ns),
        objects=[
            ObjectStateMessage(
                name=body.name,
                pose=pose_message(body.position, body.orientation),
                twist=twist_message(np.concatenate((body.linear_velocity, body.angular_velocity))),
                tracked=body.tracked,
                age=body.age,
            )
            for body in state.objects
        ],
    )


def world_state(arm: ArmState, objects: ObjectStates) -> WorldState:
    """Join the two halves of a state. Objects captured before the arm's stamp are older by the difference."""
    stamp_ns = time_ns(arm.header.stamp)
    lag = (stamp_ns - time_ns(objects.header.stamp)) / NS_PER_S
    tcp_position, tcp_orientation = pose_arrays(arm.tcp_pose)
    return WorldState(
        stamp_ns=stamp_ns,
        tcp_position=tcp_position,
        tcp_orientation=tcp_orientation,
        tcp_twist=twist_array(arm.tcp_twist),
        gripper=arm.gripper,
        wrench=wrench_array(arm.wrench),
        executed_twist=twist_array(arm.executed_twist),
        objects=tuple(_object_state(message, lag) for message in objects.objects),
    )


def _object_state(message: ObjectStateMessage, lag: float) -> ObjectState:
    position, orientation = pose_arrays(message.pose)
    twist = twist_array(message.twist)
    return ObjectState(
        name=message.name,
        position=position,
        orientation=orientation,
        linear_velocity=twist[:3],
        angular_velocity=twist[3:],
        tracked=message.tracked,
        age=message.age + lag,
    )
