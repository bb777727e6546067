# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from rher_perception.geometry import Pose
from rher_perception.ros.objects import object_markers
from rher_perception.tracking.tracker import TrackedObject
from visualization_msgs.msg import Marker

PLACE = (0.5, 0.1, 0.025)


def seen(*, tracked: bool, pose: Pose | None):
    still = np.zeros(3)
    return SimpleNamespace(objects=(TrackedObject("cube", 5, pose, still, still, np.eye(6), tracked, 0.0, ""),))


def test_a_cube_is_drawn_where_it_was_seen():
    pose = Pose.from_quaternion((1.0, 0.0, 0.0, 0.0), PLACE)
    cube = object_markers(seen(tracked=True, pose=pose), 0.05, 0.04).markers[0]
    assert (cube.pose.position.x, cube.pose.position.y, cube.pose.position.z) == pytest.approx(PLACE)
    assert cube.scale.x == 0.05


@pytest.mark.parametrize("pose", [None, Pose.identity()])
def test_a_cube_that_is_lost_is_taken_away(pose):
    markers = object_markers(seen(tracked=False, pose=pose), 0.05, 0.04).markers
    assert {marker.action for marker in markers} == {Marker.DELETE}
