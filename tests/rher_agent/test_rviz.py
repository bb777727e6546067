# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The file of rviz2 shows every marker that is published."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ament_index_python.packages import get_package_share_directory
from rher_agent.ros.operator_call import OPERATOR_MARKER
from rher_agent.ros.quality import MARKERS


@pytest.mark.parametrize("topic", [MARKERS, OPERATOR_MARKER])
def test_markers_are_shown(topic):
    path = Path(get_package_share_directory("rher_agent")) / "rviz" / "rher.rviz"
    displays = yaml.safe_load(path.read_text())["Visualization Manager"]["Displays"]
    shown = [item["Topic"]["Value"] for item in displays if item["Class"] == "rviz_default_plugins/MarkerArray"]
    assert f"/{topic}" in shown
