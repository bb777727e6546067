# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The perception node on rendered pictures: poses with capture stamps, repeats, depth, latency, what onlookers see."""

from __future__ import annotations

import math

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.parameter import Parameter
from rher_agent.ros.conversions import pose_arrays, time_ns
from rher_agent.ros.parameters import ParameterError
from rher_agent.ros.quality import DETECTIONS_IMAGE, LATCHED
from rher_perception.drawing.overlay import Overlay
from rher_perception.perception_node import PerceptionNode
from rher_perception.ros.frames import FRAMES, STATIC_FRAMES
from rher_perception.ros.images import colour_array
from rher_perception.ros.topics import LATENCY
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import Image
from std_msgs.msg import Float64
from tf2_msgs.msg import TFMessage

from tests.rher_perception.ros.cell import CUBE, FRAME, PERIOD_NS, VIEW, blank, error, picture, position, values

COLOURED = {"object.tags": False, "object.colour.enabled": True}


def covariance(item):
    return np.reshape(item.pose_covariance, (6, 6))


def test_every_picture_gives_the_pose_with_its_capture_stamp(studio, make_cell):
    cell = make_cell()
    for seed in range(5):
        message = cell.see(picture(studio, seed))
        (cube,) = message.objects
        assert time_ns(message.header.stamp) == cell.stamp_ns
        assert message.header.frame_id == "base_link"
        assert (cube.name, cube.tracked, cube.age) == ("cube", True, 0.0)
        assert error(cube) < 0.002
        deviations = np.sqrt(np.diag(covariance(cube)))
        assert (deviations > 0.0).all()
        assert (deviations[:3] < 0.001).all()
        assert (deviations[3:] < math.radians(1.0)).all()


def test_the_last_picture_once_more_gives_the_same_message_and_other_pixels_none(studio, make_cell):
    cell = make_cell()
    for seed in range(3):
        first = cell.see(picture(studio, seed))
        cell.show(picture(studio, seed + 9), again=True)
        cell.status("its pixels are others")
        cell.show(picture(studio, seed), again=True)
        assert cell.answer() == first
        assert not cell.objects
        cell.see(picture(studio, seed + 20))


def test_of_pictures_that_came_while_it_was_busy_only_the_newest_is_answered(studio, make_cell):
    cell = make_cell()
    cell.see(picture(studio, 0))
    for seed in (1, 2, 3):
        cell.show(picture(studio, seed))
    assert time_ns(cell.answer().header.stamp) == cell.stamp_ns
    assert not cell.objects


def test_a_camera_that_begins_anew_in_the_past_is_believed(studio, make_cell):
    cell = make_cell()
    cell.see(picture(studio, 0))
    cell.stamp_ns = 0
    message = cell.see(picture(studio, 1))
    assert time_ns(message.header.stamp) == PERIOD_NS
    assert message.objects[0].age == 0.0


def test_a_cube_without_tags_is_found_by_colour_and_depth_whichever_comes_first(studio, make_cell):
    cell = make_cell(**COLOURED)
    cell.spin_until(lambda: cell.node.count_publishers("camera/aligned_depth_to_color/image_raw") > 0)
    for seed in range(4):
        rgb, depth = studio.coloured(VIEW, CUBE, seed=seed)
        if seed % 2:
            cell.stamp_ns += PERIOD_NS
            cell.show_depth(depth)
            cell.show(rgb, again=True)
        else:
            cell.show(rgb)
            cell.show_depth(depth)
        message = cell.answer()
        (cube,) = message.objects
        assert time_ns(message.header.stamp) == cell.stamp_ns
        assert (cube.tracked, cube.age) == (True, 0.0)
        assert np.linalg.norm(position(cube)[:2] - CUBE.translation[:2]) < 0.006
        assert covariance(cube)[0, 0] > 0.001**2
    cell.spin_until(lambda: any(values(s).get("cube: source") == "colour and depth" for s in cell.statuses))


def test_a_picture_whose_depth_never_comes_is_answered_when_the_next_one_comes(studio, make_cell):
    cell = make_cell(**COLOURED)
    rgb, depth = studio.coloured(VIEW, CUBE, seed=0)
    cell.show(rgb)
    first_ns = cell.stamp_ns
    cell.show(studio.coloured(VIEW, CUBE, seed=1)[0])
    cell.show_depth(depth[:240])
    messages = [cell.answer(), cell.answer()]
    assert [time_ns(message.header.stamp) for message in messages] == [first_ns, cell.stamp_ns]
    assert not any(message.objects[0].tracked for message in messages)
    message = cell.status("a picture came without depth").message
    assert "depth refused: it has 640x240 pixels" in message


def test_tags_do_without_depth_and_say_so(studio, make_cell):
    cell = make_cell(**{"object.colour.enabled": True})
    cell.show(picture(studio, 0))
    cell.show(picture(studio, 0), again=True)
    assert error(cell.answer().objects[0]) < 0.002
    status = cell.status("a picture came without depth")
    assert values(status)["cube: source"] == "tags"


