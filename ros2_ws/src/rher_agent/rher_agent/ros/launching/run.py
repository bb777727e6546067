# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A run of a launch: its folder and checkpoint, its recorder, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from launch import LaunchContext
from launch.actions import RegisterEventHandler
from launch.event_handlers import OnProcessExit
from launch.events.process import ProcessExited
from launch_ros.actions import Node

from rher_agent.recording.playback import RECORDINGS
from rher_agent.ros.launching.arguments import argument
from rher_agent.storage.checkpoint import SHIPPED, SUFFIX

POLICY_ENDS = {
    1: "the policy node failed",
    2: "the policy node refused its settings",
    3: "the target was not met",
}
"""What the exit codes of the policy node mean."""


def checkpoint_file(context: LaunchContext, task: str) -> str:
    """Return the checkpoint that a launch is given, empty for none.

    Args:
        context: Of the launch.
        task: That it must be of, where it is the shipped one.

    Raises:
        RuntimeError: The shipped one is asked for where there is none.
    """
    checkpoint = argument(context, "checkpoint")
    if checkpoint != SHIPPED:
        return checkpoint
    if argument(context, "mode") != "evaluate":
        # It holds what acts alone.
        allowed = "a file of a run's checkpoints, or none"
        raise RuntimeError(f"checkpoint is '{SHIPPED}'; allowed with mode:=train: {allowed}")
    file = Path(get_package_share_directory("rher_agent")) / "policies" / f"{task}{SUFFIX}"
    if not file.is_file():
        shipped = ", ".join(sorted(path.stem for path in file.parent.glob(f"*{SUFFIX}")))
        raise RuntimeError(f"checkpoint is '{SHIPPED}', but none of task {task} is; there is one of: {shipped}")
    return str(file)


def run_folder(context: LaunchContext, task: str) -> Path:
    """Return the folder of a run, which policy and recorder share: that asked for, or a new one in runs/."""
    stamp = datetime.now().strftime("%Y%m%d_%H%M%S")
    output, seed = (argument(context, name) for name in ("output", "seed"))
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
