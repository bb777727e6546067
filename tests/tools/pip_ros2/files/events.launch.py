# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Event handlers of start, exit and shutdown; a chain of processes."""

from launch import LaunchDescription
from launch.actions import EmitEvent, ExecuteProcess, LogInfo, OpaqueFunction, RegisterEventHandler
from launch.event_handlers import OnProcessExit, OnProcessStart, OnShutdown
from launch.events import Shutdown


def generate_launch_description():
    first = ExecuteProcess(cmd=["sh", "-c", "exit 7"], name="first")
    second = ExecuteProcess(cmd=["echo", "second runs"], name="second", output="screen")

    def after_first(event, context):
        assert event.action is first
        return [LogInfo(msg=f"first returned {event.returncode}"), second]

    def at_shutdown(event, context):
        return LogInfo(msg=f"shutdown because of {event.reason}")

    def say(context, *words):
        return [LogInfo(msg=f"opaque {' '.join(words)}")]

    return LaunchDescription(
        [
            RegisterEventHandler(OnProcessStart(target_action=first, on_start=LogInfo(msg="first started"))),
            RegisterEventHandler(OnProcessExit(target_action=first, on_exit=after_first)),
            RegisterEventHandler(
                OnProcessExit(
                    target_action=second,
                    on_exit=[LogInfo(msg="second ended"), EmitEvent(event=Shutdown(reason="second"))],
                )
            ),
            RegisterEventHandler(OnShutdown(on_shutdown=at_shutdown)),
            OpaqueFunction(function=say, args=["x", "y"]),
            first,
        ]
    )
