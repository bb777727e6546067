# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The sweep: the published box passes, and what should fail fails."""

from __future__ import annotations

import pytest
from rher_agent.tasks.push import PushParameters, PushTask
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_sim_bridge.sweep import main, sweep

UR5E = UR_ARMS["ur5e"]


def test_the_arm_serves_the_whole_box_of_the_push_task() -> None:
    report = sweep(PushTask(), UR5E, grid=9)
    assert report.passes(UR5E)
    assert report.contacts == ()
    # Half of what the joints can do is left for turning corners and for the servo.
    assert (report.joint_speed < 0.5 * 3.14159).all()
    assert (report.joint_margin > 1.0).all()
    assert report.condition < 25.0


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
