# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the launch files share: the domain of a graph, who shows it, and the refusal of what they would pass over."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from ament_index_python.packages import PackageNotFoundError, get_package_prefix, get_package_share_directory
from launch import LaunchContext, LaunchDescriptionEntity
from launch.actions import DeclareLaunchArgument, LogInfo, RegisterEventHandler, SetEnvironmentVariable
from launch.event_handlers import OnProcessExit, OnShutdown
from launch.events.process import ProcessExited
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from rher_agent.recording.playback import RECORDINGS
from rher_agent.ros.domain import DomainClaim
from rher_agent.storage.checkpoint import SUFFIX

FLAG = ["true", "false"]
VIEWS = ["none", "rviz", "web"]
"""Where the scene is shown."""
AUTO = "auto"
PROFILES = "FASTDDS_DEFAULT_PROFILES_FILE"
"""Environment variable that names the settings of Fast DDS."""
JAZZY_PROFILES = "FASTRTPS_DEFAULT_PROFILES_FILE"
"""Its name in ROS 2 Jazzy."""
GREATEST_DOMAIN = 232
"""Domains above have no ports left."""
SHIPPED = "shipped"
"""Stands for the checkpoint that comes with this package."""
POLICY_ENDS = {
    1: "the policy node failed",
    2: "the policy node refused its settings",
    3: "the target was not met",
}
"""What the exit codes of the policy node mean."""


def domain_arguments() -> list[DeclareLaunchArgument]:
    """Return the arguments of isolate."""
    return [
        DeclareLaunchArgument(
            "domain_id",
            default_value=AUTO,
            description="ROS domain; auto: $ROS_DOMAIN_ID where set, else one that no other run uses.",
        ),
        DeclareLaunchArgument(
            "open_discovery",
            default_value="false",
            choices=FLAG,
            description="Let other machines of the network see the graph.",
        ),
    ]


def refuse_unknown_arguments(context: LaunchContext, file: str, known: list[str]) -> None:
    """Refuse a misspelt argument, which `ros2 launch` would pass over.

    Only when this very file was named on the command line: a file that includes it may have arguments of its own.

    Args:
        context: Of the launch.
        file: Path of the launch file.
        known: Names of its arguments.

    Raises:
        RuntimeError: There is one; the message lists what is allowed.
    """
    if Path(file).name not in {Path(word).name for word in sys.argv}:
        return
    given = {word.split(":=")[0] for word in sys.argv if ":=" in word}
    unknown = sorted(given - set(known))
    if unknown:
        raise RuntimeError(f"unknown launch argument {', '.join(unknown)}; allowed: {', '.join(known)}")


def check_numbers(context: LaunchContext, kinds: Mapping[str, type]) -> None:
    """Refuse text where a number belongs, before anything starts.

    Args:
        context: Of the launch.
        kinds: int or float, by argument.

    Raises:
        RuntimeError: There is some; the message names the argument and what is allowed.
    """
    for name, kind in kinds.items():
        text = LaunchConfiguration(name).perform(context)
        try:
            kind(text)
        except ValueError as error:
            allowed = "a whole number" if kind is int else "a number"
            raise RuntimeError(f"{name} is '{text}'; allowed: {allowed}") from error


def checkpoint_file(context: LaunchContext, task: str) -> str:
    """Return the checkpoint that a launch is given, empty for none.

    Args:
        context: Of the launch.
        task: That it must be of, where it is the shipped one.

    Raises:
        RuntimeError: The shipped one is asked for where there is none.
    """
    checkpoint = LaunchConfiguration("checkpoint").perform(context)
    if checkpoint != SHIPPED:
        return checkpoint
    if LaunchConfiguration("mode").perform(context) != "evaluate":
        # It holds what acts alone.
        allowed = "a file of a run's checkpoints, or none"
        raise RuntimeError(f"checkpoint is '{SHIPPED}'; allowed with mode:=train: {allowed}")
    file = Path(get_package_share_directory("rher_agent")) / "policies" / f"{task}{SUFFIX}"
    if not file.is_file():
        shipped = ", ".join(sorted(path.stem for path in file.parent.glob(f"*{SUFFIX}")))
        raise RuntimeError(f"checkpoint is '{SHIPPED}', but none of task {task} is; there is one of: {shipped}")
    return str(file)


def fail_with_policy(event: ProcessExited, context: LaunchContext) -> None:
    """Let `ros2 launch` itself fail when the policy did: it returns 0 whatever its nodes return, unless one raises.

    Raises:
        RuntimeError: The policy node failed or the target was not met.
    """
    if not context.is_shutdown and event.returncode != 0:
        raise RuntimeError(POLICY_ENDS.get(event.returncode, f"the policy node ended with {event.returncode}"))


def ends_graph(node: Node, name: str) -> RegisterEventHandler:
    """Return what ends the whole graph, as a failure, when a node of it ends by itself.

    Args:
        node: The node.
        name: By which the failure is told.
    """
    return RegisterEventHandler(OnProcessExit(target_action=node, on_exit=_fail_with(name)))


def _fail_with(name: str) -> Callable[[ProcessExited, LaunchContext], None]:
    def fail(event: ProcessExited, context: LaunchContext) -> None:
        if not context.is_shutdown:
            raise RuntimeError(f"the {name} node has ended, with {event.returncode}")

    return fail


