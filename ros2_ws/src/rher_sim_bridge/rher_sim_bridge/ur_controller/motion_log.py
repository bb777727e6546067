# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the arm truly did, one record for each physics step, for judging whoever drove it.

Everything measured comes from MuJoCo's own sensors: joint positions and speeds, pose and velocity of the TCP (the tip
of the mounted tool, whatever TCP the controller is told), the force at the flange, the pose of the cube. They are free
of noise and of filters; velocities are those of the integrator, not differences of positions. In contact they carry
what a stiff contact at a step of 2 ms does: single steps of some mm/s. Frames are base_link.

Records are written at once, so that the file is whole up to the last step also after kill -9.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rher_sim_bridge.ur_controller.plant import PHYSICS_TIMESTEP

MAGIC = b"RHER-UR-LOG-1\n\n\n"
RECORD = np.dtype(
    [
        ("step", "<i8"),
        ("clock_ns", "<i8"),
        ("q", "<f8", 6),
        ("qd", "<f8", 6),
        ("target_q", "<f8", 6),
        ("target_qd", "<f8", 6),
        ("tcp_position", "<f8", 3),
        ("tcp_quaternion", "<f8", 4),
        ("tcp_linear_velocity", "<f8", 3),
        ("tcp_angular_velocity", "<f8", 3),
        ("wrench", "<f8", 6),
        ("cube_position", "<f8", 3),
        ("cube_quaternion", "<f8", 4),
        ("runtime_state", "<i4"),
        ("safety_mode", "<i4"),
        ("robot_mode", "<i4"),
        ("speed_scaling", "<f8"),
        ("servo_writes", "<i8"),
    ]
)


@dataclass(frozen=True, eq=False)
class MotionLog:
    """A motion log, one row for each physics step of 2 ms; n rows."""

    step: NDArray[np.int64]
    """Physics steps since the controller started; simulated time is this times 2 ms."""
    clock_ns: NDArray[np.int64]
    """CLOCK_MONOTONIC of the host when the step was done [ns]."""
    q: NDArray[np.float64]
    """Joint positions [rad], shape (n, 6)."""
    qd: NDArray[np.float64]
    """Joint speeds [rad/s], shape (n, 6)."""
    target_q: NDArray[np.float64]
    """Where the controller wanted the joints at the end of its cycle [rad], shape (n, 6)."""
    target_qd: NDArray[np.float64]
    """[rad/s], shape (n, 6)."""
    tcp_position: NDArray[np.float64]
    """In base_link [m], shape (n, 3)."""
    tcp_quaternion: NDArray[np.float64]
    """w, x, y, z; shape (n, 4)."""
    tcp_linear_velocity: NDArray[np.float64]
    """In base_link [m/s], shape (n, 3)."""
    tcp_angular_velocity: NDArray[np.float64]
    """In base_link [rad/s], shape (n, 3)."""
    wrench: NDArray[np.float64]
    """On the TCP as the controller reports it, but in base_link: force [N], torque [N m]; shape (n, 6)."""
    cube_position: NDArray[np.float64]
    """In base_link [m], shape (n, 3)."""
    cube_quaternion: NDArray[np.float64]
    """w, x, y, z; shape (n, 4)."""
    runtime_state: NDArray[np.int32]
    """Of the program: 1 stopped, 2 playing, 4 paused."""
    safety_mode: NDArray[np.int32]
    """1 normal, 3 protective stop, 5 safeguard stop, 7 emergency stop."""
    robot_mode: NDArray[np.int32]
    """3 power off, 5 idle, 7 running."""
    speed_scaling: NDArray[np.float64]
    """Share of its speed at which the controller lets motions go."""
    servo_writes: NDArray[np.int64]
    """Packages with a setpoint (servoJ, servoL, speedJ, speedL) received so far."""

    @property
    def time(self) -> NDArray[np.float64]:
        """Simulated time [s], shape (n,)."""
        return np.array(self.step * PHYSICS_TIMESTEP, dtype=np.float64)

    @property
    def tcp_speed(self) -> NDArray[np.float64]:
        """Speed of the TCP [m/s], shape (n,)."""
        return np.array(np.linalg.norm(self.tcp_linear_velocity, axis=1), dtype=np.float64)

    @classmethod
    def read(cls, path: Path | str) -> MotionLog:
        """Read a log; a record that was cut off by the end of its writer is left out.

        Raises:
            ValueError: The file is no motion log.
        """
        content = Path(path).read_bytes()
        if not content.startswith(MAGIC):
            raise ValueError(f"{path} is no motion log: it begins with {content[: len(MAGIC)]!r}")
        whole = (len(content) - len(MAGIC)) // RECORD.itemsize
        records = np.frombuffer(content, RECORD, count=whole, offset=len(MAGIC))
        return cls(**{name: records[name].copy() for name in RECORD.names or ()})


class MotionLogWriter:
    """Appends records to a new file.

    Args:
        path: Of the file; one that exists is replaced.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(self._file, MAGIC)
        self.record = np.zeros((), RECORD)
        """Fill this, then call write."""

    def write(self) -> None:
        """Stamp the record and hand it to the kernel."""
        self.record["clock_ns"] = time.monotonic_ns()
        os.write(self._file, self.record.tobytes())

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
