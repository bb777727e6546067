# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The angular part of the path: an accelerated orientation that stops before the tilt limit."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import axangle2quat, mat2quat, qmult, quat2mat

from rher_robot_driver.safety.motion.acceleration import AccelerationLimit
from rher_robot_driver.safety.motion.tool_tilt import ToolTilt

Vector = NDArray[np.float64]
Triple = tuple[float, float, float]

STILL: Triple = (0.0, 0.0, 0.0)


class Turning:
    """Turns an orientation by angular velocities that follow a target within the acceleration limit and the tilt.

    Where the straight ramp to the target would tilt the tool too far, the part of the target that tilts it further is
    left out; where even that leaves no room, the turn brakes straight to rest.

    Args:
        tilt: Of the tool.
        acceleration: Angular.
        dt: Length of a tick [s].
    """

    def __init__(self, tilt: ToolTilt, acceleration: AccelerationLimit, dt: float) -> None:
        self.quaternion = np.array((1.0, 0.0, 0.0, 0.0))
        self.velocity = STILL
        self._tilt = tilt
        self._acceleration = acceleration
        self._dt = dt
        self._tool: Triple = (0.0, 0.0, 1.0)

    def reset(self, rotation: Vector, slack: float) -> None:
        """Begin at rest from a rotation matrix tilted at most slack [rad] beyond the limit.

        Raises:
            ValueError: It is tilted further.
        """
        x, y, z = rotation[:, 2].tolist()
        if not self._tilt.begin((x, y, z), slack):
            angle = math.degrees(math.acos(max(-1.0, min(1.0, -z))))
            raise ValueError(f"rotation tilts the tool by {angle:.1f} degrees; allowed: within the limit 'tilt'")
        self._tool = (x, y, z)
        self.quaternion, self.velocity = mat2quat(rotation), STILL

    def step(self, target: Triple, limited: list[str], share: float = 1.0) -> None:
        """Choose the angular velocity of a tick and turn by it.

        Args:
            target: Angular velocity wanted [rad/s].
            limited: The reason of the tilt limit is added to it when it acts.
            share: Share of the ramp of this tick that the joints can follow.
        """
        before, dt = self.velocity, self._dt
        velocity = self._acceleration.ramp(before, target, dt, share)
        if velocity == STILL:
            self.velocity = STILL
            return
        if not self._tilt.allows(self._tool, velocity, dt):
            self._tilt.count += 1
            limited.append(self._tilt.reason)
            velocity = self._acceleration.ramp(before, self._level(target), dt, share)
            if not self._tilt.allows(self._tool, velocity, dt):
                velocity = self._acceleration.ramp(before, STILL, dt)
        self.velocity = velocity
        rate = math.hypot(*velocity)
        if rate > 0.0:
            # Normalised here, because the square of a very small rate is 0.
            axis = [component / rate for component in velocity]
            turned = qmult(axangle2quat(axis, rate * dt, is_normalized=True), self.quaternion)
            self.quaternion = turned / math.hypot(*turned.tolist())
            x, y, z = quat2mat(self.quaternion)[:, 2].tolist()
            self._tool = (x, y, z)

    def _level(self, target: Triple) -> Triple:
        """Return an angular velocity without its part that tilts the tool further.

        The tilt grows with the turn about n = (-z) x t, the horizontal axis square to the tool.
        """
        tx, ty, _ = self._tool
        nx, ny = ty, -tx
        length = math.hypot(nx, ny)
        if length == 0.0:
            return 0.0, 0.0, target[2]
        nx, ny = nx / length, ny / length
        outward = max(0.0, target[0] * nx + target[1] * ny)
        return target[0] - outward * nx, target[1] - outward * ny, target[2]