def isolate(context: LaunchContext) -> list[LaunchDescriptionEntity]:
    """Choose the domain, how far discovery reaches, and how pictures pass. A domain is claimed until the shutdown.

    Raises:
        RuntimeError: The domain asked for does not exist, or none is free.
    """
    domain = LaunchConfiguration("domain_id").perform(context)
    is_open = LaunchConfiguration("open_discovery").perform(context) == "true"
    if domain == AUTO:
        domain = os.environ.get("ROS_DOMAIN_ID", "")
    hold: list[LaunchDescriptionEntity] = []
    if not domain:
        claim = DomainClaim()
        domain = str(claim.domain_id)
        # The handler keeps the claim alive: nothing else does once this description has been visited.
        hold.append(RegisterEventHandler(OnShutdown(on_shutdown=lambda event, context: claim.close())))
    if not (domain.isdecimal() and int(domain) <= GREATEST_DOMAIN):
        raise RuntimeError(f"domain_id is '{domain}'; allowed: {AUTO}, or 0 to {GREATEST_DOMAIN}")
    reach = "SUBNET" if is_open else "LOCALHOST"
    return [
        *hold,
        SetEnvironmentVariable("ROS_DOMAIN_ID", domain),
        SetEnvironmentVariable("ROS_AUTOMATIC_DISCOVERY_RANGE", reach),
        *large_messages(),
        LogInfo(msg=f"to join with another terminal: export ROS_DOMAIN_ID={domain}"),
    ]


def large_messages() -> list[LaunchDescriptionEntity]:
    """Let Fast DDS pass pictures whole, unless the user has settings of their own."""
    profiles = Path(get_package_share_directory("rher_agent")) / "config" / "fastdds.xml"
    name = JAZZY_PROFILES if os.environ.get("ROS_DISTRO") == "jazzy" else PROFILES
    return [] if name in os.environ else [SetEnvironmentVariable(name, str(profiles))]


def check_params_file(path: str, allowed: Sequence[str]) -> None:
    """Refuse a parameter file that the nodes would pass over.

    Args:
        path: Of the file.
        allowed: Nodes that it may name.

    Raises:
        RuntimeError: It cannot be read, or has a section for a node that is not there.
    """
    try:
        sections = yaml.safe_load(Path(path).read_text())
    except (OSError, yaml.YAMLError) as error:
        raise RuntimeError(f"params_file is '{path}'; allowed: the path of a YAML file") from error
    unknown = sorted(set(sections or {}) - set(allowed)) if isinstance(sections, dict) else [str(sections)]
    if unknown:
        raise RuntimeError(f"params_file has the section {', '.join(unknown)}; allowed: {', '.join(allowed)}")


def given_parameters(path: str, node: str) -> dict[str, Any]:
    """Return what a parameter file that check_params_file let pass, empty for none, gives a node, by dotted name.

    Args:
        path: Of the file.
        node: Section of the file.
    """
    sections = yaml.safe_load(Path(path).read_text()) if path else None
    return _flat(((sections or {}).get(node) or {}).get("ros__parameters") or {})


def sets_parameter(path: str, node: str, name: str) -> bool:
    """Return whether given_parameters has a value of that name that is not empty."""
    return bool(given_parameters(path, node).get(name))


def _flat(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return found


def run_folder(context: LaunchContext, task: str) -> Path:
    """Return the folder of a run, which policy and recorder share: that asked for, or a new one in runs/."""
    stamp = datetime.now().strftime("%Y%m%d_%H%M%S")
    output, seed = (LaunchConfiguration(name).perform(context) for name in ("output", "seed"))
    return Path(output or Path("runs") / f"{task}_seed{seed}_{stamp}").absolute()


def recorder_node(run: str, files: Sequence[str]) -> Node:
    """Return the recorder of a run in that folder.

    Args:
        run: Folder of the run.
        files: Parameter files.
    """
    folder = str(Path(run) / RECORDINGS)
    return Node(
        package="rher_agent",
        executable="recorder_node",
        name="recorder",
        output="screen",
        parameters=[{"folder": folder, "use_sim_time": False}, *files],
    )


def view_argument() -> DeclareLaunchArgument:
    """Return the argument that says where the scene is shown."""
    return DeclareLaunchArgument(
        "view",
        default_value=VIEWS[0],
        choices=VIEWS,
        description="Show the scene in rviz2, where it is installed, or in a browser: web, http://localhost:8080.",
    )


def viewer(context: LaunchContext, use_sim_time: bool) -> list[LaunchDescriptionEntity]:
    """Return what shows the scene, if anything is wanted; in a parameter file the page of browsers is web_view."""
    view = LaunchConfiguration("view").perform(context)
    if view == "rviz":
        return _rviz(use_sim_time)
    if view == "web":
        params_file = LaunchConfiguration("params_file").perform(context)
        files = [params_file] if params_file else []
        return [Node(package="rher_agent", executable="web_view", name="web_view", output="screen", parameters=files)]
    return []


def _rviz(use_sim_time: bool) -> list[LaunchDescriptionEntity]:
    try:
        get_package_prefix("rviz2")
    except PackageNotFoundError:
        return [LogInfo(msg="view:=rviz, but rviz2 is not installed here; the run goes on without it. Try view:=web")]
    config = Path(get_package_share_directory("rher_agent")) / "rviz" / "rher.rviz"
    return [
        Node(
            package="rviz2",
            executable="rviz2",
            name="rviz2",
            output="log",
            arguments=["-d", str(config)],
            parameters=[{"use_sim_time": use_sim_time}],
        )
    ]
