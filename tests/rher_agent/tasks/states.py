# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""States of a world for tests of tasks."""

from __future__ import annotations

import numpy as np
from rher_agent.worlds.state import ObjectState, WorldState
from transforms3d.quaternions import axangle2quat


def make_state(names, places, *, tcp=(0.5, 0.0, 0.1), velocity=(0.0, 0.0, 0.0), yaws=None, gripper=0.0) -> WorldState:
    """Return a state whose bodies are at rest at places [m], turned by yaws [rad], the fingers so far apart [m]."""
    bodies = tuple(
        ObjectState(name, np.array(place), axangle2quat((0.0, 0.0, 1.0), yaw), np.zeros(3), np.zeros(3))
        for name, place, yaw in zip(names, places, yaws or [0.0] * len(names), strict=True)
    )
    return WorldState(
        stamp_ns=0,
        tcp_position=np.array(tcp),
        tcp_orientation=np.array((0.0, 1.0, 0.0, 0.0)),
        tcp_twist=np.array((*velocity, 0.0, 0.0, 0.0)),
        gripper=gripper,
        wrench=np.zeros(6),
        executed_twist=np.zeros(6),
        objects=bodies,
        objects_stamp_ns=0,
    )
