# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A policy that pushes forward for ever, to be killed in the middle of an episode."""

from __future__ import annotations

import sys

import numpy as np
from rher_agent.ros.ros_world import RosWorld
from rher_agent.ros.session import ros_session
from rher_agent.tasks.registry import make_task


def main():
    with ros_session():
        world = RosWorld(make_task("push"))
        while True:
            step = world.reset(seed=0)
            while not step.truncated:
                step = world.step(np.array((0.5, 0.1)))
                sys.stdout.write(f"{step.step}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
