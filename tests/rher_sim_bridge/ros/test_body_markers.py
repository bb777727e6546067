# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from contextlib import closing

import pytest
from rher_sim_bridge.ros.body_markers import BodyMarkers
from rher_sim_bridge.worlds.mujoco_world import make_world
from transforms3d.quaternions import mat2quat
from visualization_msgs.msg import Marker


def drawn(world, without=()):
    bodies = BodyMarkers(world.model, without)
    return bodies.at(*bodies.poses(world.data)).markers


@pytest.mark.parametrize("task", ["push", "drawer", "insert", "obstacle_push", "triple_stack"])
def test_the_objects_of_a_task_are_drawn_where_they_are(task):
    with closing(make_world(task)) as world:
        world.reset(seed=4)
        markers = drawn(world)
        model, data = world.model, world.data
        for name in world.task.body_names:
            first = model.body(name).geomadr[0]
            places = {(m.pose.position.x, m.pose.position.y, m.pose.position.z) for m in markers}
            assert tuple(data.geom_xpos[first].tolist()) in places
        assert len({(marker.ns, marker.id) for marker in markers}) == len(markers)
        assert {marker.header.frame_id for marker in markers} == {"base_link"}


def test_what_somebody_else_draws_is_left_out_and_so_is_the_arm():
    with closing(make_world("push")) as world:
        world.reset(seed=4)
        everything, rest = ({marker.ns for marker in drawn(world, without)} for without in ((), ("cube",)))
        assert everything - rest == {"cube"}
        assert rest >= {"table_slab", "camera_housing"}
        assert not rest & {"base", "palm", "forearm_link_0"}


def test_a_drawer_is_drawn_in_its_true_size_and_colour():
    with closing(make_world("drawer")) as world:
        world.reset(seed=4)
        front = next(marker for marker in drawn(world) if marker.ns == "front")
        geom = world.model.geom("front")
        assert front.type == Marker.CUBE
        assert [front.scale.x, front.scale.y, front.scale.z] == pytest.approx((2.0 * geom.size).tolist())
        assert [front.color.r, front.color.g] == pytest.approx(geom.rgba[:2].tolist())


def test_what_has_moved_is_drawn_where_it_is_now():
    with closing(make_world("push")) as world:
        world.reset(seed=4)
        bodies = BodyMarkers(world.model)
        bodies.at(*bodies.poses(world.data))
        world.reset(seed=5)
        markers = bodies.at(*bodies.poses(world.data)).markers
        cube = [marker.pose for marker in markers if marker.ns == "cube"]
        assert len(cube) == 4
        assert len({(pose.position.x, pose.orientation.w) for pose in cube}) == 1
        assert cube[0].position.x == world.data.geom("cube").xpos[0]
        quaternion = mat2quat(world.data.geom("cube").xmat.reshape(3, 3))
        assert abs(cube[0].orientation.w) == pytest.approx(abs(quaternion[0]))
