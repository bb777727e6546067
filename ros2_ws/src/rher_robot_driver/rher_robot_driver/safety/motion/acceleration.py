# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The greatest acceleration of the TCP: a ramp that prefers no axis."""

from __future__ import annotations

import math

Triple = tuple[float, float, float]


class AccelerationLimit:
    """Bounds the norm of the change of velocity in a tick, for the linear and the angular part alike.

    The ramp is the ordinary shape of the motion: it is counted, but it is not reported as a limit.

    Args:
        acceleration: Greatest norm of the acceleration [m/s^2] or [rad/s^2].

    Raises:
        ValueError: The limit is not positive.
    """

    reason = "acceleration"

    def __init__(self, acceleration: float) -> None:
        if not (math.isfinite(acceleration) and acceleration > 0.0):
            raise ValueError(f"acceleration is {acceleration}; allowed: more than 0")
        self.count = 0
        self._acceleration = acceleration

    def change(self, velocity: Triple, target: Triple, dt: float) -> Triple:
        """Return the change of velocity that one tick of dt [s] allows on the way to the target."""
        gx, gy, gz = target[0] - velocity[0], target[1] - velocity[1], target[2] - velocity[2]
        distance = math.sqrt(gx * gx + gy * gy + gz * gz)
        reach = self._acceleration * dt
        if distance <= reach:
            return gx, gy, gz
        share = reach / distance
        return share * gx, share * gy, share * gz

    def ramp(self, velocity: Triple, target: Triple, dt: float, share: float = 1.0) -> Triple:
        """Return the velocity that is as far on the way to the target as one tick of dt [s] allows.

        Args:
            velocity: Over the tick before.
            target: Velocity wanted.
            dt: Length of the tick [s].
            share: Share of that way to go, where the joints cannot follow all of it.
        """
        gx, gy, gz = target[0] - velocity[0], target[1] - velocity[1], target[2] - velocity[2]
        distance = math.sqrt(gx * gx + gy * gy + gz * gz)
        reach = self._acceleration * dt
        if distance <= reach and share == 1.0:
            return target
        self.count += 1
        share *= min(1.0, reach / distance) if distance > 0.0 else 1.0
        return velocity[0] + share * gx, velocity[1] + share * gy, velocity[2] + share * gz

    def ramp_from(self, velocity: Triple, forced: Triple, target: Triple, dt: float) -> Triple:
        """Return the velocity on the way from a forced one to the target, with what the forced change has left over.

        Args:
            velocity: Over the tick before.
            forced: Velocity that must be reached in this tick at least, within the limit of the velocity.
            target: Velocity wanted.
            dt: Length of the tick [s].

        Returns:
            forced + s (target - forced) with the greatest s in [0, 1] that keeps the whole change within the limit.
        """
        ox, oy, oz = forced[0] - velocity[0], forced[1] - velocity[1], forced[2] - velocity[2]
        gx, gy, gz = target[0] - forced[0], target[1] - forced[1], target[2] - forced[2]
        reach = self._acceleration * dt
        along = ox * gx + oy * gy + oz * gz
        length = gx * gx + gy * gy + gz * gz
        left = max(0.0, reach * reach - (ox * ox + oy * oy + oz * oz))
        if 2.0 * along + length <= left:
            return target
        self.count += 1
        root = math.sqrt(along * along + length * left)
        share = left / (along + root) if along > 0.0 else (root - along) / length
        return forced[0] + share * gx, forced[1] + share * gy, forced[2] + share * gz
