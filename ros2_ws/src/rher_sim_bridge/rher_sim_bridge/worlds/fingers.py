# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The two fingers of an opening gripper in the physics."""

from __future__ import annotations

import math

import mujoco

from rher_sim_bridge.scene.gripper import FINGER_JOINTS, FINGER_TRAVEL


class Fingers:
    """Moves the fingers and reads how far they are apart.

    Args:
        model: Compiled scene with an opening gripper.
        data: State of the scene.
    """

    def __init__(self, model: mujoco.MjModel, data: mujoco.MjData) -> None:
        self._data = data
        self._places = [int(model.joint(name).qposadr[0]) for name in FINGER_JOINTS]
        self._controls = [int(model.actuator(name).id) for name in FINGER_JOINTS]

    @property
    def opening(self) -> float:
        """Distance between the axes of the finger tips [m]."""
        return float(self._data.qpos[self._places].sum())

    def open(self) -> None:
        """Put the fingers apart at rest."""
        self._data.qpos[self._places] = FINGER_TRAVEL
        self._data.ctrl[self._controls] = FINGER_TRAVEL

    def command(self, opening: float) -> None:
        """Ask for an opening [m]; NaN leaves the fingers as they were told last."""
        if not math.isnan(opening):
            self._data.ctrl[self._controls] = min(max(opening / 2.0, 0.0), FINGER_TRAVEL)
