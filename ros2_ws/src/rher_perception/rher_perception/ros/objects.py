# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tracked objects as the message /objects, and drawn for rviz2."""

from __future__ import annotations

import math

import numpy as np
from rher_agent.ros.conversions import fill_header, fill_pose, fill_twist
from rher_agent.ros.shapes import no_tagged_cube, tagged_cube
from rher_interfaces.msg import ObjectState, ObjectStates
from visualization_msgs.msg import Marker, MarkerArray

from rher_perception.pipeline import SeenFrame
from rher_perception.tracking.tracker import TrackedObject

NOWHERE = np.full(3, math.nan)
"""Position of an object that was never seen: nobody can take it for a place."""
UNKNOWN = np.diag(np.full(6, math.inf))
"""Covariance of its pose: infinite variances, which no weighting can take for a measurement."""


def object_states(frame: SeenFrame) -> ObjectStates:
    """Return all objects at the capture, untracked ones included.

    The pose of an untracked object is the last one known, with the covariance of that time; of one that was never seen
    it is NOWHERE, with UNKNOWN.
    """
    message = ObjectStates(objects=[_object_state(item) for item in frame.objects])
    fill_header(message.header, frame.stamp_ns)
    return message


def object_markers(frame: SeenFrame, size: float, tag_size: float) -> MarkerArray:
    """Return cubes of one kind where they were seen; one that is lost is taken away.

    Args:
        frame: What was seen.
        size: Edge of the cubes [m].
        tag_size: Side of the squares on their faces [m].
    """
    markers: list[Marker] = []
    for item in frame.objects:
        pose = item.base_from_object
        if item.tracked and pose is not None:
            markers += tagged_cube(item.name, (pose.translation, pose.quaternion), size, tag_size)
        else:
            markers += no_tagged_cube(item.name)
    return MarkerArray(markers=markers)


def _object_state(item: TrackedObject) -> ObjectState:
    message = ObjectState(name=item.name, tracked=item.tracked, age=item.age)
    pose = item.base_from_object
    if pose is None:
        fill_pose(message.pose, NOWHERE, np.array((1.0, 0.0, 0.0, 0.0)))
    else:
        fill_pose(message.pose, pose.translation, pose.quaternion)
    message.pose_covariance = (UNKNOWN if pose is None else item.covariance).flatten()
    fill_twist(message.twist, item.linear_velocity, item.angular_velocity)
    return message
