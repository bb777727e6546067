# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The nodes of the simulated graph as real processes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
collect_ignore_glob = [] if importlib.util.find_spec("rclpy") else ["test_*.py"]


@pytest.fixture
def start_script(start):
    """Start a script of this folder with arguments."""
    return lambda name, *arguments: start(sys.executable, HERE / name, *arguments)


@pytest.fixture
def start_sim(start):
    """Start the simulation node with parameters and remappings."""
    from ament_index_python.packages import get_package_prefix

    def start_node(*, remap: dict[str, str] | None = None, **parameters: Any):
        arguments = [f"-p{name}:={value}" for name, value in parameters.items()]
        arguments += [f"-r{old}:={new}" for old, new in (remap or {}).items()]
        executable = Path(get_package_prefix("rher_sim_bridge")) / "lib" / "rher_sim_bridge" / "sim_node"
        words = [word for argument in arguments for word in (argument[:2], argument[2:])]
        return start(executable, "--ros-args", *words)

    return start_node


@pytest.fixture
def start_camera(start):
    """Start the simulated camera, with parameters, and the node that sees in its pictures if that is wanted."""
    from ament_index_python.packages import get_package_prefix
    from rher_agent.tasks.push import PushTask
    from rher_sim_bridge.scene.camera import optical_pose

    def start_nodes(*, perception: bool = True, **parameters: Any):
        position, orientation = optical_pose(PushTask().parameters.center)
        mounting = {"camera.position": position.tolist(), "camera.orientation": orientation.tolist()}
        nodes = []
        for package, executable, given in (
            ("rher_sim_bridge", "sim_camera_node", parameters),
            ("rher_perception", "perception_node", mounting),
        )[: 2 if perception else 1]:
            words = [word for name, value in given.items() for word in ("-p", f"{name}:={value}")]
            path = Path(get_package_prefix(package)) / "lib" / package / executable
            nodes.append(start(path, "--ros-args", "-p", "use_sim_time:=true", *words))
        return nodes

    return start_nodes


@pytest.fixture
def start_policy(start):
    """Start the policy node with parameters."""
    from ament_index_python.packages import get_package_prefix

    executable = Path(get_package_prefix("rher_agent")) / "lib" / "rher_agent" / "policy_node"

    def start_node(**parameters: Any):
        words = [word for name, value in parameters.items() for word in ("-p", f"{name}:={value}")]
        return start(executable, "--ros-args", *words)

    return start_node
