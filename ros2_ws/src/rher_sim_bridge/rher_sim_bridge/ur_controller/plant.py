# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The physics behind the controller: the push scene, its joint servos and its sensors."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.push import PushTask
from rher_robot_driver.kinematics.dh import JOINTS, ArmModel

from rher_sim_bridge.scene.arm import JOINT_NAMES, SERVO_BANDWIDTH
from rher_sim_bridge.scene.gripper import TCP_SITE, TOOL_BODY
from rher_sim_bridge.scene.push_scene import build_push_scene
from rher_sim_bridge.ur_controller.kinematics import FLANGE_BODY

Vector = NDArray[np.float64]

PHYSICS_TIMESTEP = 0.002
"""[s]"""
CUBE = "cube"
CUBE_START = (0.60, 0.15)
"""Where the cube lies at start, in base_link [m]."""
WRENCH_SITE = "flange_sensor"
VELOCITY_LEAD = 2.0 / SERVO_BANDWIDTH
"""By which the joint servos would trail a steady motion, given to them in advance, as real joint servos are [s]."""

_S = mujoco.mjtSensor
_O = mujoco.mjtObj
_SENSORS = (
    *((f"q_{name}", _S.mjSENS_JOINTPOS, _O.mjOBJ_JOINT, name) for name in JOINT_NAMES),
    *((f"qd_{name}", _S.mjSENS_JOINTVEL, _O.mjOBJ_JOINT, name) for name in JOINT_NAMES),
    ("tcp_position", _S.mjSENS_FRAMEPOS, _O.mjOBJ_SITE, TCP_SITE),
    ("tcp_quaternion", _S.mjSENS_FRAMEQUAT, _O.mjOBJ_SITE, TCP_SITE),
    ("tcp_linear_velocity", _S.mjSENS_FRAMELINVEL, _O.mjOBJ_SITE, TCP_SITE),
    ("tcp_angular_velocity", _S.mjSENS_FRAMEANGVEL, _O.mjOBJ_SITE, TCP_SITE),
    ("force", _S.mjSENS_FORCE, _O.mjOBJ_SITE, WRENCH_SITE),
    ("torque", _S.mjSENS_TORQUE, _O.mjOBJ_SITE, WRENCH_SITE),
    ("cube_position", _S.mjSENS_FRAMEPOS, _O.mjOBJ_BODY, CUBE),
    ("cube_quaternion", _S.mjSENS_FRAMEQUAT, _O.mjOBJ_BODY, CUBE),
)
_SIZES = {_S.mjSENS_JOINTPOS: 1, _S.mjSENS_JOINTVEL: 1, _S.mjSENS_FRAMEQUAT: 4}


WALL_DAMPING_TIME = 0.02
"""Damping of a wall over its stiffness [s]; without any, arm and wall would ring."""


@dataclass(frozen=True)
class Wall:
    """A stiff plane that pushes the TCP back: a contact that can be placed anywhere."""

    point: tuple[float, float, float]
    """On the plane, in base_link [m]."""
    normal: tuple[float, float, float]
    """Unit vector towards the free side."""
    stiffness: float
    """[N/m]"""


