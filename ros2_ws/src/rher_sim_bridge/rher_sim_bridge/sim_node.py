# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated world as a ROS node: lock-step on one thread, everything else on another.

What is on the path of a step (command, reset, state, objects, clock) is taken and answered by hand on the main thread.
An executor serves stops, diagnostics and onlookers on a second thread.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node
from rclpy.publisher import Publisher
from rher_agent.ros.conversions import (
    arm_state_message,
    object_states_message,
    point_messages,
    time_ns,
    twist_array,
)
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import ARM_COMMAND, ARM_STATE, LATCHED, LOCKSTEP, OBJECTS, WORLD_EPISODE, WORLD_RESET
from rher_agent.ros.session import ended_by_shutdown, run_node
from rher_agent.ros.task_parameters import declare_task
from rher_agent.ros.waiting import TakenByHand, Waiter, never_called, take_all, take_request
from rher_agent.worlds.state import Vector
from rher_interfaces.msg import ArmCommand, ArmState, Episode, ObjectStates, SceneState
from rher_interfaces.srv import Reset
from rher_robot_driver.safety.admission.chain import build_admission_chain
from rher_robot_driver.safety.command import TwistCommand
from rosgraph_msgs.msg import Clock
from std_srvs.srv import Trigger

from rher_sim_bridge.camera.film import SIZE as FILM_SIZE
from rher_sim_bridge.camera.film import Film
from rher_sim_bridge.ros.lockstep import LockstepServer, ResetRequest, StateAnswer
from rher_sim_bridge.ros.pacer import Pacer
from rher_sim_bridge.ros.parameters import GROUND_TRUTH, SimNodeParameters
from rher_sim_bridge.ros.topics import SCENE
from rher_sim_bridge.ros.visuals import Visuals
from rher_sim_bridge.ros.wall_timer import create_wall_timer
from rher_sim_bridge.scene.camera import OVERVIEW
from rher_sim_bridge.worlds.mujoco_world import EpisodeStart, MujocoWorld
from rher_sim_bridge.worlds.parameters import SimParameters
from rher_sim_bridge.worlds.task_safety import task_safety

SHUTDOWN_CHECK = 0.2
"""Longest wait before the node looks whether it is to end [s]."""
DIAGNOSTICS_PERIOD = 1.0
"""[s] of wall time."""
WARNING_PERIOD = 1.0
"""Least time between two warnings of refused commands [s]."""
CLOCK_DEPTH = 1
"""Only the newest time matters."""


