# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The MuJoCo worlds as registered gymnasium goal-environments.

Importing this package registers them; gymnasium.make("rher_sim_bridge.gym:rher/UR5ePush-v0") imports it by itself.
"""

from __future__ import annotations

import gymnasium

UR5E_PUSH = "rher/UR5ePush-v0"
"""Id of the push task with a UR5e."""


gymnasium.register(id=UR5E_PUSH, entry_point="rher_sim_bridge.gym.goal_env:GoalEnv")
