# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The sweep: the published box passes, and what should fail fails."""

from __future__ import annotations

import pytest
from rher_agent.tasks.push import PushParameters, PushTask
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.safety.joint_limits import JointLimits
from rher_sim_bridge.sweep import main, sweep
from rher_sim_bridge.worlds.task_safety import task_safety

UR5E = UR_ARMS["ur5e"]


def test_the_arm_serves_the_whole_box_of_the_push_task() -> None:
    report = sweep(PushTask(), UR5E, grid=9)
    assert report.passes(UR5E)
    assert report.contacts == ()
    limits = JointLimits()
    assert (report.joint_margin > 1.0).all()
    assert report.condition[1] < 25.0
    # The reach in which the links of the joints act is not touched at full speed, so that they never clip an action.
    assert report.singularity_time > 2.0 * task_safety(PushTask()).reaction_time
    assert (report.joint_acceleration <= limits.path_acceleration).all()
    assert limits.manipulability_stop < report.manipulability[0] < report.manipulability[1] < 1.0


def test_a_box_beyond_the_arm_is_out_of_reach() -> None:
    report = sweep(PushTask(PushParameters(center=(0.75, 0.0))), UR5E, grid=5)
    assert report.unreachable
    assert not report.passes(UR5E)


def test_an_arm_that_runs_into_the_camera_post_is_told() -> None:
    report = sweep(PushTask(PushParameters(center=(1.0, 0.0))), UR_ARMS["ur10e"], grid=9)
    assert any("camera" in pair for pair in report.contacts)
    assert not report.passes(UR_ARMS["ur10e"])


def test_a_tool_too_near_the_table_is_told() -> None:
    report = sweep(PushTask(PushParameters(cube_size=0.04)), UR5E, grid=3)
    assert any("table" in pair and "tip" in pair for pair in report.contacts)


def test_a_grid_of_one_point_is_refused() -> None:
    with pytest.raises(ValueError, match="grid is 1"):
        sweep(PushTask(), UR5E, grid=1)


def test_the_command_says_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--grid", "3"]) == 0
    assert "nothing" in capsys.readouterr().out
    assert main(["--grid", "3", "--center-x", "0.8"]) == 1
    assert main(["--grid", "3", "--arm", "ur3e", "ur5e"]) == 1, "one of them does not serve the box"
