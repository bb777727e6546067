# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The greatest angle between the tool and straight down."""

from __future__ import annotations

import math

Triple = tuple[float, float, float]


class ToolTilt:
    """Bounds the tilt, the angle between the tool's z axis and straight down in base_link.

    An angular velocity is allowed when a stop from it, straight and so about a fixed axis, keeps the tilt within the
    limit on its whole way. A stop that was allowed once stays allowed in each of its ticks.

    Args:
        limit: Greatest tilt [rad].
        deceleration: Angular acceleration of a stop [rad/s^2].

    Raises:
        ValueError: The limit or the deceleration is out of range.
    """

    reason = "tilt"

    def __init__(self, limit: float, deceleration: float) -> None:
        if not 0.0 < limit <= math.pi / 2.0:
            raise ValueError(f"limit is {limit} rad; allowed: more than 0, at most pi / 2")
        if not (math.isfinite(deceleration) and deceleration > 0.0):
            raise ValueError(f"deceleration is {deceleration} rad/s^2; allowed: more than 0")
        self.count = 0
        self._nominal = limit
        self._least_cosine = math.cos(limit)
        self._deceleration = deceleration

    def begin(self, tool: Triple, slack: float) -> bool:
        """Take a start tilted at most slack [rad] beyond the limit, as the limit to come; return whether it was taken.

        Args:
            tool: Unit vector along the tool's z axis in base_link, shape (3,).
            slack: [rad]
        """
        if not -tool[2] >= math.cos(self._nominal + slack):
            return False
        self._least_cosine = min(math.cos(self._nominal), -tool[2])
        return True

    def allows(self, tool: Triple, angular_velocity: Triple, dt: float) -> bool:
        """Return whether turning for a tick of dt [s] leaves room to stop within the limit.

        About the unit axis u the height of the tool's z axis is, by Rodrigues' formula,
        h(p) = c + a cos(p) + b sin(p) at the angle p, with c = u_z (u . t), a = t_z - c and b = (u x t)_z. The tilt is
        greatest where h is, at the end of the turn or at the angle atan2(b, a).

        Args:
            tool: Unit vector along the tool's z axis in base_link, shape (3,).
            angular_velocity: Over the coming tick [rad/s], shape (3,).
            dt: Length of the tick [s].
        """
        wx, wy, wz = angular_velocity
        rate = math.hypot(wx, wy, wz)
        if rate == 0.0:
            return True
        ux, uy, uz = wx / rate, wy / rate, wz / rate
        tx, ty, tz = tool
        turn = rate * dt + rate * rate / (2.0 * self._deceleration)
        c = uz * (ux * tx + uy * ty + uz * tz)
        a, b = tz - c, ux * ty - uy * tx
        summit = math.atan2(b, a) % (2.0 * math.pi)
        height = c + math.hypot(a, b) if summit <= turn else c + a * math.cos(turn) + b * math.sin(turn)
        return -height >= self._least_cosine
