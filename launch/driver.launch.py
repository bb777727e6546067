# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Drive a UR arm, nothing else: driver node and, if wanted, a viewer and an emulated cell to try it on.

`ros2 launch rher_agent driver.launch.py emulated:=true` needs no robot: it starts an emulated controller, and the table
beside it. With a robot: robot_ip:=ADDRESS. The arm moves on command only after `ros2 run rher_robot_driver arm enable`.
"""

from __future__ import annotations

from collections.abc import Callable

from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from launch.actions import DeclareLaunchArgument, LogInfo, OpaqueFunction, RegisterEventHandler, Shutdown
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch_ros.actions import Node
from rher_agent.ros.launching.arguments import FLAG, argument, refuse_unknown_arguments
from rher_agent.ros.launching.domain import domain_arguments, isolate
from rher_agent.ros.launching.parameter_file import check_params_file, sets_parameter
from rher_agent.ros.launching.viewer import view_argument, viewer
from rher_robot_driver.kinematics.dh import UR_ARMS
from rher_robot_driver.ur.settings import SERVO_RATES, UrSettings
from rher_sim_bridge.ur_controller.options import ControllerOptions
from rher_sim_bridge.ur_controller.process import ControllerProcess

SECTIONS = ("driver", "web_view")
"""Nodes that a parameter file may name."""


def arguments() -> list[DeclareLaunchArgument]:
    """Return the arguments of this file."""
    defaults = UrSettings()
    return [
        DeclareLaunchArgument("robot_ip", default_value="", description="Address of the controller."),
        DeclareLaunchArgument(
            "robot_model", default_value=defaults.robot_model, choices=list(UR_ARMS), description="Which arm it is."
        ),
        DeclareLaunchArgument(
            "servo_rate",
            default_value=str(defaults.servo_rate),
            choices=[str(rate) for rate in SERVO_RATES],
            description="Setpoints each second [Hz]: 500 for the e-series, 125 for the CB series.",
        ),
        DeclareLaunchArgument(
            "emulated",
            default_value="false",
            choices=FLAG,
            description="Start an emulated cell on this machine and drive its arm; robot_ip is not used.",
        ),
        view_argument(),
        DeclareLaunchArgument(
            "params_file",
            default_value="",
            description="YAML file of ROS parameters, section driver; it wins over the other arguments.",
        ),
        *domain_arguments(),
    ]


def nodes(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Return the driver, and before it the emulated controller if one is wanted; the graph ends with the driver.

    Raises:
        RuntimeError: An argument is not allowed, or the emulated controller did not start.
    """
    params_file = argument(context, "params_file")
    if params_file:
        check_params_file(params_file, SECTIONS)
    robot_ip, robot_model, servo_rate = (argument(context, name) for name in ("robot_ip", "robot_model", "servo_rate"))
    robot_in_file = sets_parameter(params_file, "driver", "robot_ip")
    controller: ControllerProcess | None = None
    beside: list[LaunchDescriptionEntity] = []
    if argument(context, "emulated") == "true":
        if robot_in_file:
            # The file wins over the arguments: a robot would move where an emulated one was asked for.
            raise RuntimeError("params_file names robot_ip; allowed: none with emulated:=true")
        controller = emulated_controller(robot_model, int(servo_rate))
        robot_ip = controller.address
        table = {"controller": robot_ip}
        beside.append(Node(package="rher_sim_bridge", executable="table_node", name="table", parameters=[table]))
    if not robot_ip and not robot_in_file:
        raise RuntimeError("robot_ip is empty; allowed: the address of the controller, or emulated:=true")
    settings = {
        "robot_model": robot_model,
        "servo_rate": int(servo_rate),
        **({"robot_ip": robot_ip} if robot_ip else {}),
    }
    driver = Node(
        package="rher_robot_driver",
        executable="driver_node",
        name="driver",
        output="screen",
        parameters=[settings, *([params_file] if params_file else [])],
        on_exit=Shutdown(reason="the driver node has ended"),
    )
    handlers = [RegisterEventHandler(OnProcessExit(target_action=driver, on_exit=fail_with_driver))]
    if controller is not None:
        # Not at the shutdown: the driver brings the arm to rest first.
        handlers.insert(0, RegisterEventHandler(OnProcessExit(target_action=driver, on_exit=closing(controller))))
    return [
        LogInfo(msg=f"drives a {robot_model} at {robot_ip or 'the address of params_file'}"),
        driver,
        *beside,
        *handlers,
    ]


def emulated_controller(robot_model: str, servo_rate: int) -> ControllerProcess:
    """Start an emulated controller with the driver's default tool on its pendant, which dies with this process.

    Raises:
        RuntimeError: It did not start.
    """
    defaults = UrSettings()
    return ControllerProcess(
        ControllerOptions(arm=robot_model, rate=servo_rate, tcp_offset=defaults.tcp_offset, payload=defaults.payload)
    )


def closing(controller: ControllerProcess) -> Callable[[ProcessExited, LaunchContext], None]:
    """Return the reaction that ends an emulated controller."""
    return lambda event, context: controller.close()


def fail_with_driver(event: ProcessExited, context: LaunchContext) -> None:
    """Let `ros2 launch` itself fail when the driver did: it returns 0 whatever its nodes return, unless one raises.

    Raises:
        RuntimeError: The driver node failed or refused its parameters.
    """
    if not context.is_shutdown and event.returncode != 0:
        raise RuntimeError(f"the driver node ended with {event.returncode}")


def generate_launch_description() -> LaunchDescription:
    """Return the graph."""
    declared = arguments()
    names = [argument.name for argument in declared]
    return LaunchDescription(
        [
            *declared,
            OpaqueFunction(function=refuse_unknown_arguments, args=[__file__, names]),
            OpaqueFunction(function=isolate),
            OpaqueFunction(function=nodes),
            OpaqueFunction(function=viewer, args=[False]),
        ]
    )
