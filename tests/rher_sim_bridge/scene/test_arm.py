# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The scene's arm against the kinematics that steer it."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from rher_agent.tasks.push import PushTask
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import JOINTS, UR_ARMS
from rher_sim_bridge.scene.arm import LINK_NAMES
from rher_sim_bridge.scene.gripper import TCP_SITE, TOOL_LENGTH
from rher_sim_bridge.scene.push_scene import build_push_scene
from rher_sim_bridge.worlds.simulated_arm import READY


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_the_tcp_of_the_bodies_is_that_of_the_kinematics(name: str) -> None:
    arm = UR_ARMS[name]
    kinematics = ArmKinematics(arm, TOOL_LENGTH)
    model = build_push_scene(PushTask(), arm, 0.005).compile()
    data = mujoco.MjData(model)
    rng = np.random.default_rng(0)
    for _ in range(50):
        q = rng.uniform(-np.pi, np.pi, JOINTS)
        data.qpos[:JOINTS] = q
        mujoco.mj_kinematics(model, data)
        position, rotation = kinematics.forward(q)
        np.testing.assert_allclose(data.site(TCP_SITE).xpos, position, atol=1e-12)
        np.testing.assert_allclose(data.site(TCP_SITE).xmat.reshape(3, 3), rotation, atol=1e-12)


def test_links_have_the_published_masses() -> None:
    model = build_push_scene(PushTask(), UR_ARMS["ur5e"], 0.005).compile()
    masses = [float(model.body(name).mass[0]) for name in LINK_NAMES]
    np.testing.assert_allclose(masses, UR_ARMS["ur5e"].link_masses)


def test_the_arm_holds_still_against_gravity() -> None:
    model = build_push_scene(PushTask(), UR_ARMS["ur5e"], 0.005).compile()
    data = mujoco.MjData(model)
    data.qpos[:JOINTS] = READY
    data.ctrl[:JOINTS] = READY
    mujoco.mj_step(model, data, 400)
    np.testing.assert_allclose(data.qpos[:JOINTS], READY, atol=1e-9)


def test_the_servos_follow_a_joint_target_without_overshoot() -> None:
    model = build_push_scene(PushTask(), UR_ARMS["ur5e"], 0.005).compile()
    data = mujoco.MjData(model)
    data.qpos[:JOINTS] = READY
    target = np.array(READY)
    target[0] += 0.05
    data.ctrl[:JOINTS] = target
    pan = []
    for _ in range(200):
        mujoco.mj_step(model, data)
        pan.append(float(data.qpos[0]))
    assert max(pan) - target[0] < 0.1 * 0.05
    assert pan[-1] == pytest.approx(target[0], abs=1e-5)
