# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the launch files share: pictures that pass whole, unless the user has settings of their own."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from ament_index_python.packages import get_package_share_directory
from launch import LaunchContext
from rher_agent.ros.launching import (
    JAZZY_PROFILES,
    PROFILES,
    check_numbers,
    checkpoint_file,
    large_messages,
    sets_parameter,
)
from rher_agent.runners.local_learner import load_policy

PICTURE = 1280 * 720 * 3
"""Of the greatest picture [byte]."""


@pytest.mark.parametrize(("distribution", "name"), [("kilted", PROFILES), ("jazzy", JAZZY_PROFILES)])
def test_settings_that_hold_several_pictures_are_given_under_the_name_of_the_distribution(
    monkeypatch, distribution, name
):
    monkeypatch.setenv("ROS_DISTRO", distribution)
    # The launch action writes into this process: set first, so that the variable is taken back afterwards.
    monkeypatch.setenv(name, "")
    monkeypatch.delenv(name)
    context = LaunchContext()
    (action,) = large_messages()
    action.visit(context)
    path = context.environment[name]
    assert path.startswith(get_package_share_directory("rher_agent"))
    sizes = [element.text for element in ElementTree.parse(path).iter() if element.tag.endswith("segment_size")]
    assert [int(size or 0) > 4 * PICTURE for size in sizes] == [True]


def test_settings_of_the_user_are_left_alone(monkeypatch):
    monkeypatch.setenv("ROS_DISTRO", "kilted")
    monkeypatch.setenv(PROFILES, "/home/me/mine.xml")
    assert large_messages() == []


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


def test_text_where_a_number_belongs_is_refused_by_name():
    context = LaunchContext()
    context.launch_configurations.update(seed="3", scale="0.2")
    check_numbers(context, {"seed": int, "scale": float})
    context.launch_configurations["seed"] = "0.5"
    with pytest.raises(RuntimeError, match=r"^seed is '0.5'; allowed: a whole number$"):
        check_numbers(context, {"seed": int})
    context.launch_configurations["scale"] = "slow"
    with pytest.raises(RuntimeError, match=r"^scale is 'slow'; allowed: a number$"):
        check_numbers(context, {"scale": float})


def told(checkpoint: str, mode: str = "evaluate") -> LaunchContext:
    """Return the context of a launch with these arguments."""
    context = LaunchContext()
    context.launch_configurations.update(checkpoint=checkpoint, mode=mode)
    return context


def test_the_shipped_checkpoint_is_a_policy_of_its_task():
    path = Path(checkpoint_file(told("shipped"), "push"))
    assert path.name == "push.safetensors"
    # Raises where it cannot act.
    load_policy(path, "push")


def test_any_other_checkpoint_is_left_as_it_is_named():
    assert checkpoint_file(told("runs/mine/latest.safetensors", "train"), "push") == "runs/mine/latest.safetensors"


def test_the_shipped_checkpoint_is_refused_where_it_is_of_no_use():
    with pytest.raises(RuntimeError, match="with mode:=train: a file of a run's checkpoints, or none"):
        checkpoint_file(told("shipped", "train"), "push")
    with pytest.raises(RuntimeError, match=r"none of task juggle is; there is one of: .*drawer.*, push$"):
        checkpoint_file(told("shipped"), "juggle")
