# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What follows from a lab is declared here against the parameters of the real nodes: a rename there fails here."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from rher_agent.lab import parameters as derived
from rher_agent.lab.settings import (
    ROBOT_MODELS,
    SERVO_RATES,
    CameraLab,
    CubeLab,
    Lab,
    ObjectsLab,
    RobotLab,
    TableLab,
    WorkspaceLab,
)

OTHER = Lab(
    robot=RobotLab("10.0.0.7", "ur10e", 125, 0.2, 1.5, 0.02, 0.9),
    table=TableLab(-0.02),
    workspace=WorkspaceLab((0.45, 0.1), 0.2, 0.04, 0.02, 0.3, (0.45, 0.1, 0.13), (0.3, 0.1, 0.22)),
    camera=CameraLab("0815", 1280, 720, 15, "cam.yaml"),
    objects=ObjectsLab(CubeLab(0.06, 0.045, 12)),
)
"""Differs from the defaults in every value."""


@pytest.fixture
def declare(ros):
    """Declare dataclasses, by prefix, in a node with parameters; none of those may be unknown."""
    import rclpy
    from rclpy.parameter import Parameter
    from rher_agent.ros.parameters import declare_parameters, refuse_unknown_parameters

    nodes = []

    def declare_in_node(given, *defaults):
        node = rclpy.create_node(
            "node",
            parameter_overrides=[Parameter(name, value=value) for name, value in given.items()],
            automatically_declare_parameters_from_overrides=True,
        )
        nodes.append(node)
        found = [declare_parameters(node, value, prefix) for prefix, value in defaults]
        refuse_unknown_parameters(node)
        return found

    yield declare_in_node
    for node in nodes:
        node.destroy_node()


def test_every_value_of_the_other_lab_differs():
    for section in ("robot", "table", "workspace", "camera"):
        mine, default = getattr(OTHER, section), getattr(Lab(), section)
        assert all(getattr(mine, item.name) != getattr(default, item.name) for item in fields(mine))


def test_the_driver_knows_the_arms_and_rates_of_a_lab():
    from rher_robot_driver.kinematics.dh import UR_ARMS
    from rher_robot_driver.ur import settings

    assert tuple(UR_ARMS) == ROBOT_MODELS
    assert settings.SERVO_RATES == SERVO_RATES


def test_the_drivers_defaults_are_those_of_the_emulated_lab_without_more_reach(declare):
    from rher_robot_driver.ros.parameters import DriverParameters, default_safety
    from rher_robot_driver.ur.settings import UrSettings

    settings, safety, own = declare(
        derived.driver_parameters(Lab(workspace=WorkspaceLab(reach=0.0))),
        ("", UrSettings()),
        ("safety.", default_safety()),
        ("", DriverParameters()),
    )
    assert settings == replace(UrSettings(), robot_ip=Lab().robot.ip)
    assert safety == default_safety()
    assert own == DriverParameters()


def test_the_driver_takes_what_another_lab_says(declare):
    from rher_robot_driver.ros.parameters import DriverParameters, check_hardware_limits, default_safety
    from rher_robot_driver.ur.settings import UrSettings

    settings, safety, own = declare(
        derived.driver_parameters(OTHER, 0.2),
        ("", UrSettings()),
        ("safety.", default_safety()),
        ("", DriverParameters()),
    )
    robot = OTHER.robot
    assert (settings.robot_ip, settings.robot_model, settings.servo_rate) == (robot.ip, robot.model, robot.servo_rate)
    assert (settings.tcp_offset, settings.payload) == (robot.tcp_offset, robot.payload)
    assert (safety.workspace_lower, safety.workspace_upper) == OTHER.tcp_box
    assert safety.table_height == OTHER.table.height
    assert safety.max_linear_speed == pytest.approx(0.05)
    assert safety.speed_share == robot.speed_share
    assert own.reset.position == OTHER.workspace.home
    assert own.reset.speed <= safety.commanded_speed
    check_hardware_limits(safety)


@pytest.mark.parametrize("scale", [0.05, 0.2, 0.33, 1.0])
def test_the_step_of_the_task_is_what_the_driver_admits(declare, scale):
    from rher_agent.episodes.settings import EpisodeSettings
    from rher_agent.tasks.push import PushParameters
    from rher_robot_driver.ros.parameters import DriverParameters, default_safety
    from rher_robot_driver.ur.settings import UrSettings

    _, safety, _ = declare(
        derived.driver_parameters(OTHER, scale),
        ("", UrSettings()),
        ("safety.", default_safety()),
        ("", DriverParameters()),
    )
    given = {**derived.task_parameters(OTHER, scale), **derived.episode_manager_parameters(OTHER, scale)}
    push, _ = declare(given, ("push.", PushParameters()), ("", EpisodeSettings()))
    assert push.v_max == safety.commanded_speed
    assert push.control_period == safety.control_period


def test_policy_and_episode_manager_get_the_task_of_the_lab(declare):
    from rher_agent.tasks.push import PushParameters

    (push,) = declare(derived.task_parameters(OTHER), ("push.", PushParameters()))
    assert push == OTHER.task.parameters


def test_the_episode_manager_takes_what_a_lab_says(declare):
    from rher_agent.episodes.settings import EpisodeSettings
    from rher_agent.episodes.workspace import Workspace
    from rher_agent.tasks.push import PushParameters

    for lab in (Lab(), OTHER):
        given = {**derived.task_parameters(lab, 0.2), **derived.episode_manager_parameters(lab)}
        settings, push = declare(given, ("", EpisodeSettings()), ("push.", PushParameters()))
        workspace = Workspace(replace(lab.task, parameters=push), settings)
        np.testing.assert_allclose(workspace.park, lab.workspace.park)
        lower, upper = lab.tcp_box
        assert (workspace.lower > np.array(lower)).all()
        assert (workspace.upper < np.array(upper)).all()
    (settings,) = declare(derived.episode_manager_parameters(Lab()), ("", EpisodeSettings()))
    assert settings.travel_height == pytest.approx(EpisodeSettings().travel_height)
    assert settings.park_offset == pytest.approx(EpisodeSettings().park_offset)
    assert settings.park_height == pytest.approx(EpisodeSettings().park_height)


def test_the_camera_takes_what_a_lab_says(declare):
    from rher_perception.camera.settings import CameraSettings

    (settings,) = declare(derived.camera_parameters(OTHER), ("", CameraSettings()))
    assert settings == CameraSettings("0815", 1280, 720, 15)
    (settings,) = declare(derived.camera_parameters(Lab()), ("", CameraSettings()))
    assert settings == CameraSettings()


def test_perception_takes_what_a_lab_says(declare):
    from rher_perception.ros.parameters import CubeObject, PerceptionParameters

    (settings,) = declare(derived.perception_parameters(OTHER), ("", PerceptionParameters()))
    assert settings.object == CubeObject(size=0.06, tag_size=0.045, first_tag=12, table_height=-0.02)
    (settings,) = declare(derived.perception_parameters(Lab()), ("", PerceptionParameters()))
    assert settings.object == CubeObject()
