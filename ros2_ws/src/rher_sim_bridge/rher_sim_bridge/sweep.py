# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the arm needs to serve every point of a push task's box: joint motion, margins, conditioning and free space.

Run it with `python -m rher_sim_bridge.sweep` to choose or to check the place of the square and its speed. The defaults
of the joint limits in the safety chain rest on it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace

import mujoco
import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.push import PushParameters, PushTask
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import JOINTS, UR_ARMS, ArmModel
from rher_robot_driver.kinematics.differential_ik import DifferentialIk
from rher_robot_driver.safety.joint_limits import JointLimits

from rher_sim_bridge.scene.gripper import TOOL_LENGTH
from rher_sim_bridge.scene.push_scene import build_push_scene
from rher_sim_bridge.worlds.simulated_arm import READY, TOOL_DOWN
from rher_sim_bridge.worlds.task_safety import task_safety

Vector = NDArray[np.float64]

CLEARANCE = 0.005
"""Two bodies closer than this count as touching [m]; the finger tip itself passes 8 mm over the table."""
TIMESTEP = 0.005
"""Of the scene, which only stands still here [s]."""


@dataclass(frozen=True, eq=False)
class SweepReport:
    """The worst of a sweep over the box of the TCP."""

    points: int
    """Points looked at."""
    unreachable: tuple[tuple[float, float], ...]
    """Points that the arm cannot reach with the tool down [m]."""
    joint_speed: Vector
    """Greatest speed each joint needs [rad/s], shape (6,)."""
    joint_acceleration: Vector
    """Greatest acceleration each joint needs for the acceleration limit of the TCP [rad/s^2], shape (6,)."""
    joint_margin: Vector
    """Least distance of each joint to its limits [rad], shape (6,)."""
    condition: tuple[float, float]
    """Least and greatest condition number of the Jacobian, metres and radians."""
    manipulability: tuple[float, float]
    """Least and greatest relative manipulability, 0 at a singularity."""
    singularity_time: float
    """Least time to the singularity stop at full speed [s]: what is left of the manipulability over its fall."""
    contacts: tuple[str, ...]
    """Pairs of geoms that come closer than the clearance anywhere."""

    def passes(self, arm: ArmModel) -> bool:
        """Return whether the arm serves the whole box within the limits of the safety chain and touches nothing."""
        limits = JointLimits()
        fast_enough = bool((self.joint_speed <= limits.speed_share * np.array(arm.joint_speed_limits)).all())
        agile_enough = bool((self.joint_acceleration <= limits.path_acceleration).all())
        free = bool((self.joint_margin > limits.position_margin).all())
        regular = self.manipulability[0] > limits.manipulability_stop
        return not self.unreachable and not self.contacts and fast_enough and agile_enough and free and regular


def sweep(task: PushTask, arm: ArmModel, grid: int = 21, directions: int = 16) -> SweepReport:
    """Sweep the box of the TCP with the tool down.

    Args:
        task: Gives the box and the speed.
        arm: Which arm.
        grid: Points along each edge of the box, both corners included.
        directions: Of motion tried at every point, at the task's full speed.

    Raises:
        ValueError: grid or directions is too small.
    """
    if grid < 2 or directions < 1:
        raise ValueError(f"grid is {grid}, directions is {directions}; allowed: at least 2 and 1")
    kinematics, limits = ArmKinematics(arm, TOOL_LENGTH), JointLimits()
    ik = DifferentialIk(kinematics)
    acceleration_of_speed = task_safety(task).max_linear_acceleration / task.parameters.v_max
    scene = _Scene(task, arm)
    angles = np.linspace(0.0, 2.0 * np.pi, directions, endpoint=False)
    twists = np.zeros((6, directions))
    twists[0], twists[1] = task.parameters.v_max * np.cos(angles), task.parameters.v_max * np.sin(angles)
    lower, upper = np.array(arm.joint_lower), np.array(arm.joint_upper)

    speed, margin = np.zeros(JOINTS), np.full(JOINTS, np.inf)
    conditions: list[float] = []
    manipulabilities: list[float] = []
    singularity_time = np.inf
    unreachable: list[tuple[float, float]] = []
    box_lower, box_upper = task.tcp_box
    for x in np.linspace(box_lower[0], box_upper[0], grid):
        for y in np.linspace(box_lower[1], box_upper[1], grid):
            try:
                q = kinematics.inverse(np.array((x, y, task.tool_height)), TOOL_DOWN, READY)
            except ValueError:
                unreachable.append((float(x), float(y)))
                continue
            here = ik.at(q)
            speeds = np.linalg.solve(here.jacobian, twists)
            speed = np.maximum(speed, np.abs(speeds).max(axis=1))
            margin = np.minimum(margin, np.minimum(q - lower, upper - q))
            conditions.append(kinematics.condition_number(q))
            manipulabilities.append(here.manipulability)
            fall = max(-here.manipulability_rate(column) for column in speeds.T.tolist())
            singularity_time = min(singularity_time, (here.manipulability - limits.manipulability_stop) / fall)
            scene.touch(q)
    return SweepReport(
        points=grid * grid,
        unreachable=tuple(unreachable),
        joint_speed=speed,
        joint_acceleration=acceleration_of_speed * speed,
        joint_margin=margin,
        condition=(min(conditions, default=np.inf), max(conditions, default=np.inf)),
        manipulability=(min(manipulabilities, default=0.0), max(manipulabilities, default=0.0)),
        singularity_time=float(singularity_time),
        contacts=tuple(sorted(scene.contacts)),
    )


