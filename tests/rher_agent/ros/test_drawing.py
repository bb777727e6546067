# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Messages of rviz2 as shapes."""

from __future__ import annotations

import numpy as np
import pytest
from geometry_msgs.msg import WrenchStamped
from rher_agent.ros.conversions import point_messages
from rher_agent.ros.drawing import FORCE_LENGTH, force_shape, marker_name, marker_shape, picture
from rher_agent.ros.shapes import new_marker, no_tagged_cube, solid, tagged_cube
from rher_agent.web.shapes import Kind
from rher_perception.ros.images import colour_message
from std_msgs.msg import Header
from visualization_msgs.msg import Marker

POSE = (np.array((0.5, 0.1, 0.02)), np.array((0.0, 1.0, 0.0, 0.0)))
COLOUR = (0.25, 0.5, 0.75, 1.0)


def test_a_solid_marker_keeps_its_pose_size_and_colour():
    shape = marker_shape(solid("goal", 3, Marker.CYLINDER, POSE, (0.1, 0.1, 0.004), COLOUR))
    assert shape is not None
    assert (shape.kind, shape.frame, shape.colour) == (Kind.CYLINDER, "base_link", COLOUR)
    assert shape.size == pytest.approx((0.1, 0.1, 0.004))
    assert shape.position == pytest.approx(POSE[0])
    assert shape.quaternion == pytest.approx(POSE[1])


def test_a_text_keeps_its_words():
    marker = new_marker("stage", 0, Marker.TEXT_VIEW_FACING, COLOUR)
    marker.text, marker.scale.z = "push", 0.03
    shape = marker_shape(marker)
    assert shape is not None
    assert (shape.kind, shape.text, shape.size[2]) == (Kind.TEXT, "push", 0.03)


@pytest.mark.parametrize(("kind", "drawn"), [(Marker.SPHERE_LIST, Kind.BEADS), (Marker.LINE_LIST, Kind.EDGES)])
def test_a_list_keeps_its_places(kind, drawn):
    marker = new_marker("list", 0, kind, COLOUR)
    marker.points, marker.scale.x = point_messages(np.eye(3)), 0.008
    shape = marker_shape(marker)
    assert shape is not None
    assert (shape.kind, shape.size[0]) == (drawn, 0.008)
    assert np.array_equal(shape.points, np.eye(3))


def test_what_is_taken_away_or_not_known_is_no_shape():
    assert all(marker_shape(marker) is None for marker in no_tagged_cube("cube"))
    assert marker_shape(new_marker("mesh", 0, Marker.MESH_RESOURCE, COLOUR)) is None


def test_every_marker_has_a_name_of_its_own():
    markers = [*tagged_cube("a", POSE, 0.05, 0.04), *tagged_cube("b", POSE, 0.05, 0.04)]
    names = {marker_name(topic, marker) for topic in ("rher/bodies", "/rher/markers") for marker in markers}
    assert len(names) == 2 * len(markers)
    assert marker_name("/rher/bodies", markers[0]) == "rher/bodies/a/0"


def test_a_force_is_an_arrow_in_its_own_frame():
    message = WrenchStamped(header=Header(frame_id="tcp"))
    message.wrench.force.z = -20.0
    shape = force_shape(message)
    assert (shape.kind, shape.frame) == (Kind.ARROW, "tcp")
    assert shape.points == pytest.approx(np.array(((0.0, 0.0, 0.0), (0.0, 0.0, -20.0 * FORCE_LENGTH))))


def test_pictures_of_both_orders_are_shown_in_their_colours():
    rgb = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3)
    message = colour_message(Header(), rgb)
    assert np.array_equal(picture(message), rgb)
    message.encoding = "bgr8"
    assert np.array_equal(picture(message), rgb[..., ::-1])
    message.encoding = "16UC1"
    with pytest.raises(ValueError, match="encoding is '16UC1'; allowed: rgb8, bgr8"):
        picture(message)
