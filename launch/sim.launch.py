# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Train or evaluate on the simulated arm: simulation and policy nodes and, if wanted, camera, perception and a viewer.

The graph lives as long as the policy node. `ros2 launch rher_agent sim.launch.py --show-args` lists the arguments.
"""

from __future__ import annotations

import sys
from typing import Any

import launch
from launch import LaunchContext, LaunchDescription, LaunchDescriptionEntity
from launch.actions import DeclareLaunchArgument, OpaqueFunction, RegisterEventHandler, Shutdown
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue
from rher_agent.reporting.run_directory import plain
from rher_agent.ros.launching.arguments import FLAG, argument, check_numbers, refuse_unknown_arguments
from rher_agent.ros.launching.domain import domain_arguments, isolate
from rher_agent.ros.launching.parameter_file import check_params_file, sets_parameter, task_settings
from rher_agent.ros.launching.run import checkpoint_file, ends_graph, fail_with_policy, recorder_node, run_folder
from rher_agent.ros.launching.viewer import view_argument, viewer
from rher_agent.runners.config import ALGORITHMS, TrainerConfig, check_algorithm
from rher_agent.storage.checkpoint import SHIPPED
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.registry import make_task, task_names

SECTIONS = ("policy", "sim", "camera", "perception", "recorder", "web_view")
"""Nodes that a parameter file may name."""
SEEN = ("center", "cube_size", "tool_radius", "stroke", "table_height")
"""Parameters of a task that a picture would show: the simulated camera takes its own of the published task."""
SIZES = ("640x480", "1280x720")
"""Of the pictures [pixel]."""
NUMBERS = {"seed": int, "episodes": int, "target_success": float, "real_time_factor": float}
"""Arguments that are numbers, and of which kind."""


def arguments() -> list[DeclareLaunchArgument]:
    """Return the arguments of this file."""
    defaults = TrainerConfig()
    return [
        DeclareLaunchArgument("task", default_value="push", choices=list(task_names()), description="What to learn."),
        DeclareLaunchArgument(
            "mode", default_value="train", choices=["train", "evaluate"], description="Learn, or judge a checkpoint."
        ),
        DeclareLaunchArgument(
            "algorithm",
            default_value=ALGORITHMS[0],
            description="How to learn: this method, the relay as released for one object, as released for several, "
            "plain HER, HER with energy-based priority. "
            f"Valid choices are: {', '.join(ALGORITHMS)}",
        ),
        DeclareLaunchArgument(
            "learner_mode",
            default_value="async",
            choices=["sync", "async"],
            description="async: the arm never waits for the learner. sync: the same seed gives the same run.",
        ),
        DeclareLaunchArgument("seed", default_value="0", description="Seed of everything drawn at random."),
        DeclareLaunchArgument(
            "max_episodes",
            default_value="",
            description="Training episodes after which the run gives up; empty: as many as the task is given.",
        ),
        DeclareLaunchArgument(
            "target_success",
            default_value=str(defaults.target_success),
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
        DeclareLaunchArgument(
            "episodes",
            default_value=str(defaults.final_evaluation_episodes),
            description="Fresh goals on which the policy is judged in the end.",
        ),
        DeclareLaunchArgument(
            "film", default_value="", description="File for a film of everything that happens, .mp4; empty for none."
        ),
        DeclareLaunchArgument(
            "record",
            default_value="false",
            choices=FLAG,
            description="Record every episode as an MCAP file in the folder of the run, without pictures.",
        ),
        view_argument(),
        DeclareLaunchArgument(
            "real_time_factor",
            default_value="0.0",
            description="Simulated seconds per second; 1.0 for watching, 0 for as fast as possible.",
        ),
        DeclareLaunchArgument(
            "perception",
            default_value="ground_truth",
            choices=["ground_truth", "camera"],
            description="Where objects are: told by the simulation, or seen in the pictures of a simulated camera.",
        ),
        DeclareLaunchArgument(
            "camera", default_value="false", choices=FLAG, description="Publish camera images, also without a need."
        ),
        DeclareLaunchArgument(
            "camera_size", default_value=SIZES[0], choices=list(SIZES), description="Of its pictures [pixel]."
        ),
        DeclareLaunchArgument(
            "params_file",
            default_value="",
            description=f"YAML file of ROS parameters, sections {', '.join(SECTIONS)}; it wins over other arguments.",
        ),
        *domain_arguments(),
    ]


def nodes(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Return simulation and policy; the graph ends with the policy, or when the simulation refuses to start.

    Raises:
        RuntimeError: An argument is not allowed.
    """
    check_numbers(context, {**NUMBERS, "max_episodes": int} if _given(context, "max_episodes") else NUMBERS)
    check_eyes(context)
    try:
        # Not among the choices of the argument, whose refusal could not tell where a guide is set.
        check_algorithm(argument(context, "algorithm"))
    except ValueError as error:
        raise RuntimeError(str(error)) from error
    params_file = argument(context, "params_file")
    if params_file:
        check_params_file(params_file, SECTIONS)
        if sets_parameter(params_file, "sim", "perception"):
            # Which nodes are started follows the argument.
            raise RuntimeError("params_file sets perception of sim; allowed: the argument perception:=")
    geometry = shared_geometry(context, params_file)
    files = [params_file] if params_file else []
    # Left out, the policy node takes what is published for its task.
    limit = {"trainer.max_episodes": _parameter("max_episodes", int)} if _given(context, "max_episodes") else {}
    output = argument(context, "output")
    recording: list[LaunchDescriptionEntity] = []
    if argument(context, "record") == "true":
        # Named here, since policy and recorder share it.
        output = str(run_folder(context, argument(context, "task")))
        recorder = recorder_node(output, files)
        recording = [recorder, ends_graph(recorder, "recorder")]
    sim = Node(
        package="rher_sim_bridge",
        executable="sim_node",
        name="sim",
        output="screen",
        parameters=[
            {
                "task": _parameter("task", str),
                "real_time_factor": _parameter("real_time_factor", float),
                "perception": _parameter("perception", str),
                "film": _parameter("film", str),
                **geometry,
            },
            *files,
        ],
    )
    policy = Node(
        package="rher_agent",
        executable="policy_node",
        name="policy",
        output="screen",
        # The real launch passes on whole lines only, so that a line redrawn in place would never show.
        emulate_tty=sys.stdout.isatty() and getattr(launch, "REDRAWS_STATUS_LINES", False),
        parameters=[
            {
                "task": _parameter("task", str),
                "mode": _parameter("mode", str),
                "algorithm": _parameter("algorithm", str),
                "learner_mode": _parameter("learner_mode", str),
                "seed": _parameter("seed", int),
                "trainer.target_success": _parameter("target_success", float),
                "trainer.final_evaluation_episodes": _parameter("episodes", int),
                "output": output,
                "resume": _parameter("resume", bool),
                "checkpoint": checkpoint_file(context, argument(context, "task")),
                "params_file": _parameter("params_file", str),
                **limit,
            },
            *files,
        ],
        on_exit=Shutdown(reason="the policy node has ended"),
    )
    return [
        sim,
        RegisterEventHandler(OnProcessExit(target_action=sim, on_exit=end_with_refusal)),
        *recording,
        *seeing(context, files),
        policy,
        RegisterEventHandler(OnProcessExit(target_action=policy, on_exit=fail_with_policy)),
    ]


