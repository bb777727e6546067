# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Teach a real UR arm to push a cube: driver, camera, perception, episode manager, policy and, if wanted, a viewer.

A file describes the lab; docs/real-robot.md leads through the first hour. The same graph without hardware, on an
emulated controller and an emulated camera: robot_ip:=127.0.0.1 camera:=emulated. When a node other than the viewer
ends, the graph ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import launch
from ament_index_python.packages import get_package_share_directory
from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from launch.actions import DeclareLaunchArgument, LogInfo, OpaqueFunction, RegisterEventHandler, Shutdown
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch_ros.actions import Node
from rher_agent.lab.cell import AS_IN_LAB, CAMERAS, EMULATED, NONE, REALSENSE, Cell, choose_cell
from rher_agent.lab.parameters import (
    FULL_SCALE,
    LEAST_SCALE,
    camera_parameters,
    check_lab_wins,
    check_scale,
    driver_parameters,
    episode_manager_parameters,
    perception_parameters,
    task_parameters,
)
from rher_agent.lab.reader import read_lab
from rher_agent.lab.run import TARGET_SUCCESS, RunRequest
from rher_agent.lab.settings import ROBOT_MODELS
from rher_agent.ros.launching.arguments import FLAG, argument, check_numbers, refuse_unknown_arguments
from rher_agent.ros.launching.domain import domain_arguments, isolate
from rher_agent.ros.launching.parameter_file import check_params_file, given_parameters, sets_parameter
from rher_agent.ros.launching.run import checkpoint_file, ends_graph, fail_with_policy, recorder_node, run_folder
from rher_agent.ros.launching.viewer import view_argument, viewer
from rher_agent.storage.checkpoint import SHIPPED

if TYPE_CHECKING:
    from rher_sim_bridge.ur_controller.process import ControllerProcess

SECTIONS = ("driver", "camera", "perception", "episode_manager", "policy", "recorder", "web_view")
"""Nodes that a parameter file may name."""
NUMBERS = {"seed": int, "max_episodes": int, "target_success": float, "episodes": int, "scale": float}
"""Arguments that are numbers, and of which kind."""
EXAMPLE = "lab.example.yaml"
PICTURES = ("color/image_raw", "color/camera_info", "aligned_depth_to_color/image_raw")
"""Topics of a camera, below its prefix."""
MAX_EPISODES = 250
"""Training episodes after which a run gives up: as many as RHER's authors needed on an arm."""


def arguments() -> list[DeclareLaunchArgument]:
    """Return the arguments of this file."""
    return [
        DeclareLaunchArgument(
            "lab",
            default_value="",
            description=f"YAML file that describes the lab; empty: {EXAMPLE}, which is the emulated cell.",
        ),
        DeclareLaunchArgument(
            "robot_ip",
            default_value=AS_IN_LAB,
            description="Address of the controller. lab: as in its file; 127.0.0.1: start an emulated one; another "
            "address of this computer: an emulated one that runs.",
        ),
        DeclareLaunchArgument(
            "robot_model",
            default_value=AS_IN_LAB,
            choices=[AS_IN_LAB, *ROBOT_MODELS],
            description="Which arm it is. lab: as in its file.",
        ),
        DeclareLaunchArgument(
            "camera",
            default_value=REALSENSE,
            choices=list(CAMERAS),
            description="realsense: of this launch. emulated: sees the emulated cell. none: realsense-ros runs.",
        ),
        DeclareLaunchArgument(
            "camera_prefix",
            default_value="/camera",
            description="With camera:=none, what stands before /color/image_raw; newer realsense-ros: /camera/camera.",
        ),
        DeclareLaunchArgument(
            "mode", default_value="train", choices=["train", "evaluate"], description="Learn, or judge a checkpoint."
        ),
        DeclareLaunchArgument(
            "episodes", default_value="10", description="Fresh goals of an evaluation, during training and at its end."
        ),
        DeclareLaunchArgument(
            "max_episodes",
            default_value=str(MAX_EPISODES),
            description="Training episodes after which the run gives up.",
        ),
        DeclareLaunchArgument(
            "target_success",
            default_value=str(TARGET_SUCCESS),
            description="Mean success of two successive evaluations at which the run is done.",
        ),
        DeclareLaunchArgument(
            "output", default_value="", description="Folder of the run; empty: a new one in runs/ where you are."
        ),
        DeclareLaunchArgument(
            "resume", default_value="false", choices=FLAG, description="Go on with the run in the output folder."
        ),
        DeclareLaunchArgument(
            "checkpoint",
            default_value="",
            description=f"Checkpoint to evaluate, {SHIPPED} for the one of this package, or to begin training from.",
        ),
        DeclareLaunchArgument("seed", default_value="0", description="Seed of everything drawn at random."),
        DeclareLaunchArgument(
            "scale",
            default_value=str(FULL_SCALE),
            description=f"Share of the full speed, {LEAST_SCALE} to {FULL_SCALE}, of every motion; 0.2 for a dry run.",
        ),
        DeclareLaunchArgument(
            "record",
            default_value="true",
            choices=FLAG,
            description="Record every episode as an MCAP file in the folder of the run, without pictures.",
        ),
        view_argument(),
        DeclareLaunchArgument(
            "params_file",
            default_value="",
            description=f"YAML file of ROS parameters, sections {', '.join(SECTIONS)}; it wins over arguments, and "
            "gives nothing that the lab gives to all.",
        ),
        *domain_arguments(),
    ]


