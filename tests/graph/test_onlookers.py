# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What people and tools see of the simulation: frames, joints, description, clock, diagnostics, camera."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import WrenchStamped
from rher_agent.ros.conversions import time_ns, wrench_array
from rher_agent.ros.quality import LATCHED, LOCKSTEP
from rher_interfaces.msg import Episode
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, JointState
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage
from transforms3d.affines import compose
from transforms3d.quaternions import quat2mat

pytestmark = pytest.mark.graph

HANG = 60.0
FORWARD = np.array((0.5, 0.1))


@pytest.fixture
def onlooker(ros):
    node = rclpy.create_node("onlooker")
    yield node
    node.destroy_node()


def listen(node, topics):
    """Subscribe to topics; return the last message of each as they come."""
    seen = {}
    for topic, (message_type, quality) in topics.items():
        node.create_subscription(message_type, topic, lambda message, name=topic: seen.update({name: message}), quality)
    return seen


def act_until(world, node, is_enough):
    """Step the world and listen until there is enough."""
    hang = time.monotonic() + HANG
    step = world.reset(seed=0)
    while not is_enough():
        assert time.monotonic() < hang
        step = world.reset(seed=0) if step.truncated else world.step(FORWARD)
        rclpy.spin_once(node, timeout_sec=0.01)


def matrix(transform):
    t, r = transform.translation, transform.rotation
    return compose((t.x, t.y, t.z), quat2mat((r.w, r.x, r.y, r.z)), np.ones(3))


def test_frames_joints_and_description_agree_with_the_state(start_sim, make_ros_world, onlooker):
    start_sim(visual_rate=1000.0)
    seen = listen(
        onlooker,
        {
            "/tf": (TFMessage, LOCKSTEP),
            "/tf_static": (TFMessage, LATCHED),
            "/joint_states": (JointState, LOCKSTEP),
            "/robot_description": (String, LATCHED),
            "/clock": (Clock, 1),
            "/diagnostics": (DiagnosticArray, LOCKSTEP),
            "/world/episode": (Episode, LATCHED),
        },
    )
    world = make_ros_world()
    act_until(world, onlooker, lambda: len(seen) == 7)
    # The world stands still now; the last frames are those of its last state.
    hang = time.monotonic() + HANG
    while time_ns(seen["/tf"].transforms[0].header.stamp) < world.state.stamp_ns:
        assert time.monotonic() < hang
        rclpy.spin_once(onlooker, timeout_sec=0.01)
    frames = {item.child_frame_id: item for item in (*seen["/tf"].transforms, *seen["/tf_static"].transforms)}
    pose, frame = np.eye(4), "tcp"
    while frame != "base_link":
        pose = matrix(frames[frame].transform) @ pose
        frame = frames[frame].header.frame_id
    assert pose[:3, 3] == pytest.approx(world.state.tcp_position, abs=1e-6)
    assert pose[:3, :3] == pytest.approx(quat2mat(world.state.tcp_orientation), abs=1e-6)
    assert frames["tcp"].header.frame_id == "tool0"
    cube = frames["cube"].transform.translation
    assert [cube.x, cube.y, cube.z] == world.state.objects[0].position.tolist()
    camera = matrix(frames["camera_color_optical_frame"].transform)
    assert camera[2, 2] < 0.0 < camera[2, 3], "the camera looks down from above"

    description = ElementTree.fromstring(seen["/robot_description"].data)
    moving = [joint.get("name") for joint in description.findall("joint") if joint.get("type") == "revolute"]
    assert seen["/joint_states"].name == moving
    assert set(frames) - {"cube", "camera_color_optical_frame"} <= {
        link.get("name") for link in description.findall("link")
    }
    assert seen["/diagnostics"].status[0].name == "sim: lock-step"
    assert seen["/world/episode"].task == "push"
    assert time_ns(seen["/clock"].clock) > 0


def test_the_force_on_the_tool_that_pushes_a_cube_is_told_in_its_own_frame(start_sim, make_ros_world, onlooker):
    start_sim(visual_rate=1000.0)
    seen = listen(onlooker, {"/arm/wrench": (WrenchStamped, LOCKSTEP)})
    world = make_ros_world()
    step = world.reset(seed=0)
    while not world.state.wrench.any():
        assert not step.truncated, "the tool did not reach the cube"
        way = world.state.objects[0].position[:2] - world.state.tcp_position[:2]
        step = world.step(way / np.linalg.norm(way))
    hang = time.monotonic() + HANG
    while "/arm/wrench" not in seen or time_ns(seen["/arm/wrench"].header.stamp) < world.state.stamp_ns:
        assert time.monotonic() < hang
        rclpy.spin_once(onlooker, timeout_sec=0.01)
    assert seen["/arm/wrench"].header.frame_id == "tcp"
    force = quat2mat(world.state.tcp_orientation) @ wrench_array(seen["/arm/wrench"].wrench)[:3]
    assert force == pytest.approx(world.state.wrench[:3])


def test_camera_shows_the_scene_with_the_stamp_of_the_state(start_sim, start_camera, make_ros_world, onlooker):
    start_sim()
    start_camera(perception=False, width=160, height=120)
    seen = listen(
        onlooker,
        {"/camera/color/image_raw": (Image, LOCKSTEP), "/camera/color/camera_info": (CameraInfo, LOCKSTEP)},
    )
    world = make_ros_world()
    hang = time.monotonic() + HANG
    while len(seen) < 2:  # nothing but resets: they are seen too
        assert time.monotonic() < hang
        world.reset(seed=0)
        rclpy.spin_once(onlooker, timeout_sec=0.01)
    image, info = seen.values()
    if isinstance(image, CameraInfo):
        image, info = info, image
    assert (image.width, image.height, image.encoding) == (info.width, info.height, "rgb8") == (160, 120, "rgb8")
    assert time_ns(image.header.stamp) % 100_000_000 == 0
    picture = np.frombuffer(bytes(image.data), dtype=np.uint8).reshape(120, 160, 3)
    assert picture.std() > 10.0
    assert info.k[0] == info.k[4] > 0.0
