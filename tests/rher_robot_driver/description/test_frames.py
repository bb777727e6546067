# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The frames of /tf against the bodies that MuJoCo moves, and against the kinematics."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from rher_agent.tasks.push import PushTask
from rher_robot_driver.description.frames import BASE_LINK, Frame, LinkFrames, fixed_frames
from rher_robot_driver.description.links import LINK_NAMES
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import JOINTS, UR_ARMS
from rher_sim_bridge.scene.push_scene import build_push_scene
from transforms3d.affines import compose
from transforms3d.quaternions import quat2mat

TOOL_LENGTH = 0.13


def in_base_link(frames: tuple[Frame, ...]) -> dict[str, np.ndarray]:
    """Every frame's pose in base_link, shape (4, 4)."""
    poses = {BASE_LINK: np.eye(4)}
    waiting = list(frames)
    while waiting:
        frame = next(item for item in waiting if item.parent in poses)
        waiting.remove(frame)
        local = compose(frame.position, quat2mat(frame.orientation), np.ones(3))
        poses[frame.name] = poses[frame.parent] @ local
    return poses


@pytest.mark.parametrize("name", sorted(UR_ARMS))
def test_link_frames_are_the_bodies_of_the_physics(name: str) -> None:
    arm = UR_ARMS[name]
    frames, kinematics = LinkFrames(arm), ArmKinematics(arm, TOOL_LENGTH)
    model = build_push_scene(PushTask(), arm, 0.005).compile()
    data = mujoco.MjData(model)
    rng = np.random.default_rng(0)
    for _ in range(20):
        q = rng.uniform(-np.pi, np.pi, JOINTS)
        data.qpos[:JOINTS] = q
        mujoco.mj_kinematics(model, data)
        poses = in_base_link((*fixed_frames(TOOL_LENGTH), *frames.at(q.tolist())))
        for link in LINK_NAMES:
            np.testing.assert_allclose(poses[link][:3, 3], data.body(link).xpos, atol=1e-12)
            np.testing.assert_allclose(poses[link][:3, :3], data.body(link).xmat.reshape(3, 3), atol=1e-12)
        position, rotation = kinematics.forward(q)
        np.testing.assert_allclose(poses["tcp"][:3, 3], position, atol=1e-12)
        np.testing.assert_allclose(poses["tcp"][:3, :3], rotation, atol=1e-12)
