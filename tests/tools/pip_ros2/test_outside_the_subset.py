# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the subset lacks is told by name, in one line, with what there is instead."""

import pytest

pytestmark = pytest.mark.usefixtures("ours_only")


@pytest.mark.parametrize(
    ("file", "missing", "there"),
    [
        ("outside_timer_action", "launch.actions.TimerAction", "ExecuteProcess, GroupAction"),
        ("outside_frontend", "launch.frontend", "LaunchDescription"),
        ("outside_lifecycle", "launch_ros.actions.LifecycleNode", "Node, PushROSNamespace"),
    ],
)
def test_missing_name(ros2, file, missing, there):
    result = ros2.launch(file)
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert f"{missing} is outside the subset" in line
    assert there in line


@pytest.mark.parametrize(
    ("case", "keyword", "allowed"),
    [
        ("node", "Node(cached_output=...)", "additional_env, arguments, cmd"),
        ("respawn", "Node(respawn=...)", "only False"),
        ("action", "LogInfo(message=...)", "condition, msg"),
    ],
)
def test_missing_keyword(ros2, case, keyword, allowed):
    result = ros2.launch("outside_keyword", OUTSIDE=case)
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert f"{keyword} is outside the subset" in line
    assert allowed in line


@pytest.mark.parametrize("suffix", ["xml", "yaml"])
def test_other_kinds_of_launch_files(ros2, tmp_path, suffix):
    file = tmp_path / f"some.launch.{suffix}"
    file.write_text("<launch/>")
    result = ros2("launch", str(file))
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert "only Python launch files" in line


@pytest.mark.parametrize("command", ["topic", "node", "param", "bag"])
def test_other_commands(ros2, command):
    result = ros2(command, "list")
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert f"'{command}'" in line
    assert "launch, pkg, run" in line
    assert "native ROS 2" in line
