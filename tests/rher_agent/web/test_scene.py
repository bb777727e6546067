# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is told of frames and shapes, as the server of the viewer holds it for browsers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rher_agent.web.scene import Scene
from rher_agent.web.shapes import Kind, Shape

UPRIGHT = np.array((1.0, 0.0, 0.0, 0.0))
TURNED = np.array((0.0, 1.0, 0.0, 0.0))
RED = (1.0, 0.0, 0.0, 1.0)
BOX = Shape(Kind.BOX, "base_link", RED, (0.1, 0.2, 0.3), np.array((0.5, 0.0, 0.05)))


def by_name(server, name):
    return server.scene.get_handle_by_name(name)


@pytest.fixture
def scene(server):
    return Scene(server, "base_link")


def test_frames_hang_from_their_parents_whatever_comes_first(server, scene):
    scene.place("arm", "tool", np.array((0.0, 0.0, 0.1)), UPRIGHT)
    assert scene.frames == {"base_link"}
    scene.draw("nail", replace(BOX, frame="tool"))
    assert by_name(server, "/base_link/arm/tool/shapes/nail") is None
    scene.place("base_link", "arm", np.array((0.0, 0.2, 0.0)), TURNED)
    assert scene.frames == {"base_link", "arm", "tool"}
    assert by_name(server, "/base_link/arm").wxyz == pytest.approx(TURNED)
    assert by_name(server, "/base_link/arm/tool").position == pytest.approx((0.0, 0.0, 0.1))
    assert by_name(server, "/base_link/arm/tool/shapes/nail").position == pytest.approx(BOX.position)


def test_a_frame_moves_with_all_that_is_in_it(server, scene):
    scene.place("base_link", "arm", np.zeros(3), UPRIGHT)
    frame = by_name(server, "/base_link/arm")
    scene.place("base_link", "arm", np.array((0.1, 0.2, 0.3)), TURNED)
    assert by_name(server, "/base_link/arm") is frame
    assert frame.position == pytest.approx((0.1, 0.2, 0.3))
    assert frame.wxyz == pytest.approx(TURNED)


def test_a_shape_that_only_moves_is_not_sent_again(server, scene):
    scene.draw("box", BOX)
    before = by_name(server, "/base_link/shapes/box")
    scene.draw("box", replace(BOX, position=np.array((0.6, 0.1, 0.05)), quaternion=TURNED))
    assert by_name(server, "/base_link/shapes/box") is before
    assert before.position == pytest.approx((0.6, 0.1, 0.05))
    scene.draw("box", replace(BOX, colour=(0.0, 0.0, 1.0, 1.0)))
    after = by_name(server, "/base_link/shapes/box")
    assert after is not before
    assert tuple(after.color) == (0, 0, 255)


@pytest.mark.parametrize(
    "shape",
    [
        BOX,
        replace(BOX, kind=Kind.BALL, colour=(0.0, 1.0, 0.0, 0.4)),
        replace(BOX, kind=Kind.CYLINDER),
        replace(BOX, kind=Kind.TEXT, text="reach"),
        replace(BOX, kind=Kind.LINE, points=np.eye(3)),
        replace(BOX, kind=Kind.EDGES, points=np.zeros((4, 3))),
        replace(BOX, kind=Kind.BEADS, points=np.eye(3)),
        replace(BOX, kind=Kind.ARROW, points=np.eye(3)[:2]),
    ],
    ids=lambda shape: shape.kind.value,
)
def test_every_kind_is_drawn_and_taken_away(server, scene, shape):
    scene.draw("it", shape)
    assert by_name(server, "/base_link/shapes/it") is not None
    scene.remove("it")
    assert by_name(server, "/base_link/shapes/it") is None
    assert not scene.shapes
    scene.remove("it")


@pytest.mark.parametrize(
    "shape",
    [
        replace(BOX, kind=Kind.TEXT),
        replace(BOX, kind=Kind.LINE, points=np.zeros((1, 3))),
        replace(BOX, kind=Kind.EDGES),
        replace(BOX, kind=Kind.BEADS),
        replace(BOX, kind=Kind.ARROW, points=np.zeros((2, 3))),
    ],
    ids=lambda shape: shape.kind.value,
)
def test_what_shows_nothing_takes_the_old_away(server, scene, shape):
    scene.draw("it", BOX)
    scene.draw("it", shape)
    assert by_name(server, "/base_link/shapes/it") is None


@pytest.mark.parametrize(("kind", "parts"), [(Kind.LINE, [[0, 1], [1, 2], [2, 3]]), (Kind.EDGES, [[0, 1], [2, 3]])])
def test_a_line_goes_through_its_points_and_edges_join_two_each(server, scene, kind, parts):
    points = np.arange(12.0).reshape(4, 3)
    scene.draw("it", replace(BOX, kind=kind, points=points))
    np.testing.assert_array_equal(by_name(server, "/base_link/shapes/it").points, points[parts])


def test_what_perception_sees_is_shown(scene):
    for grey in (10, 200):
        scene.show_picture(np.full((4, 6, 3), grey, np.uint8))
    assert scene.picture is not None
    assert scene.picture.mean() == 200.0


def test_a_scene_is_cleared_but_for_its_frames(server, scene):
    scene.place("base_link", "arm", np.zeros(3), UPRIGHT)
    scene.draw("box", BOX)
    scene.draw("lost", replace(BOX, frame="nowhere"))
    scene.show_picture(np.zeros((4, 6, 3), np.uint8))
    scene.clear()
    assert not scene.shapes
    assert scene.picture is None
    assert by_name(server, "/base_link/shapes/box") is None
    assert scene.frames == {"base_link", "arm"}


def test_a_stroke_in_a_name_makes_no_child(server, scene):
    scene.place("base_link", "ur", np.array((0.0, 0.0, 1.0)), UPRIGHT)
    scene.place("base_link", "ur/tool", np.array((0.0, 0.0, 2.0)), UPRIGHT)
    assert by_name(server, "/base_link/ur|tool").position == pytest.approx((0.0, 0.0, 2.0))
    for name in ("a/1", "a/1/0", "a|1"):
        scene.draw(name, BOX)
    scene.remove("a/1")
    scene.draw("a/1/0", replace(BOX, position=np.zeros(3)))
    assert by_name(server, "/base_link/shapes/a|1|0").position == pytest.approx(np.zeros(3))
    assert by_name(server, "/base_link/shapes/a||1") is not None


def test_a_frame_keeps_its_first_parent_and_the_base_stays(server, scene):
    scene.place("base_link", "arm", np.zeros(3), UPRIGHT)
    scene.place("elsewhere", "arm", np.ones(3), UPRIGHT)
    scene.place("world", "base_link", np.ones(3), UPRIGHT)
    assert by_name(server, "/base_link/arm").position == pytest.approx(np.zeros(3))
    assert by_name(server, "/base_link").position == pytest.approx(np.zeros(3))


def test_axes_are_shown_when_the_page_asks_for_them(server, scene):
    scene.place("base_link", "arm", np.zeros(3), UPRIGHT)
    scene.show_axes()
    assert not by_name(server, "/base_link/arm").show_axes
    scene.axes_box.value = True
    scene.show_axes()
    scene.place("arm", "tool", np.zeros(3), UPRIGHT)
    assert by_name(server, "/base_link/arm").show_axes
    assert by_name(server, "/base_link/arm/tool").show_axes
