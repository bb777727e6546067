# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The pre-flight list: each line fails for its own reason alone, and says how to mend it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rher_robot_driver.kinematics.arm import ArmKinematics
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.ur.preflight import ControllerFacts, preflight
from rher_robot_driver.ur.probe import ControllerVersion
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, Check
from rher_robot_driver.ur.settings import UrSettings
from transforms3d.quaternions import mat2quat

Q = (0.3, -1.3, 1.9, -2.1, -math.pi / 2.0, 0.2)
SETTINGS = UrSettings(robot_ip="127.0.0.2")


def facts_of(model: str = "ur5e", tcp_offset: float = SETTINGS.tcp_offset, **changes: Any) -> ControllerFacts:
    position, rotation = ArmKinematics(UR_ARMS[model], tcp_offset).forward(Q)
    x, y, z = position.tolist()
    w, i, j, k = mat2quat(rotation).tolist()
    measured = replace(
        NOTHING_MEASURED,
        q=Q,
        tcp_position=(x, y, z),
        tcp_orientation=(w, i, j, k),
        robot_mode=7,
        safety_mode=1,
        runtime_state=1,
    )
    facts = ControllerFacts(
        ControllerVersion(5, 15, 0, 0),
        measured,
        1.0,
        SETTINGS.payload,
        model.removesuffix("e").upper(),
        "20235500",
        True,
    )
    return replace(facts, **changes)


def failed(facts: ControllerFacts, settings: UrSettings = SETTINGS, start_error: str = "") -> dict[str, Check]:
    kinematics = ArmKinematics(UR_ARMS[settings.robot_model], settings.tcp_offset)
    checks = preflight(facts, settings, kinematics, lambda: start_error)
    assert all(check.passed or check.mend for check in checks)
    return {check.name: check for check in checks if not check.passed}


def with_modes(**modes: Any) -> ControllerFacts:
    facts = facts_of()
    return replace(facts, measured=replace(facts.measured, **modes))


@pytest.mark.parametrize("model", sorted(UR_ARMS))
def test_all_is_well(model: str) -> None:
    assert failed(facts_of(model), replace(SETTINGS, robot_model=model)) == {}


def test_the_serial_number_is_told() -> None:
    checks = preflight(facts_of(), SETTINGS, ArmKinematics(UR_ARMS["ur5e"], SETTINGS.tcp_offset), lambda: "")
    assert "20235500" in checks[0].found


@pytest.mark.parametrize(
    ("facts", "name", "words"),
    [
        (facts_of(remote_control=False), "remote control", "Remote"),
        (with_modes(robot_mode=5), "robot mode", "release its brakes"),
        (with_modes(safety_mode=3), "safety mode", "release the stop"),
        (with_modes(runtime_state=2), "no other program", "end the program"),
        (facts_of(model="ur5e", payload=1.2), "payload", "0.925 kg"),
        (facts_of(speed_slider=0.5), "speed slider", "100 %"),
        (facts_of(tcp_offset=0.0), "TCP offset", "160.0 mm"),
        (facts_of(version=ControllerVersion(3, 15, 8, 0)), "servo rate", "125"),
        (facts_of(dashboard_error="no answer"), "controller", "network"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_the_only_line_that_fails(facts: ControllerFacts, name: str, words: str) -> None:
    checks = failed(facts)
    assert set(checks) == {name}
    assert words in checks[name].mend


@pytest.mark.parametrize("model", ["ur3e", "ur10e"])
def test_another_arm_is_known_by_its_name_and_by_its_geometry(model: str) -> None:
    checks = failed(facts_of(model))
    assert {"model name", "arm geometry"} <= set(checks)
    assert "arm geometry" in failed(replace(facts_of(model), model=None))


@pytest.mark.parametrize("name", ["ur3", "ur5", "ur10"])
@pytest.mark.parametrize("series", ["", "e"])
def test_an_arm_of_the_other_series_goes_by_the_same_name_and_is_known_by_its_geometry(name: str, series: str) -> None:
    other = {"": "e", "e": ""}[series]
    checks = failed(facts_of(name + series), replace(SETTINGS, robot_model=name + other))
    assert checks
    assert set(checks) <= {"arm geometry", "TCP offset"}


def test_a_tool_that_is_turned_is_the_arms_geometry() -> None:
    facts = facts_of()
    turned = np.array(facts.measured.tcp_orientation)[[1, 0, 3, 2]] * (1.0, -1.0, 1.0, -1.0)
    facts = replace(facts, measured=replace(facts.measured, tcp_orientation=tuple(turned.tolist())))
    assert set(failed(facts)) == {"arm geometry"}


def test_calibrated_lengths_pass() -> None:
    facts = facts_of()
    x, y, z = facts.measured.tcp_position
    shifted = replace(facts.measured, tcp_position=(x + 0.004, y - 0.004, z + 0.004))
    assert failed(replace(facts, measured=shifted)) == {}


def test_what_a_controller_does_not_tell_is_no_failure() -> None:
    version = ControllerVersion(10, 12, 0, 0)
    facts = facts_of(version=version, payload=None, serial_number=None, remote_control=None)
    assert failed(replace(facts, model=None)) == {}


def test_a_start_pose_outside_the_limits_is_told() -> None:
    checks = failed(facts_of(), start_error="position is outside")
    assert set(checks) == {"start pose"}
    assert checks["start pose"].found == "position is outside"
