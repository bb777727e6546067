# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Puts the bodies of a task where an episode begins: those that are free, those that slide, those that stand."""

from __future__ import annotations

from typing import Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import axangle2quat

Vector = NDArray[np.float64]

VERTICAL = (0.0, 0.0, 1.0)


class Body(Protocol):
    """Something that can be placed."""

    def place(self, position: Vector, yaw: float) -> None:
        """Put it at rest at a position [m] in base_link, shape (3,), turned about the vertical [rad]."""


class FreeBody:
    """Lies on the table or is carried about."""

    def __init__(self, data: mujoco.MjData, address: int) -> None:
        self._data, self._address = data, address

    @property
    def height(self) -> float:
        """Height of its origin over the table [m]."""
        return float(self._data.qpos[self._address + 2])

    def place(self, position: Vector, yaw: float) -> None:
        """See Body."""
        at = self._address
        self._data.qpos[at : at + 3] = position
        self._data.qpos[at + 3 : at + 7] = axangle2quat(VERTICAL, yaw)


class SlidingBody:
    """Slides along an axis and does not turn."""

    def __init__(self, data: mujoco.MjData, address: int, home: Vector, axis: Vector) -> None:
        self._data, self._address, self._home, self._axis = data, address, home, axis

    def place(self, position: Vector, yaw: float) -> None:
        """Slide it as near to a position as its axis allows; it cannot turn."""
        self._data.qpos[self._address] = float((position - self._home) @ self._axis)


class StandingBody:
    """Stands where it is put and gives way to nothing."""

    def __init__(self, data: mujoco.MjData, index: int) -> None:
        self._data, self._index = data, index

    def place(self, position: Vector, yaw: float) -> None:
        """See Body."""
        self._data.mocap_pos[self._index] = position
        self._data.mocap_quat[self._index] = axangle2quat(VERTICAL, yaw)


def find_body(model: mujoco.MjModel, data: mujoco.MjData, name: str) -> FreeBody | SlidingBody | StandingBody:
    """Find a body of a scene by its name.

    Raises:
        ValueError: It can neither be moved freely, nor slide, nor is it a mocap body.
    """
    body = model.body(name)
    if (index := int(body.mocapid[0])) >= 0:
        return StandingBody(data, index)
    joint = int(body.jntadr[0])
    kind, address = (int(model.jnt_type[joint]), int(model.jnt_qposadr[joint])) if joint >= 0 else (-1, -1)
    if kind == mujoco.mjtJoint.mjJNT_FREE:
        return FreeBody(data, address)
    if kind == mujoco.mjtJoint.mjJNT_SLIDE:
        return SlidingBody(data, address, np.array(model.body_pos[body.id]), np.array(model.jnt_axis[joint]))
    raise ValueError(f"body '{name}' cannot be placed; allowed: with a free joint, a slide, or a mocap body")