class SimNode(Node):
    """Serves one simulated world in lock-step.

    Raises:
        ParameterError: A parameter has a value that is not allowed.
    """

    def __init__(self) -> None:
        super().__init__("sim", automatically_declare_parameters_from_overrides=True)
        parameters = declare_parameters(self, SimNodeParameters())
        sim_parameters = declare_parameters(self, SimParameters())
        task = declare_task(self, parameters.task)
        refuse_unknown_parameters(self)
        try:
            self._world = MujocoWorld(task, sim_parameters)
        except ValueError as error:
            raise ParameterError(str(error)) from error
        self._film: Film | None = None
        self._filmed_ns = -1
        if parameters.film:
            try:
                self._film = Film(Path(parameters.film), 1.0 / self._world.task.control_period)
            except ValueError as error:
                raise ParameterError(str(error)) from error
        self._admission = build_admission_chain(task_safety(self._world.task), parameters.writer)
        self._server = LockstepServer(self._world, self._admission)
        self._pacer = Pacer(parameters.real_time_factor)
        by_hand = TakenByHand()
        self._arm_states = self.create_publisher(ArmState, ARM_STATE, LOCKSTEP)
        self._object_states: Publisher | None = None
        if parameters.perception == GROUND_TRUTH:
            self._object_states = self.create_publisher(ObjectStates, OBJECTS, LOCKSTEP)
        self._scenes = self.create_publisher(SceneState, SCENE, LOCKSTEP)
        self._episodes = self.create_publisher(Episode, WORLD_EPISODE, LATCHED)
        self._clock_publisher = self.create_publisher(Clock, "/clock", CLOCK_DEPTH)
        self._commands = self.create_subscription(
            ArmCommand, ARM_COMMAND, never_called, LOCKSTEP, callback_group=by_hand
        )
        self._resets = self.create_service(Reset, WORLD_RESET, self._serve_reset, callback_group=by_hand)
        self._waiter = Waiter(self.context, subscriptions=[self._commands], services=[self._resets])

        self._visuals = Visuals(
            self, self._world, self._server, parameters.visual_rate, with_objects=self._object_states is not None
        )
        self.create_service(Trigger, "arm/stop", self._stop)
        self.create_service(Trigger, "arm/enable", self._enable)
        self.create_service(Trigger, "arm/recover", self._recover)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", LOCKSTEP)
        create_wall_timer(self, DIAGNOSTICS_PERIOD, self._diagnose)
        self._diagnosed_periods = 0
        self.get_logger().info(f"simulates the task '{parameters.task}'")

    def run(self, shut_down: threading.Event) -> None:
        """Serve commands and resets until ROS is shut down."""
        with ended_by_shutdown(self.context):
            while not shut_down.is_set():
                self._waiter.wait(SHUTDOWN_CHECK)
                # Requests first: a repeated one was sent before the command that follows the first answer.
                while (taken := take_request(self._resets)) is not None:
                    request, header = taken
                    self._resets.send_response(self._serve_reset(request, Reset.Response()), header)
                for command in take_all(self._commands):
                    self._serve_command(command, shut_down)

    def close(self) -> None:
        """Release the world, and finish the film of it."""
        if self._film is not None:
            self._film.close()
        self._world.close()

    def _serve_command(self, message: ArmCommand, shut_down: threading.Event) -> None:
        verdict = self._server.command(
            TwistCommand(
                twist=twist_array(message.twist),
                gripper=message.gripper,
                frame_id=message.header.frame_id,
                stamp_ns=time_ns(message.header.stamp),
                writer=message.writer,
                episode=message.episode,
                step=message.step,
            )
        )
        if verdict.answer is None:
            self._refuse(message, verdict.refusal)
            return
        if verdict.advanced:
            self._take_picture()
            # Not a sleep: a shutdown ends it. Nothing waits when the factor is 0.
            delay = self._pacer.delay(verdict.answer.state.stamp_ns, time.monotonic_ns())
            if delay > 0.0:
                shut_down.wait(delay)
        answer = verdict.answer
        self._publish(self._arm_state(answer), object_states_message(answer.state), answer.scene)

    def _publish(self, arm: ArmState, objects: ObjectStates, scene: Vector) -> None:
        self._clock_publisher.publish(Clock(clock=arm.header.stamp))
        if self._scenes.get_subscription_count() > 0:
            # What a simulated camera takes its picture of, with the stamp of the objects.
            header, task = objects.header, self._world.task.name
            self._scenes.publish(SceneState(header=header, task=task, positions=scene.tolist()))
        # The arm's state last: who waits for it finds the objects already there.
        if self._object_states is not None:
            self._object_states.publish(objects)
        self._arm_states.publish(arm)

    def _take_picture(self) -> None:
        """Add the world as it is to the film, once, however often it is told of."""
        if self._film is not None and self._filmed_ns != self._world.stamp_ns:
            self._filmed_ns = self._world.stamp_ns
            self._film.add(self._world.render(*FILM_SIZE, OVERVIEW))

    def _refuse(self, message: ArmCommand, refusal: str) -> None:
        """Leave the arm as it is and say why, in the log and in a repeat of the last state."""
        reason = f"command {message.step} of episode {message.episode} from '{message.writer}' was refused: {refusal}"
        self.get_logger().warning(reason, throttle_duration_sec=WARNING_PERIOD)
        if self._server.answer is not None:
            state = self._arm_state(self._server.answer)
            state.refused, state.reason = True, reason
            self._arm_states.publish(state)

    def _serve_reset(self, request: Reset.Request, response: Reset.Response) -> Reset.Response:
        answer = self._server.reset(
            ResetRequest(
                caller=request.caller,
                episode=request.episode,
                task=request.task,
                seed=request.seed if request.use_seed else None,
                goal=tuple((point.x, point.y, point.z) for point in request.goal),
            )
        )
        self._pacer.restart()
        response.accepted = not answer.refusal
        response.message = answer.refusal
        response.ready = answer.start is not None
        if answer.start is None:
            response.start = Episode(episode=request.episode)
        else:
            response.start = self._start_message(answer.start)
            # A repeat too while nothing has moved: what the camera was shown of the start may have been lost.
            if self._server.answer is not None and self._server.answer.step == 0:
                self._take_picture()
                self._publish_start(response.start, answer.start.scene)
        return response

    def _start_message(self, start: EpisodeStart) -> Episode:
        episode = Episode(
            episode=start.episode,
            task=self._world.task.name,
            seed=start.seed,
            goal=point_messages(start.desired_goal),
            arm=arm_state_message(start.state, episode=start.episode, step=0),
            objects=object_states_message(start.state),
        )
        if self._object_states is None:
            episode.objects.objects = []
        return episode

    def _publish_start(self, episode: Episode, scene: Vector) -> None:
        self._episodes.publish(episode)
        self._publish(episode.arm, episode.objects, scene)

    def _arm_state(self, answer: StateAnswer) -> ArmState:
        return arm_state_message(
            answer.state,
            episode=answer.episode,
            step=answer.step,
            clipped=answer.clipped,
            stopped=answer.stopped,
            reason=answer.reason,
        )

    def _stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._server.stop("stopped by a person")
        response.success, response.message = True, "stopped; call /arm/enable to go on with the next episode"
        return response

    def _enable(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        answer = self._server.enable()
        if answer is not None and answer.start is not None:
            self._publish_start(self._start_message(answer.start), answer.start.scene)
        response.success, response.message = True, "enabled; the next reset moves the arm again"
        return response

    def _recover(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = not self._server.stop_reason
        response.message = (
            "a reset recovers the simulated arm from every fault" if response.success else "stopped; call /arm/enable"
        )
        return response

    def _diagnose(self) -> None:
        periods = self._server.periods
        rate = (periods - self._diagnosed_periods) / DIAGNOSTICS_PERIOD
        self._diagnosed_periods = periods
        values: dict[str, Any] = {
            "control periods": periods,
            "control periods per second": rate,
            "commands refused": self._server.refusals,
            **{f"admission {name}": count for name, count in self._admission.counts.items()},
            **{f"limit {name}": count for name, count in self._world.arm.limit_counts.items()},
        }
        stopped = self._server.stop_reason
        status = DiagnosticStatus(
            level=DiagnosticStatus.WARN if stopped else DiagnosticStatus.OK,
            name="sim: lock-step",
            message=stopped or "ready",
            hardware_id="simulation",
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )
        array = DiagnosticArray(status=[status])
        array.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(array)


def main(args: list[str] | None = None) -> None:
    """Run the node until Ctrl-C or SIGTERM; a wrong parameter ends it at once with one line and exit code 1."""
    run_node("sim_node", SimNode, args, work=SimNode.run, close=SimNode.close)


if __name__ == "__main__":
    main()
