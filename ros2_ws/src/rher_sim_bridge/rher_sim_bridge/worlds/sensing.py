# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured of a simulated world, with the noise and the latency of real sensors."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.worlds.state import ObjectState
from transforms3d.quaternions import axangle2quat, qmult

from rher_sim_bridge.scene.gripper import TCP_SITE, TOOL_BODY
from rher_sim_bridge.worlds.bodies import VERTICAL
from rher_sim_bridge.worlds.parameters import SimParameters

Vector = NDArray[np.float64]


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


@dataclass(frozen=True, eq=False)
class Capture:
    """The scene at one instant, and the objects as they were seen in it."""

    objects: tuple[ObjectState, ...]
    positions: Vector
    """Generalised positions of the model [m], [rad], shape (model.nq,)."""


class Sensing:
    """Reads TCP and objects from the physics.

    Args:
        model: Compiled scene.
        data: State of the scene.
        names: Bodies to see, in the order of the task.
        ticks: Servo ticks of a control period.
        parameters: Noise and latency.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        data: mujoco.MjData,
        names: tuple[str, ...],
        ticks: int,
        parameters: SimParameters,
    ) -> None:
        self._model = model
        self._data = data
        self._tcp = model.site(TCP_SITE).id
        self._tool = model.body(TOOL_BODY).id
        self._root = model.body_rootid[self._tool]
        fingers = np.flatnonzero(model.body_parentid == self._tool)
        self._gripper = [self._tool, *fingers.tolist()]
        self._objects = tuple((name, model.body(name).id) for name in names)
        self._parameters = parameters
        self._rng = np.random.default_rng()
        whole_periods, rest = divmod(parameters.latency_ticks, ticks)
        self._capture_tick = ticks - rest
        self._is_at_the_end = rest == 0
        self._captures: deque[Capture] = deque(maxlen=whole_periods + 1)

    @property
    def seen(self) -> Capture:
        """What has been seen by now, which was captured the latency ago."""
        return self._captures[0]

    def reset(self, rng: np.random.Generator) -> TcpMeasurement:
        """Forget what was seen, look at a world at rest, and draw noise from a new generator from here on."""
        self._rng = rng
        self._captures.clear()
        tcp = self._look_at_tcp()
        self._captures.append(self._capture())
        return tcp

    def watch(self, tick: int) -> None:
        """Take a capture if this servo tick of a control period, 1 for the first, is the one for it."""
        if tick == self._capture_tick and not self._is_at_the_end:
            self._update_poses()
            self._captures.append(self._capture())

    def measure(self) -> TcpMeasurement:
        """Measure at the end of a control period; call it once for each."""
        tcp = self._look_at_tcp()
        if self._is_at_the_end:
            self._captures.append(self._capture())
        return tcp

    def _look_at_tcp(self) -> TcpMeasurement:
        # The contacts are those of the last physics step, hence before the positions move on to its end.
        wrench = self._wrench()
        self._update_poses()
        return self._measure_tcp(wrench)

    def _update_poses(self) -> None:
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_comPos(self._model, self._data)
        mujoco.mj_comVel(self._model, self._data)

    def _capture(self) -> Capture:
        return Capture(tuple(self._see(name, body) for name, body in self._objects), self._data.qpos.copy())

    def _measure_tcp(self, wrench: Vector) -> TcpMeasurement:
        data = self._data
        position = data.site_xpos[self._tcp].copy()
        if self._parameters.tcp_position_noise > 0.0:
            position += self._rng.normal(0.0, self._parameters.tcp_position_noise, size=3)
        orientation = np.empty(4)
        mujoco.mju_mat2Quat(orientation, data.site_xmat[self._tcp])
        return TcpMeasurement(position, orientation, self._twist(mujoco.mjtObj.mjOBJ_SITE, self._tcp), wrench)

    def _see(self, name: str, body: int) -> ObjectState:
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
        torque, force = np.split(data.cfrc_ext[self._gripper].sum(axis=0), 2)
        # MuJoCo refers the torque to the centre of mass of the whole arm.
        lever = data.subtree_com[self._root] - data.site_xpos[self._tcp]
        moment = np.empty(3)
        mujoco.mju_cross(moment, lever, force)
        return np.concatenate((force, torque + moment))
