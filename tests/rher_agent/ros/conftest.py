# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The agent's side of the graph needs ROS; without it these tests are left out."""

from __future__ import annotations

import importlib.util

import pytest

collect_ignore_glob = [] if importlib.util.find_spec("rclpy") else ["test_*.py"]


@pytest.fixture
def ros(monkeypatch):
    """Initialise ROS in a domain of its own; yields a function that makes nodes with parameter overrides."""
    import rclpy
    from rclpy.parameter import Parameter
    from rher_agent.ros.domain import DomainClaim
    from rher_agent.ros.session import ros_session

    claim = DomainClaim()
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
    nodes = []

    def make_node(**overrides):
        node = rclpy.create_node(
            f"node_{len(nodes)}",
            parameter_overrides=[Parameter(name.replace("__", "."), value=value) for name, value in overrides.items()],
            automatically_declare_parameters_from_overrides=True,
        )
        nodes.append(node)
        return node

    with ros_session(domain_id=claim.domain_id):
        yield make_node
        for node in nodes:
            node.destroy_node()
    claim.close()
