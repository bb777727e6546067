# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What differs from lab to lab. The defaults are the lab of the emulated cell; lengths in metres, base_link."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from rher_agent.settings import check, choice, ranged
from rher_agent.tasks.push import PushParameters, PushTask

ROBOT_MODELS = ("ur3e", "ur5e", "ur10e", "ur3", "ur5", "ur10")
"""Arms that the driver knows: e-series, CB series."""
SERVO_RATES = (125, 500)
"""Rates that the controllers serve [Hz]: CB series, e-series."""
HARD_SPEED = 0.25
"""Speed of the TCP that UR's own recovery mode allows, at which the driver stops the arm [m/s]."""
CLEARANCE = 0.02
"""Between the tool where an episode begins and the nearest place at which it could touch the cube [m]."""
FACE_ROOM = 0.005
"""Between the faces of its box and the places to which the driver lets a command lead [m], its workspace_margin."""
TOOL_ROOM = 0.06
"""Between the upper face of the cube and the TCP that crosses over it [m]."""


@dataclass(frozen=True)
class RobotLab:
    """The arm and its tool."""

    ip: str = "192.168.0.10"
    """Address of the controller."""
    model: str = choice("ur5e", *ROBOT_MODELS)
    """Maker's name of the arm."""
    servo_rate: int = 500
    """Setpoints each second [Hz]: 500 for the e-series, 125 for the CB series."""
    tcp_offset: float = ranged(0.16, 0.0, 0.5)
    """From the flange to the TCP along z [m], as on the pendant."""
    payload: float = ranged(0.925, 0.0, 20.0)
    """On the flange [kg], as on the pendant."""
    tool_radius: float = ranged(0.0125, 0.001, 0.1)
    """Of the finger tips or the pusher at the height of the cube's middle [m]."""
    speed_share: float = ranged(0.96, 0.2, 0.96)
    """Share of the hard limit of 0.25 m/s that commands may use; less where a busy computer sends setpoints unevenly,
    two of which in one cycle of the controller move the arm faster."""

    def __post_init__(self) -> None:
        check(self)
        if not self.ip:
            raise ValueError("ip is empty; allowed: the address of the controller")
        if self.servo_rate not in SERVO_RATES:
            raise ValueError(f"servo_rate is {self.servo_rate}; allowed: {', '.join(map(str, SERVO_RATES))}")


@dataclass(frozen=True)
class TableLab:
    """The table."""

    height: float = ranged(0.0, -1.0, 1.0)
    """Of its top in base_link [m]; 0 when the arm stands on it."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class WorkspaceLab:
    """Where the arm works."""

    center: tuple[float, float] = (0.50, 0.0)
    """Middle of the square in which objects and goals lie, x and y in base_link [m]."""
    square: float = ranged(0.30, 0.15, 0.60)
    """Edge of that square [m]; the box in which the policy moves is 10 cm wider on each side."""
    reach: float = ranged(0.03, 0.0, 0.30)
    """How much wider still the box of the arm is, on each side [m]: room to get behind a cube that lies at its edge."""
    floor: float = ranged(0.015, 0.006, 0.05)
    """Least height of the TCP over the table [m]; finger tips reach a little below the TCP."""
    ceiling: float = ranged(0.25, 0.15, 0.60)
    """Greatest height of the TCP over the table [m]."""
    home: tuple[float, float, float] = (0.50, 0.0, 0.15)
    """Where `arm reset` brings the TCP, in base_link [m]; it crosses the table at that height."""
    park: tuple[float, float, float] = (0.35, 0.0, 0.20)
    """Where the TCP waits while a person is asked, in base_link [m]; it should not hide the table from the camera."""

    def __post_init__(self) -> None:
        check(self)
        for name in ("center", "home", "park"):
            if not all(map(math.isfinite, getattr(self, name))):
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: finite numbers")


@dataclass(frozen=True)
class CameraLab:
    """The camera beside the table."""

    serial: str = ""
    """Serial number; empty for the only camera that is connected."""
    width: int = ranged(640, 320, 1920)
    """Of its pictures [pixel]."""
    height: int = ranged(480, 240, 1080)
    """Of its pictures [pixel]."""
    fps: int = ranged(30, 10, 60)
    """Pictures each second; 15 where perception shares two cores with everything else."""
    calibration: str = "camera.yaml"
    """File that `ros2 run rher_perception calibrate` wrote; relative to the lab's file."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class CubeLab:
    """A cube with a tag on every face."""

    size: float = ranged(0.05, 0.03, 0.10)
    """Edge [m]."""
    tag_size: float = ranged(0.04, 0.01, 0.10)
    """Side of the black squares, measured on the print [m]."""
    first_tag: int = ranged(0, 0, 581)
    """Id of the tag on the face +z; the faces +x, -x, +y, -y, -z count on (36h11 has 587)."""

    def __post_init__(self) -> None:
        check(self)
        if not self.tag_size < self.size:
            raise ValueError(f"tag_size is {self.tag_size}; allowed: less than size, {self.size}")


