# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Processes with every destination of their output, and with environment, directory and shell."""

from launch import LaunchDescription
from launch.actions import ExecuteProcess
from launch.substitutions import FindExecutable

BOTH_STREAMS = "echo to stdout; echo to stderr >&2"


def generate_launch_description():
    sh = FindExecutable(name="sh")
    return LaunchDescription(
        [
            ExecuteProcess(cmd=[sh, "-c", BOTH_STREAMS], name="on_screen", output="screen"),
            ExecuteProcess(cmd=[sh, "-c", BOTH_STREAMS], name="in_log", output="log"),
            ExecuteProcess(cmd=[sh, "-c", BOTH_STREAMS], name="in_both", output="both"),
            ExecuteProcess(
                cmd=[sh, "-c", BOTH_STREAMS], name="by_source", output={"stdout": "log", "stderr": "screen"}
            ),
            ExecuteProcess(cmd=['printf "no newline', '$((1 + 2))"'], name="in_shell", shell=True, output="screen"),
            ExecuteProcess(
                cmd=[sh, "-c", "echo $PROCESSES_X $HOME"],
                name="own_env",
                env={"PROCESSES_X": "only"},
                output="screen",
            ),
            ExecuteProcess(
                cmd=[sh, "-c", "echo $PROCESSES_X ${HOME:+home}"],
                name="more_env",
                additional_env={"PROCESSES_X": "more"},
                output="screen",
            ),
            ExecuteProcess(cmd=["pwd"], name="elsewhere", cwd="/", output="screen"),
            ExecuteProcess(cmd=[sh, "-c", "test -t 1 && echo tty"], name="tty", emulate_tty=True, output="screen"),
            ExecuteProcess(cmd=[sh, "-c", "test -t 1 || echo pipe"], name="pipe", output="screen"),
            ExecuteProcess(cmd=[sh, "-c", "exit 3"], name="fails", output="screen"),
            ExecuteProcess(cmd=["echo", "by default"]),
        ]
    )
