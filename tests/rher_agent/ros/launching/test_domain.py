# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that pass whole, unless the user has settings of their own."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from ament_index_python.packages import get_package_share_directory
from launch import LaunchContext
from rher_agent.ros.launching.domain import JAZZY_PROFILES, PROFILES, large_messages

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