def nodes(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Return the graph; it ends with the policy, or as a failure with any other node.

    Raises:
        RuntimeError: An argument is not allowed, or the emulated controller did not start.
    """
    check_numbers(context, NUMBERS)
    params_file = argument(context, "params_file")
    if params_file:
        check_params_file(params_file, SECTIONS)
        if sets_parameter(params_file, "driver", "robot_ip"):
            # The file wins: a robot would move where an emulated one was asked for.
            raise RuntimeError("params_file sets robot_ip of driver; allowed: the argument robot_ip:=, or the lab")
    files = [params_file] if params_file else []
    scale = float(argument(context, "scale"))
    try:
        check_scale(scale)
        cell = describe(context)
        check_lab_wins(cell.lab, {node: given_parameters(params_file, node) for node in SECTIONS})
        request = describe_run(context, cell)
    except ValueError as error:
        raise RuntimeError(str(error)) from error
    controller = emulated_controller(cell) if cell.starts_controller else None
    if controller is not None:
        cell = cell.at(controller.address)
    driver = _node("rher_robot_driver", "driver_node", "driver", driver_parameters(cell.lab, scale), files)
    output = run_folder(context, cell.lab.task.name)
    graph = {
        "driver": driver,
        "perception": perception(context, cell, files),
        "episode manager": _node(
            "rher_agent",
            "episode_manager_node",
            "episode_manager",
            {
                **task_parameters(cell.lab, scale),
                **episode_manager_parameters(cell.lab, scale),
                "folder": str(output),
            },
            files,
        ),
    }
    if argument(context, "record") == "true":
        graph["recorder"] = recorder_node(str(output), files)
    policy = _node(
        "rher_agent",
        "policy_node",
        "policy",
        request.parameters(cell, scale, output),
        files,
        # The real launch passes on whole lines only, so that a line redrawn in place would never show.
        emulate_tty=sys.stdout.isatty() and getattr(launch, "REDRAWS_STATUS_LINES", False),
        on_exit=Shutdown(reason="the policy node has ended"),
    )
    before: list[LaunchDescriptionEntity] = []
    if controller is not None:
        # Not at the shutdown: the driver brings the arm to rest first.
        before.append(RegisterEventHandler(OnProcessExit(target_action=driver, on_exit=closing(controller.close))))
    robot = cell.lab.robot
    return [
        LogInfo(msg=f"{robot.model} at {robot.ip}, camera {cell.camera}, lab {cell.file.path}, speed {scale:.0%}"),
        *before,
        *graph.values(),
        *pictures(context, cell, files),
        policy,
        *(ends_graph(node, name) for name, node in graph.items()),
        RegisterEventHandler(OnProcessExit(target_action=policy, on_exit=fail_with_policy)),
    ]


def describe(context: LaunchContext) -> Cell:
    """Return the lab with the arguments put in.

    Raises:
        ValueError: An argument is not allowed, or the lab is not.
    """
    example = Path(get_package_share_directory("rher_agent")) / "config" / EXAMPLE
    file = read_lab(Path(argument(context, "lab") or example))
    robot_ip, robot_model, camera = (argument(context, name) for name in ("robot_ip", "robot_model", "camera"))
    return choose_cell(file, robot_ip, robot_model, camera)


def describe_run(context: LaunchContext, cell: Cell) -> RunRequest:
    """Return what is asked for.

    Raises:
        RuntimeError: The shipped checkpoint is asked for where there is none.
        ValueError: Mode, checkpoint and resume do not fit together.
    """
    return RunRequest(
        mode=argument(context, "mode"),
        episodes=int(argument(context, "episodes")),
        max_episodes=int(argument(context, "max_episodes")),
        target_success=float(argument(context, "target_success")),
        seed=int(argument(context, "seed")),
        output=argument(context, "output"),
        resume=argument(context, "resume") == "true",
        checkpoint=checkpoint_file(context, cell.lab.task.name),
        params_file=argument(context, "params_file"),
    )


def emulated_controller(cell: Cell) -> ControllerProcess:
    """Start an emulated controller with the tool of a lab on its pendant, which dies with this process.

    Raises:
        RuntimeError: It did not start.
    """
    # Imported here, because it takes MuJoCo along, which an arm does not need.
    from rher_sim_bridge.ur_controller.options import ControllerOptions
    from rher_sim_bridge.ur_controller.process import ControllerProcess

    robot = cell.lab.robot
    return ControllerProcess(
        ControllerOptions(arm=robot.model, rate=robot.servo_rate, tcp_offset=robot.tcp_offset, payload=robot.payload)
    )


def pictures(context: LaunchContext, cell: Cell, files: list[str]) -> list[LaunchDescriptionEntity]:
    """Return the camera, and for an emulated cell the person who enables its arm."""
    given = camera_parameters(cell.lab)
    if cell.camera == NONE:
        return []
    if cell.camera == REALSENSE:
        camera = _node("rher_perception", "camera_node", "camera", given, files)
        return [camera, ends_graph(camera, "camera")]
    robot = cell.lab.robot
    del given["serial"]
    given.update(controller=robot.ip, robot_model=robot.model)
    camera = _node("rher_sim_bridge", "sim_camera_node", "camera", given, files)
    person = _node("rher_sim_bridge", "operator_node", "emulated_operator", {}, [])
    return [
        camera,
        ends_graph(camera, "camera"),
        person,
        RegisterEventHandler(OnProcessExit(target_action=person, on_exit=fail_without_arm)),
    ]


def perception(context: LaunchContext, cell: Cell, files: list[str]) -> Node:
    """Return the node that sees, which knows where the camera stands."""
    given = perception_parameters(cell.lab)
    remappings: list[tuple[str, str]] = []
    if cell.camera == EMULATED:
        from rher_agent.tasks.push import PushTask
        from rher_sim_bridge.scene.camera import optical_pose

        # The emulated camera stands where it stands, whatever the lab's calibration says of the real one.
        position, orientation = optical_pose(PushTask().parameters.center)
        given.update({"camera.position": position.tolist(), "camera.orientation": orientation.tolist()})
    else:
        given.update({"camera.calibration": str(cell.file.calibration), "camera.robot": cell.lab.robot.model})
    if cell.camera == NONE:
        # realsense-ros gives the optical frame a parent of its own.
        given["camera.publish_frame"] = False
        prefix = argument(context, "camera_prefix").rstrip("/")
        remappings = [(f"camera/{topic}", f"{prefix}/{topic}") for topic in PICTURES]
    return _node("rher_perception", "perception_node", "perception", given, files, remappings=remappings)


def closing(close: Callable[[], None]) -> Callable[[ProcessExited, LaunchContext], None]:
    """Return the reaction that ends an emulated controller."""
    return lambda event, context: close()


def fail_without_arm(event: ProcessExited, context: LaunchContext) -> None:
    """End the graph when the emulated arm could not be enabled; that the operator has gone is no failure.

    Raises:
        RuntimeError: It could not.
    """
    if not context.is_shutdown and event.returncode != 0:
        raise RuntimeError("the emulated arm could not be enabled")


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


def _node(
    package: str, executable: str, name: str, parameters: dict[str, Any], files: list[str], **options: Any
) -> Node:
    return Node(
        package=package,
        executable=executable,
        name=name,
        output="screen",
        parameters=[{**parameters, "use_sim_time": False}, *files],
        **options,
    )
