# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured of a simulated world, with the noise and the delay of real sensors."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.worlds.state import ObjectState
from transforms3d.quaternions import axangle2quat, qmult

from rher_sim_bridge.scene.gripper import TCP_SITE, TOOL_BODY
from rher_sim_bridge.worlds.parameters import SimParameters

Vector = NDArray[np.float64]

VERTICAL = (0.0, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class TcpMeasurement:
    """The TCP as the arm itself measures it."""

    position: Vector
    """[m] in base_link, shape (3,)."""
    orientation: Vector
    """Unit quaternion w, x, y, z, shape (4,)."""
    twist: Vector
    """Linear [m/s] then angular [rad/s] in base_link, shape (6,)."""
    wrench: Vector
    """Of contacts on the gripper: force [N] then torque about the TCP [N m] in base_link, shape (6,)."""


class Sensing:
    """Reads TCP and objects from the physics.

    Args:
        model: Compiled scene.
        data: State of the scene.
        object_names: Bodies to see, in the order of the task.
        control_period: [s]
        parameters: Noise and delay.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        data: mujoco.MjData,
        object_names: tuple[str, ...],
        control_period: float,
        parameters: SimParameters,
    ) -> None:
        self._model = model
        self._data = data
        self._tcp = model.site(TCP_SITE).id
        self._tool = model.body(TOOL_BODY).id
        self._root = model.body_rootid[self._tool]
        self._objects = tuple((name, model.body(name).id) for name in object_names)
        self._period = control_period
        self._parameters = parameters
        self._rng = np.random.default_rng()
        self._seen: deque[tuple[ObjectState, ...]] = deque(maxlen=parameters.observation_delay + 1)
        self._captures = 0

    def reset(self, rng: np.random.Generator) -> None:
        """Forget what was seen and draw noise from a new generator."""
        self._rng = rng
        self._seen.clear()
        self._captures = 0

    def measure(self) -> tuple[TcpMeasurement, tuple[ObjectState, ...]]:
        """Measure at the end of a control period; call it once for each."""
        model, data = self._model, self._data
        # The contacts are those of the last physics step, hence before the positions move on to its end.
        wrench = self._wrench()
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_comVel(model, data)
        tcp = self._measure_tcp(wrench)
        self._seen.append(tuple(self._capture(name, body) for name, body in self._objects))
        delay = min(self._captures, self._parameters.observation_delay)
        self._captures += 1
        objects = self._seen[0]
        if delay:
            objects = tuple(replace(item, age=delay * self._period) for item in objects)
        return tcp, objects

    def _measure_tcp(self, wrench: Vector) -> TcpMeasurement:
        data = self._data
        position = data.site_xpos[self._tcp].copy()
        if self._parameters.tcp_position_noise > 0.0:
            position += self._rng.normal(0.0, self._parameters.tcp_position_noise, size=3)
        orientation = np.empty(4)
        mujoco.mju_mat2Quat(orientation, data.site_xmat[self._tcp])
        return TcpMeasurement(position, orientation, self._twist(mujoco.mjtObj.mjOBJ_SITE, self._tcp), wrench)

    def _capture(self, name: str, body: int) -> ObjectState:
        data, parameters = self._data, self._parameters
        position, orientation = data.xpos[body].copy(), data.xquat[body].copy()
        if parameters.object_position_noise > 0.0:
            position[:2] += self._rng.normal(0.0, parameters.object_position_noise, size=2)
        if parameters.object_yaw_noise > 0.0:
            yaw = self._rng.normal(0.0, parameters.object_yaw_noise)
            orientation = qmult(axangle2quat(VERTICAL, yaw), orientation)
        twist = self._twist(mujoco.mjtObj.mjOBJ_XBODY, body)
        return ObjectState(name, position, orientation, twist[:3], twist[3:])

    def _twist(self, kind: mujoco.mjtObj, index: int) -> Vector:
        angular_linear = np.empty(6)
        mujoco.mj_objectVelocity(self._model, self._data, kind, index, angular_linear, 0)
        return np.concatenate((angular_linear[3:], angular_linear[:3]))

    def _wrench(self) -> Vector:
        data = self._data
        mujoco.mj_rnePostConstraint(self._model, data)
        torque, force = data.cfrc_ext[self._tool, :3], data.cfrc_ext[self._tool, 3:]
        # MuJoCo refers the torque to the centre of mass of the whole arm.
        lever = data.subtree_com[self._root] - data.site_xpos[self._tcp]
        moment = np.empty(3)
        mujoco.mju_cross(moment, lever, force)
        return np.concatenate((force, torque + moment))
