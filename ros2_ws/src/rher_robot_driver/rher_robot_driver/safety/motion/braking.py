# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How fast something may approach a face and still stop before it, at any servo rate.

A tick of length dt first sets the speed v, then moves by v dt. With v dt + v^2 / (2 a) <= distance, braking at a stops
short of the face whatever the lengths of the ticks to come: a tick that slows from v to v' moves v' dt, and
v' dt <= (v^2 - v'^2) / (2 a).
"""

from __future__ import annotations

import math


def may_approach(speed: float, distance: float, deceleration: float, dt: float) -> bool:
    """Return whether a speed leaves room to stop.

    Args:
        speed: Towards the face over the coming tick [m/s], 0 or more.
        distance: To the face before the tick [m], 0 or more.
        deceleration: Available against the face [m/s^2].
        dt: Length of the tick [s].
    """
    return speed * dt + speed * speed / (2.0 * deceleration) <= distance


def approach_speed(distance: float, deceleration: float, dt: float) -> float:
    """Return the greatest speed [m/s] that leaves room to stop; arguments as in may_approach.

    The positive root of v dt + v^2 / (2 a) = distance, in the form that loses no digits at small distances.
    """
    return 2.0 * distance / (dt + math.sqrt(dt * dt + 2.0 * distance / deceleration))
