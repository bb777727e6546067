# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
from rher_agent.ros.shapes import no_tagged_cube, tagged_cube
from visualization_msgs.msg import Marker

POSE = (np.array((0.5, 0.1, 0.025)), np.array((0.8, 0.0, 0.0, 0.6)))


def test_every_face_of_a_cube_shows_a_tag():
    cube, *squares = tagged_cube("cube", POSE, 0.05, 0.04)
    assert (cube.scale.x, cube.scale.y, cube.scale.z) == (0.05, 0.05, 0.05)
    for axis, square in zip("xyz", squares, strict=True):
        lengths = {name: getattr(square.scale, name) for name in "xyz"}
        assert 0.05 < lengths.pop(axis) < 0.052
        assert set(lengths.values()) == {0.04}
        assert square.color.r < cube.color.r
    for marker in (cube, *squares):
        assert marker.header.frame_id == "base_link"
        assert (marker.pose.position.x, marker.pose.orientation.z) == (0.5, 0.6)


def test_a_cube_is_taken_away_whole():
    drawn, away = tagged_cube("cube", POSE, 0.05, 0.04), no_tagged_cube("cube")
    assert [(marker.ns, marker.id) for marker in away] == [(marker.ns, marker.id) for marker in drawn]
    assert {marker.action for marker in away} == {Marker.DELETE}