def seeing(context: LaunchContext, files: list[str]) -> list[LaunchDescriptionEntity]:
    """Return the simulated camera and the node that sees in its pictures, as far as they are wanted."""
    if not _has_camera(context):
        return []
    sees = argument(context, "perception") == "camera"
    width, height = (int(part) for part in argument(context, "camera_size").split("x"))
    camera = Node(
        package="rher_sim_bridge",
        executable="sim_camera_node",
        name="camera",
        output="screen",
        parameters=[
            {"task": _parameter("task", str), "width": width, "height": height, "use_sim_time": True},
            *files,
        ],
    )
    perception = Node(
        package="rher_perception",
        executable="perception_node",
        name="perception",
        output="screen",
        # A rendered scene at rest may give the same pixels twice, where a real camera would be frozen.
        parameters=[{**mounting(), "pipeline.guard.same_pixels_allowed": True, "use_sim_time": True}, *files],
    )
    return [
        entity
        for node in ((camera, perception) if sees else (camera,))
        for entity in (node, RegisterEventHandler(OnProcessExit(target_action=node, on_exit=end_with_refusal)))
    ]


def check_eyes(context: LaunchContext) -> None:
    """Refuse to look for what perception does not follow.

    Raises:
        RuntimeError: The task has more than one cube, or another one.
    """
    task = argument(context, "task")
    if argument(context, "perception") == "camera" and task != PushTask.name:
        raise RuntimeError(
            f"perception is 'camera' with task:={task}; allowed: ground_truth, since perception follows the one cube "
            f"of task:={PushTask.name}"
        )


def shared_geometry(context: LaunchContext, params_file: str) -> dict[str, Any]:
    """Return what a parameter file sets of the task for the policy: the world is built after it too.

    Raises:
        RuntimeError: It is set for the simulation, or cannot be shown to a camera.
    """
    task = argument(context, "task")
    if own := task_settings(params_file, "sim", task):
        raise RuntimeError(f"params_file sets {', '.join(own)} of sim; allowed: of policy, which goes to both")
    given = task_settings(params_file, "policy", task)
    published = vars(make_task(task).parameters)
    shown = {f"{task}.{name}": plain(published[name]) for name in SEEN if name in published}
    seen = [name for name, value in given.items() if name in shown and value != shown[name]]
    if seen and _has_camera(context):
        raise RuntimeError(f"params_file sets {', '.join(seen)}; allowed: with camera:=false perception:=ground_truth")
    return given


def mounting() -> dict[str, list[float]]:
    """Return where the simulated camera stands, as parameters of the perception node."""
    # Imported here, because it takes MuJoCo along, which most runs of this file do not need.
    from rher_sim_bridge.scene.camera import optical_pose

    position, orientation = optical_pose(PushTask().parameters.center)
    return {"camera.position": position.tolist(), "camera.orientation": orientation.tolist()}


def end_with_refusal(event: ProcessExited, context: LaunchContext) -> None:
    """End the graph when a node of the world ended itself with an error; when it was killed the policy finds out.

    Raises:
        RuntimeError: It did.
    """
    if event.returncode > 0:
        raise RuntimeError(f"{event.process_name} refused to run")


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
            OpaqueFunction(function=viewer, args=[True]),
        ]
    )


def _parameter(name: str, value_type: type) -> ParameterValue:
    return ParameterValue(LaunchConfiguration(name), value_type=value_type)


def _has_camera(context: LaunchContext) -> bool:
    return argument(context, "perception") == "camera" or argument(context, "camera") == "true"


def _given(context: LaunchContext, name: str) -> bool:
    return bool(argument(context, name))