class Plant:
    """Arm, tool, table and cube under physics. Everything is in base_link, the world of MuJoCo.

    Args:
        arm: The true arm.
        start: Its joint positions at start [rad], shape (6,).
        substeps: Physics steps of one step of the controller.
    """

    def __init__(self, arm: ArmModel, start: Vector, substeps: int) -> None:
        spec = build_push_scene(PushTask(), arm, PHYSICS_TIMESTEP)
        spec.body(TOOL_BODY).add_site(name=WRENCH_SITE, group=3)
        for name, kind, object_kind, target in _SENSORS:
            spec.add_sensor(name=name, type=kind, objtype=object_kind, objname=target)
        self.model = spec.compile()
        self.data = mujoco.MjData(self.model)
        self._substeps = substeps
        self._slices: dict[str, slice] = {}
        for name, kind, _, _ in _SENSORS:
            address = int(self.model.sensor(name).adr[0])
            self._slices[name] = slice(address, address + _SIZES.get(kind, 3))
        first = self._slices[f"q_{JOINT_NAMES[0]}"].start
        self._slices["q"] = slice(first, first + JOINTS)
        self._slices["qd"] = slice(first + JOINTS, first + 2 * JOINTS)
        self._site = int(self.model.site(TCP_SITE).id)
        self._tool = int(self.model.body(TOOL_BODY).id)
        self._flange = int(self.model.body(FLANGE_BODY).id)
        self._cube = int(self.model.joint(CUBE).qposadr[0])
        self._cube_speed = int(self.model.joint(CUBE).dofadr[0])
        self._cube_height = PushTask().parameters.cube_size / 2.0
        self._push_until = -1
        self._push = np.zeros(6)
        self._wall_until = -1
        self._wall = Wall((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 0.0)
        self._moment = np.zeros(3)
        self.steps = 0
        self.sensors = np.zeros(self.model.nsensordata)
        self.place_cube(*CUBE_START, yaw=0.0)
        self.place_arm(start)

    def read(self, name: str) -> Vector:
        """Return what a sensor, or 'q' or 'qd', read in the last physics step."""
        return self.sensors[self._slices[name]]

    def place_arm(self, q: Vector) -> None:
        """Put the arm at rest at joint positions [rad]."""
        self.data.qpos[:JOINTS] = q
        self.data.qvel[:JOINTS] = 0.0
        self.data.ctrl[:JOINTS] = q
        self._look()

    def place_cube(self, x: float, y: float, yaw: float) -> None:
        """Put the cube at rest on the table, in base_link [m, rad]."""
        quaternion = np.zeros(4)
        mujoco.mju_axisAngle2Quat(quaternion, np.array((0.0, 0.0, 1.0)), yaw)
        self.data.qpos[self._cube : self._cube + 7] = (x, y, self._cube_height, *quaternion)
        self.data.qvel[self._cube_speed : self._cube_speed + 6] = 0.0
        self._look()

    def push(self, wrench: Vector, seconds: float) -> None:
        """Press on the TCP with a force [N] and torque [N m] in base_link for a time [s]."""
        self._push = np.array(wrench, dtype=np.float64)
        self._push_until = self.steps + round(seconds / PHYSICS_TIMESTEP)

    def touch(self, wall: Wall, seconds: float) -> None:
        """Hold a wall against the TCP for a time [s]."""
        self._wall = wall
        self._wall_until = self.steps + round(seconds / PHYSICS_TIMESTEP)

    def step(self, before: Vector, after: Vector, speeds: Vector) -> None:
        """Advance one physics step of a controller's cycle.

        Args:
            before: Joint targets at its begin [rad].
            after: Joint targets at its end [rad].
            speeds: Joint speeds targeted [rad/s].
        """
        share = (self.steps % self._substeps + 1) / self._substeps
        self.data.ctrl[:JOINTS] = before + share * (after - before) + VELOCITY_LEAD * speeds
        self._apply_forces()
        mujoco.mj_step(self.model, self.data)
        self.sensors = self.data.sensordata.copy()
        self.steps += 1

    def flange_wrench(self) -> tuple[Vector, Vector, Vector]:
        """Return force [N] and torque [N m] that act on the flange, in its frame, and the flange's rotation (3, 3)."""
        rotation = self.data.xmat[self._flange].reshape(3, 3)
        # The sensor reads what holds the tool; the flange feels the opposite.
        return -self.read("force"), -self.read("torque"), rotation

    def _apply_forces(self) -> None:
        applied = self.data.xfrc_applied[self._tool]
        applied[:] = 0.0
        point = self.data.site_xpos[self._site]
        wrench = self._push.copy() if self.steps < self._push_until else np.zeros(6)
        if self.steps < self._wall_until:
            depth = float(np.dot(self._wall.normal, np.subtract(self._wall.point, point)))
            if depth > 0.0:
                sinking = -float(np.dot(self._wall.normal, self.read("tcp_linear_velocity")))
                force = self._wall.stiffness * (depth + WALL_DAMPING_TIME * sinking)
                wrench[:3] += max(0.0, force) * np.array(self._wall.normal)
        if wrench.any():
            applied[:3] = wrench[:3]
            mujoco.mju_cross(self._moment, point - self.data.xipos[self._tool], wrench[:3])
            applied[3:] = wrench[3:] + self._moment

    def _look(self) -> None:
        mujoco.mj_forward(self.model, self.data)
        self.sensors = self.data.sensordata.copy()
