# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a parameter file gives a node."""

from __future__ import annotations

import pytest
from rher_agent.ros.launching.parameter_file import sets_parameter, task_settings


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("driver:\n  ros__parameters:\n    robot_ip: 10.0.0.7\n", True),
        ("driver:\n  ros__parameters:\n    robot_ip: ''\n", False),
        ("driver:\n  ros__parameters:\n    payload: 1.0\n", False),
        ("policy:\n  ros__parameters:\n    robot_ip: 10.0.0.7\n", False),
        ("driver:\n", False),
        ("", False),
    ],
)
def test_a_parameter_file_that_gives_a_value_is_found(tmp_path, text, given):
    path = tmp_path / "parameters.yaml"
    path.write_text(text)
    assert sets_parameter(str(path), "driver", "robot_ip") is given
    assert sets_parameter("", "driver", "robot_ip") is False


def test_what_is_set_of_a_task_is_told_from_all_else(tmp_path):
    path = tmp_path / "parameters.yaml"
    path.write_text("policy:\n  ros__parameters:\n    push: {square: 0.2}\n    push.v_max: 0.2\n    seed: 3\n")
    assert task_settings(str(path), "policy", "push") == {"push.square": 0.2, "push.v_max": 0.2}
    assert task_settings(str(path), "policy", "stack") == task_settings(str(path), "sim", "push") == {}
    assert task_settings("", "policy", "push") == {}
