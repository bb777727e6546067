# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters on a command line come back as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rher_robot_driver.safety.parameters import SafetyParameters
from rher_robot_driver.ur.arguments import from_json, to_json
from rher_robot_driver.ur.settings import UrSettings

SAFETY = SafetyParameters((0.25, -0.25, 0.01), (0.75, 0.25, 0.30), table_height=0.0)


def test_settings_come_back() -> None:
    settings = UrSettings(robot_ip="127.0.0.9", robot_model="ur10e", servo_rate=125, lookahead=0.1 + 0.2 - 0.25)
    assert from_json(UrSettings, to_json(settings)) == settings


def test_parameters_with_groups_come_back() -> None:
    safety = replace(SAFETY, joints=replace(SAFETY.joints, speed_share=0.4), max_tilt=0.2)
    assert from_json(SafetyParameters, to_json(safety)) == safety


def test_what_the_dataclass_refuses_is_refused() -> None:
    with pytest.raises(ValueError, match="servo_rate is 250"):
        from_json(UrSettings, '{"servo_rate": 250}')


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="UrSettings has no robot_port"):
        from_json(UrSettings, '{"robot_port": 1}')


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        from_json(UrSettings, "")
