# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What follows from a lab for the nodes, by numbers; tests/graph declares it against the nodes themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rher_agent.lab.parameters import (
    check_lab_wins,
    check_scale,
    driver_parameters,
    episode_manager_parameters,
    perception_parameters,
    task_parameters,
)
from rher_agent.lab.settings import CubeLab, Lab, ObjectsLab, RobotLab, TableLab, WorkspaceLab
from rher_agent.tasks.push import PushParameters

LAB = Lab(
    table=TableLab(-0.02),
    workspace=WorkspaceLab(center=(0.45, 0.1), square=0.2, home=(0.45, 0.1, 0.13), park=(0.35, 0.1, 0.2)),
)


def test_the_task_of_the_emulated_lab_is_the_published_one_but_keeps_the_cube_in_reach():
    assert Lab().task.parameters == PushParameters(keeps_object=True)
    assert task_parameters(Lab())["push.v_max"] == PushParameters().v_max


def test_box_table_and_cube_agree_among_the_nodes():
    driver, perception, task = driver_parameters(LAB), perception_parameters(LAB), task_parameters(LAB)
    np.testing.assert_allclose(driver["safety.workspace_lower"], (0.22, -0.13, -0.005))
    np.testing.assert_allclose(driver["safety.workspace_upper"], (0.68, 0.33, 0.23))
    assert driver["safety.table_height"] == perception["object.table_height"] == task["push.table_height"] == -0.02
    assert perception["object.size"] == task["push.cube_size"]
    assert task["push.keeps_object"], "nobody places the cube anew"
    assert (driver["reset.position"], driver["reset.travel_height"]) == ([0.45, 0.1, 0.13], 0.13)


def test_the_arm_may_go_farther_than_the_policy_where_there_is_room():
    lab = replace(LAB, workspace=replace(LAB.workspace, reach=0.04))
    driver, manager = driver_parameters(lab), episode_manager_parameters(lab)
    np.testing.assert_allclose(driver["safety.workspace_lower"][:2], (0.21, -0.14))
    np.testing.assert_allclose(driver["safety.workspace_upper"][:2], (0.69, 0.34))
    assert manager["reach"] == 0.04
    assert task_parameters(lab) == task_parameters(LAB)


def test_the_arm_parks_where_the_lab_says():
    manager = episode_manager_parameters(LAB)
    np.testing.assert_allclose(manager["park_offset"], (-0.1, 0.0))
    assert manager["park_height"] == pytest.approx(0.22)
    assert manager["travel_height"] == pytest.approx(0.11)


def test_a_dry_run_is_slower_in_every_place():
    full, slow = driver_parameters(LAB), driver_parameters(LAB, 0.2)
    assert slow["safety.max_linear_speed"] == pytest.approx(0.2 * full["safety.max_linear_speed"])
    assert slow["reset.speed"] <= 0.96 * slow["safety.max_linear_speed"]
    assert task_parameters(LAB, 0.2)["push.v_max"] == pytest.approx(0.2 * 0.24)
    assert task_parameters(LAB, 0.2)["push.v_max"] <= 0.96 * slow["safety.max_linear_speed"]


@pytest.mark.parametrize("scale", [0.0, 0.04, 1.01, -1.0, float("nan")])
def test_a_share_that_is_none_is_refused(scale):
    with pytest.raises(ValueError, match=r"^scale is .*; allowed: 0.05 to 1.0$"):
        check_scale(scale)


def test_home_must_be_in_the_box_of_the_tcp():
    with pytest.raises(ValueError, match=r"^workspace.home is \(0.5, 0.0, 0.15\); allowed: in the box"):
        Lab(workspace=replace(WorkspaceLab(), center=(0.1, 0.5)))


@pytest.mark.parametrize(("size", "tool"), [(0.03, 0.0125), (0.05, 0.0125), (0.06, 0.02), (0.08, 0.0125)])
def test_no_episode_begins_where_the_tool_comes_down_on_the_cube(size, tool):
    lab = Lab(
        robot=RobotLab(tool_radius=tool),
        objects=ObjectsLab(cube=CubeLab(size=size, tag_size=0.8 * size)),
        workspace=WorkspaceLab(floor=0.008),
    )
    assert task_parameters(lab)["push.tcp_clearance"] > size / 2.0**0.5 + tool + 0.01


def test_a_dry_run_turns_the_tool_slowly_too():
    slow = driver_parameters(LAB, 0.2)
    assert slow["safety.max_angular_speed"] == pytest.approx(0.2)
    assert slow["reset.angular_speed"] == pytest.approx(0.1)
    assert episode_manager_parameters(LAB, 0.2)["turn_speed"] == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("driver", "safety.table_height"),
        ("episode_manager", "push.v_max"),
        ("episode_manager", "reach"),
        ("policy", "push.square"),
        ("perception", "object.table_height"),
    ],
)
def test_no_node_is_given_another_table_than_the_lab_gives_to_all(node, name):
    allowed = {"driver": {"servo_gain": 200.0}, "policy": {"learner.gamma": 0.9}}
    check_lab_wins(LAB, allowed)
    with pytest.raises(
        ValueError, match=f"^params_file sets {name} of {node}; allowed: in the file of the lab, for all$"
    ):
        check_lab_wins(LAB, allowed | {node: {name: 0.2}})


def test_policy_and_episode_manager_have_one_task():
    changed = {"push.tolerance": 0.03}
    check_lab_wins(LAB, {"policy": changed, "episode_manager": changed})
    with pytest.raises(
        ValueError, match=r"^params_file sets push\.tolerance of policy and episode_manager; allowed: the same"
    ):
        check_lab_wins(LAB, {"policy": changed})
    with pytest.raises(ValueError, match=r"^params_file sets push\.horizon, push\.tolerance of policy"):
        check_lab_wins(LAB, {"policy": changed, "episode_manager": {"push.horizon": 60}})