@dataclass(frozen=True)
class ObjectsLab:
    """What lies on the table, by the names of the task's objects."""

    cube: CubeLab = field(default_factory=CubeLab)
    """The object of the push task."""


@dataclass(frozen=True)
class Lab:
    """One lab.

    Raises:
        ValueError: Parts of it do not fit together; the message begins with the dotted name of one of them.
    """

    robot: RobotLab = field(default_factory=RobotLab)
    """The arm and its tool."""
    table: TableLab = field(default_factory=TableLab)
    """The table."""
    workspace: WorkspaceLab = field(default_factory=WorkspaceLab)
    """Where the arm works."""
    camera: CameraLab = field(default_factory=CameraLab)
    """The camera beside the table."""
    objects: ObjectsLab = field(default_factory=ObjectsLab)
    """What lies on the table."""

    def __post_init__(self) -> None:
        self._check_tool()
        # The driver leads no command to the faces of its box.
        lower, upper = np.array(self.tcp_box) + np.array(((FACE_ROOM,), (-FACE_ROOM,)))
        least = self.table.height + self.travel_height
        for name in ("home", "park"):
            place = getattr(self.workspace, name)
            if not all(low <= value <= high for low, value, high in zip(lower, place, upper, strict=True)):
                box = " to ".join(str(tuple(round(float(value), 4) for value in corner)) for corner in (lower, upper))
                raise ValueError(f"workspace.{name} is {place}; allowed: in the box of the TCP, {box}")
            if place[2] < least:
                raise ValueError(f"workspace.{name} is {place}; allowed: a height over the cube, {least:.3f} or more")

    def _check_tool(self) -> None:
        """Refuse a cube that the tool cannot get behind or down to."""
        size, tool = self.objects.cube.size, self.robot.tool_radius
        parameters = self.task.parameters
        room = parameters.tcp_margin - parameters.tcp_brake
        if self.task.contact_radius > room:
            raise ValueError(
                f"objects.cube.size is {size} with robot.tool_radius {tool}; allowed: half its diagonal and the tool "
                f"take no more than {room - parameters.contact_slack:.3f} m, the room behind a cube at the edge"
            )
        highest = size / 2.0 - FACE_ROOM
        if self.workspace.floor > highest:
            raise ValueError(
                f"workspace.floor is {self.workspace.floor}; allowed: {highest:.4f} or less, {FACE_ROOM} m below the "
                "middle of the cube, where it is pushed"
            )

    @property
    def travel_height(self) -> float:
        """Height over the table at which the TCP is clear of the cube [m]."""
        return self.objects.cube.size + TOOL_ROOM

    @property
    def task(self) -> PushTask:
        """The push task on this table, at full speed. Nobody places the cube anew, so the task keeps it in reach."""
        parameters = PushParameters(
            cube_size=self.objects.cube.size,
            tool_radius=self.robot.tool_radius,
            center=self.workspace.center,
            square=self.workspace.square,
            table_height=self.table.height,
            v_max=self.robot.speed_share * HARD_SPEED,
            keeps_object=True,
        )
        # The tool comes down where an episode begins: not onto a cube that is larger than the published one.
        clear = PushTask(parameters).contact_radius + CLEARANCE
        return PushTask(replace(parameters, tcp_clearance=max(parameters.tcp_clearance, clear)))

    @property
    def tcp_box(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Lower and upper corner of the box that the TCP never leaves, in base_link [m]."""
        lower, upper = self.task.tcp_box
        low_x, low_y = map(float, lower - self.workspace.reach)
        high_x, high_y = map(float, upper + self.workspace.reach)
        floor, ceiling = self.table.height + self.workspace.floor, self.table.height + self.workspace.ceiling
        return (low_x, low_y, floor), (high_x, high_y, ceiling)