class _Scene:
    """The scene standing still, with the cube out of the way, to ask what touches."""

    def __init__(self, task: PushTask, arm: ArmModel) -> None:
        spec = build_push_scene(task, arm, TIMESTEP)
        for name in task.object_names:
            spec.delete(spec.body(name))
        for geom in spec.geoms:
            geom.margin = CLEARANCE / 2.0
        self._model = spec.compile()
        self._data = mujoco.MjData(self._model)
        self.contacts: set[str] = set()

    def touch(self, q: Vector) -> None:
        """Add what touches at joint positions q [rad], shape (6,)."""
        self._data.qpos[:JOINTS] = q
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_comPos(self._model, self._data)
        mujoco.mj_collision(self._model, self._data)
        for contact in self._data.contact:
            self.contacts.add(f"{self._model.geom(contact.geom1).name} - {self._model.geom(contact.geom2).name}")


def describe(report: SweepReport, arm: ArmModel) -> str:
    """Return the report as lines of text, in degrees."""
    limits = JointLimits()
    allowed = np.degrees(limits.speed_share * np.array(arm.joint_speed_limits))
    acceleration = report.joint_acceleration.round(1).tolist()
    (least, greatest), (worst, best) = report.condition, report.manipulability
    lines = [
        f"{arm.name}: points {report.points}, out of reach {len(report.unreachable)}",
        f"joint speed needed [deg/s]    {np.degrees(report.joint_speed).round(1).tolist()}  of {allowed.tolist()}",
        f"joint acceleration [rad/s^2]  {acceleration}  of {limits.path_acceleration:g}",
        f"margin to joint limits [deg]  {np.degrees(report.joint_margin).round(1).tolist()}",
        f"condition number {least:.1f} to {greatest:.1f}, manipulability {worst:.3f} to {best:.3f}, "
        f"{report.singularity_time:.3f} s to the singularity stop at full speed",
        f"closer than {CLEARANCE * 1000.0:g} mm: {', '.join(report.contacts) or 'nothing'}",
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Sweep the push task's box and say what was found; 0 when every arm asked for serves all of it, else 1."""
    defaults = PushParameters()
    parser = argparse.ArgumentParser(description="Sweep a push task's box with the model of the arm.")
    parser.add_argument("--arm", nargs="+", choices=sorted(UR_ARMS), default=["ur5e"])
    parser.add_argument("--center-x", type=float, default=defaults.center[0], help="centre of the square [m]")
    parser.add_argument("--square", type=float, default=defaults.square, help="edge of the square [m]")
    parser.add_argument("--speed", type=float, default=defaults.v_max, help="speed of the TCP [m/s]")
    parser.add_argument("--grid", type=int, default=21, help="points along an edge of the box")
    options = parser.parse_args(arguments)
    parameters = replace(
        defaults, center=(options.center_x, defaults.center[1]), square=options.square, v_max=options.speed
    )
    passed = True
    for name in options.arm:
        report = sweep(PushTask(parameters), UR_ARMS[name], options.grid)
        sys.stdout.write(describe(report, UR_ARMS[name]) + "\n")
        passed = passed and report.passes(UR_ARMS[name])
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
