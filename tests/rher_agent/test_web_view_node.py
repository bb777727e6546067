# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a graph tells is drawn for those who look at the page, and nothing is asked of the graph while nobody does."""

from __future__ import annotations

import importlib.util
import threading
import time
from urllib.request import urlopen

import msgspec
import numpy as np
import pytest

from tests.onlooker import looking

pytestmark = pytest.mark.skipif(importlib.util.find_spec("rclpy") is None, reason="needs ROS")

HANG = 30.0
"""[s]"""
UPRIGHT = (np.array((0.5, 0.0, 0.02)), np.array((1.0, 0.0, 0.0, 0.0)))


def make_view(**parameters):
    from rclpy.parameter import Parameter
    from rher_agent.web_view_node import WebViewNode

    return WebViewNode([Parameter(name, value=value) for name, value in parameters.items()])


@pytest.fixture
def graph(ros):
    """Yield a web view, a node that tells of an arm and a cube, and what serves both."""
    import rclpy
    from rclpy.executors import SingleThreadedExecutor

    view, teller = make_view(), rclpy.create_node("teller")
    executor = SingleThreadedExecutor()
    executor.add_node(view)
    executor.add_node(teller)
    yield view, teller, executor
    view.close()
    view.destroy_node()
    teller.destroy_node()


def serve_until(executor, condition):
    hang = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < hang
        executor.spin_once(timeout_sec=0.1)


def test_the_page_is_there(graph):
    view, _, _ = graph
    with urlopen(f"http://127.0.0.1:{view.port}", timeout=HANG) as page:
        assert b"<html" in page.read()


def test_a_graph_is_drawn_while_somebody_looks(graph):
    from rher_agent.ros.quality import BODIES, LATCHED, LOCKSTEP
    from rher_agent.ros.shapes import no_tagged_cube, tagged_cube
    from rher_robot_driver.description.frames import fixed_frames
    from rher_robot_driver.description.tool import Tool
    from rher_robot_driver.description.urdf import robot_description
    from rher_robot_driver.kinematics.dh import UR_ARMS
    from rher_robot_driver.ros.transforms import transform_message
    from std_msgs.msg import String
    from tf2_msgs.msg import TFMessage
    from visualization_msgs.msg import MarkerArray

    view, teller, executor = graph
    description = robot_description(UR_ARMS["ur5e"], Tool(length=0.15, mass=0.5))
    teller.create_publisher(String, "robot_description", LATCHED).publish(String(data=description))
    frames = [transform_message(frame, 0) for frame in fixed_frames(0.15)]
    teller.create_publisher(TFMessage, "/tf_static", LATCHED).publish(TFMessage(transforms=frames))
    bodies = teller.create_publisher(MarkerArray, BODIES, LOCKSTEP)
    assert bodies.get_subscription_count() == 0

    with looking(view.port):
        serve_until(executor, lambda: bodies.get_subscription_count() == 1)
        serve_until(executor, lambda: "base" in view.scene.frames and "robot/0" in view.scene.shapes)
        bodies.publish(MarkerArray(markers=tagged_cube("cube", UPRIGHT, 0.05, 0.04)))
        serve_until(executor, lambda: "rher/bodies/cube/0" in view.scene.shapes)
        assert view.scene.shapes["rher/bodies/cube/0"].position == pytest.approx(UPRIGHT[0])
        bodies.publish(MarkerArray(markers=no_tagged_cube("cube")))
        serve_until(executor, lambda: "rher/bodies/cube/0" not in view.scene.shapes)
    serve_until(executor, lambda: bodies.get_subscription_count() == 0)
    assert not view.scene.shapes, "whoever looks next must not see what was"
    with looking(view.port):
        serve_until(executor, lambda: "robot/0" in view.scene.shapes)
        with looking(view.port):
            serve_until(executor, lambda: len(view.server.get_clients()) == 2)
        serve_until(executor, lambda: len(view.server.get_clients()) == 1)
        assert bodies.get_subscription_count() == 1
        assert "robot/0" in view.scene.shapes


def test_what_rviz2_shows_is_drawn(graph):
    """Which topics rviz2 shows is tested against live graphs, see rviz_displays."""
    from tests.rviz_displays import displays

    view, _, _ = graph
    assert view.sources == {display.topic: display.kind for display in displays()}


def test_nonsense_is_passed_over(graph):
    from rher_agent.ros.quality import DETECTIONS_IMAGE, LATCHED, LOCKSTEP
    from sensor_msgs.msg import Image
    from std_msgs.msg import String

    view, teller, executor = graph
    pictures = teller.create_publisher(Image, DETECTIONS_IMAGE, LOCKSTEP)
    teller.create_publisher(String, "robot_description", LATCHED).publish(String(data="a robot"))
    with looking(view.port):
        serve_until(executor, lambda: pictures.get_subscription_count() == 1)
        pictures.publish(Image(encoding="yuv422"))
        colours = Image(encoding="rgb8", height=1, width=1, step=3, data=bytes(3))

        def shows_colours():
            pictures.publish(colours)
            return view.scene.picture is not None

        serve_until(executor, shows_colours)
    assert not view.scene.shapes


def test_the_page_is_not_shared_whoever_asks(graph, monkeypatch):
    from rher_agent.web.server import PrivateServer

    view, _, _ = graph
    assert view.server.request_share_url() is None
    asked = threading.Event()
    monkeypatch.setattr(PrivateServer, "request_share_url", lambda server, verbose=True: asked.set())
    with looking(view.port) as page:
        page.send(msgspec.msgpack.encode({"type": "ShareUrlRequest"}))
        assert asked.wait(HANG), "what a page asks for goes another way"


def test_two_views_find_ports_of_their_own(graph):
    view, _, _ = graph
    other = make_view(port=view.port)
    assert other.port > view.port
    other.close()
    other.destroy_node()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"host": ""}, "host is empty; allowed: an address of this computer"),
        (
            {"host": "192.0.2.1"},
            "host is '192.0.2.1', which cannot be served: .*; allowed: an address of this computer",
        ),
        ({"port": 80}, "port is 80; allowed: 1024 to 65000"),
        ({"rate": 0.0}, "rate is 0.0"),
        ({"hosts": "a"}, "hosts"),
    ],
)
def test_wrong_parameters_are_refused(ros, parameters, message):
    from rher_agent.ros.parameters import ParameterError

    with pytest.raises(ParameterError, match=message):
        make_view(**parameters)