def test_the_debug_picture_is_drawn_only_for_those_who_look(studio, make_cell, monkeypatch):
    drawn = []
    draw = Overlay.draw

    def counted(self, *arguments):
        drawn.append(arguments)
        return draw(self, *arguments)

    monkeypatch.setattr(Overlay, "draw", counted)
    cell = make_cell()
    cell.see(picture(studio, 0))
    assert not drawn
    looked = cell.hear(Image, DETECTIONS_IMAGE)
    cell.spin_until(lambda: cell.node.count_subscribers(DETECTIONS_IMAGE) > 0)
    rgb = picture(studio, 1)
    cell.see(rgb)
    cell.spin_until(lambda: looked)
    assert len(drawn) == 1
    assert looked[0].header.frame_id == FRAME
    assert time_ns(looked[0].header.stamp) == cell.stamp_ns
    assert np.any(colour_array(looked[0]) != rgb)


def test_the_frame_of_the_pictures_is_told_once_to_whoever_comes_late(studio, make_cell):
    cell = make_cell()
    cell.see(picture(studio, 0))
    cell.see(picture(studio, 1))
    frames = cell.hear(TFMessage, STATIC_FRAMES, LATCHED)
    cell.spin_until(lambda: frames)
    (transform,) = frames[0].transforms
    assert (transform.header.frame_id, transform.child_frame_id) == ("base_link", FRAME)
    place, turn = transform.transform.translation, transform.transform.rotation
    np.testing.assert_allclose([place.x, place.y, place.z], VIEW.translation, atol=1e-12)
    np.testing.assert_allclose([turn.w, turn.x, turn.y, turn.z], VIEW.quaternion, atol=1e-12)
    cell.see(picture(studio, 2))
    assert len(frames) == 1


def test_the_frame_of_a_cube_is_told_where_and_when_it_was_seen(studio, make_cell):
    cell = make_cell()
    frames = cell.hear(TFMessage, FRAMES)
    cell.spin_until(lambda: cell.node.count_subscribers(FRAMES) > 0)
    cell.see(blank(0))
    (seen,) = cell.see(picture(studio, 1)).objects
    cell.spin_until(lambda: any(message.transforms for message in frames))
    unseen, (transform,) = (message.transforms for message in frames)
    assert not unseen, "nobody knows where it is"
    assert (transform.header.frame_id, transform.child_frame_id) == ("base_link", "cube")
    assert time_ns(transform.header.stamp) == cell.stamp_ns
    place, turn = transform.transform.translation, transform.transform.rotation
    told, orientation = pose_arrays(seen.pose)
    assert [place.x, place.y, place.z] == told.tolist()
    assert [turn.w, turn.x, turn.y, turn.z] == orientation.tolist()


def test_latency_is_published_and_never_that_of_another_clock(studio, make_cell):
    cell = make_cell()
    heard = cell.hear(Float64, LATENCY)
    cell.spin_until(lambda: cell.node.count_subscribers(LATENCY) > 0)
    cell.stamp_ns = 7 * 10**9
    cell.see(picture(studio, 0))
    status = cell.status("use_sim_time")
    assert "latency mean [s]" not in values(status)
    assert not heard
    cell.stamp_ns = cell.node.get_clock().now().nanoseconds - 2 * PERIOD_NS
    cell.see(picture(studio, 1))
    cell.spin_until(lambda: heard)
    assert heard[0].data >= PERIOD_NS / 1e9
    cell.spin_until(lambda: any("latency mean [s]" in values(s) for s in cell.statuses))


def test_in_simulation_latency_is_by_the_simulations_clock(studio, make_cell):
    cell = make_cell(use_sim_time=True)
    clock = cell.own.create_publisher(Clock, "/clock", 10)
    cell.spin_until(lambda: clock.get_subscription_count() > 0)
    cell.stamp_ns = 7 * 10**9
    now = Clock()
    now.clock.sec, now.clock.nanosec = 7, 2 * PERIOD_NS
    clock.publish(now)
    cell.spin_until(lambda: cell.node.get_clock().now().nanoseconds > 0)
    cell.see(picture(studio, 0))
    cell.spin_until(lambda: any("latency mean [s]" in values(s) for s in cell.statuses))
    told = next(values(s) for s in cell.statuses if "latency mean [s]" in values(s))
    assert float(told["latency mean [s]"]) == pytest.approx(PERIOD_NS / 1e9)
    assert all(s.level != DiagnosticStatus.WARN for s in cell.statuses)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("camera.calibration", "nowhere.yaml", "cannot be read"),
        ("object.tag_size", 0.06, "tag_size is 0.06 m"),
        ("object.size", 0.05, "calibration is empty; allowed"),
        ("object.tags", False, "tags and colour.enabled are false"),
        ("object.colour.first_hue", 180, "allowed: 0 to 179"),
        ("camera.orientation", [0.0, 0.0, 0.0, 0.0], "not all 0"),
    ],
)
def test_wrong_parameters_are_refused(ros, name, value, told):
    with pytest.raises(ParameterError, match=told):
        PerceptionNode([Parameter(name, value=value)])


def test_a_coloured_cube_must_stand_on_the_table(ros):
    parameters = {"object.planar": False, "object.colour.enabled": True}
    with pytest.raises(ParameterError, match="planar is false"):
        PerceptionNode([Parameter(name, value=value) for name, value in parameters.items()])
