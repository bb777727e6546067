# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The policy node: trains or evaluates a policy in whatever world answers on the graph."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from std_msgs.msg import Bool
from std_srvs.srv import SetBool, Trigger

from rher_agent.algorithms.learner import LearnerError
from rher_agent.algorithms.relay_learner import find_device
from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory, RunDirectoryError
from rher_agent.ros.markers import DrawnWorld, MarkerPublisher
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.quality import LATCHED, PAUSED
from rher_agent.ros.ros_world import RosWorld
from rher_agent.ros.session import ros_session, spin_until_shutdown
from rher_agent.ros.status import StatusPublisher
from rher_agent.ros.task_parameters import declare_task
from rher_agent.runners.collector import check_exploration
from rher_agent.runners.config import RunConfig
from rher_agent.runners.evaluator import EvaluatedEpisode
from rher_agent.runners.local_learner import load_policy, load_start
from rher_agent.runners.presets import preset
from rher_agent.runners.reports import Reporter, RunSummary
from rher_agent.runners.session import Reporters, evaluate_checkpoint, train
from rher_agent.runners.stop_request import StopRequest
from rher_agent.settings import check, choice
from rher_agent.storage.checkpoint import CheckpointError
from rher_agent.storage.episode_log import EpisodeLogError
from rher_agent.tasks.registry import UnknownTaskError
from rher_agent.worlds.world import WorldError

EXIT_MET, EXIT_FAILED, EXIT_BAD_SETTINGS, EXIT_NOT_MET = 0, 1, 2, 3
MM_PER_M = 1000.0
STOP_CHECK = 0.2
"""Longest wait before a paused run looks whether it is to end [s]."""


@dataclass(frozen=True)
class PolicySettings:
    """What the node does."""

    mode: str = choice("train", "train", "evaluate")
    """Train a policy, or evaluate a checkpoint."""
    output: str = ""
    """Directory of the run; empty: runs/, with the task, the seed and the time in its name."""
    resume: bool = False
    """Go on with the run in the output directory."""
    checkpoint: str = ""
    """Checkpoint to evaluate; when training, one of another run whose networks to begin from, empty for none."""
    params_file: str = ""
    """Parameter file of the launch, kept with the run: it may also hold settings of the world."""
    lab: str = ""
    """File of the lab, kept with the run."""

    def __post_init__(self) -> None:
        check(self)
        if self.mode == "evaluate" and not self.checkpoint:
            raise ValueError("checkpoint is empty; mode evaluate needs a file from a run's checkpoints folder")
        if self.mode == "evaluate" and self.resume:
            raise ValueError("resume goes with mode train; an evaluation has an output of its own")
        if self.resume and self.checkpoint:
            raise ValueError("checkpoint goes with a new run; one that is resumed goes on from its own")
        if self.resume and not self.output:
            raise ValueError("output is empty; resume needs the directory of the run to go on with")


class PolicyNode(Node):
    """Wires parameters, services and topics to a training run.

    Args:
        stop_requested: Asked often; once True, the run ends as interrupted.

    Raises:
        ParameterError: A parameter has a value that is not allowed, or a name that does not exist.
        UnknownTaskError: There is no such task.
    """

    def __init__(self, stop_requested: Callable[[], bool]) -> None:
        super().__init__("policy", automatically_declare_parameters_from_overrides=True)
        self.settings = declare_parameters(self, PolicySettings())
        self.config = declare_parameters(self, _published_settings(self))
        self.task = declare_task(self, self.config.task)
        refuse_unknown_parameters(self)
        self._stop_requested = stop_requested
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._paused = self.create_publisher(Bool, PAUSED, LATCHED)
        self._paused.publish(Bool(data=False))
        self.create_service(SetBool, "rher/pause", self._pause)
        self.create_service(Trigger, "rher/save", self._save)

    def run(self) -> RunSummary:
        """Train or evaluate until done.

        Raises:
            ParameterError: There is no such device to learn on.
            RunDirectoryError: The output cannot be used.
            CheckpointError: The checkpoint cannot be used.
            EpisodeLogError: The episodes of the run to resume cannot be used.
            WorldError: The world failed.
            LearnerError: The learner's process died.
        """
        task = self.task
        markers = MarkerPublisher(self, task, workspace=task.tcp_box)
        is_evaluation = self.settings.mode == "evaluate"
        checkpoint = Path(self.settings.checkpoint) if self.settings.checkpoint else None
        # Before there is a folder of the run: what cannot be used leaves none behind.
        policy = load_policy(checkpoint, task.name) if checkpoint and is_evaluation else None
        if checkpoint and not is_evaluation:
            load_start(checkpoint, self.config)
        if not is_evaluation:
            self._check_settings()
        run = self._make_run()
        self.get_logger().info(f"keeps the run in {run.path} and waits for the arm, a simulated one or a real one")
        with closing(RosWorld(task, self, should_stop=self._stop_requested)) as ros_world:
            world = DrawnWorld(ros_world, markers)
            if checkpoint and policy:
                return evaluate_checkpoint(
                    world,
                    run,
                    checkpoint,
                    policy,
                    self.config,
                    self._make_reporter(run, 0, markers),
                    tell=self._tell_evaluated,
                    before_episode=self._wait_while_paused,
                    should_stop=self._should_stop,
                    show_choice=markers.acting,
                )
            return train(
                world,
                run,
                self.config,
                resume=self.settings.resume,
                start=checkpoint,
                make_reporter=lambda episodes: self._make_reporter(run, episodes, markers),
                before_episode=self._wait_while_paused,
                should_stop=self._should_stop,
                show_choice=markers.acting,
            )

    def _check_settings(self) -> None:
        """Refuse what the task or the machine cannot do before anything is made."""
        try:
            find_device(self.config.learner.device)
        except ValueError as error:
            raise ParameterError(f"learner.{error}") from error
        try:
            check_exploration(self.task, self.config.exploration)
        except ValueError as error:
            raise ParameterError(f"exploration.{error}") from error

    def _make_run(self) -> RunDirectory:
        config, settings = self.config, self.settings
        stamp = datetime.now().strftime("%Y%m%d_%H%M%S")
        path = Path(settings.output or f"runs/{config.task}_seed{config.seed}_{stamp}").absolute()
        run = RunDirectory.create(path.parent, path.name, resume=settings.resume)
        parameters = Path(settings.params_file).read_bytes() if settings.params_file else b""
        run.keep_parameters(parameters, resume=settings.resume)
        run.keep_task(self.task.parameters, resume=settings.resume)
        if settings.lab:
            run.keep_lab(Path(settings.lab).read_bytes())
        return run

    def _make_reporter(self, run: RunDirectory, resumed_episode: int, markers: MarkerPublisher) -> Reporter:
        stages = [stage.name for stage in self.task.stages]
        episodes = self.config.trainer.max_episodes
        recorder = RunRecorder(
            run,
            stages=stages,
            max_episodes=episodes,
            target_success=self.config.trainer.target_success,
            resumed_episode=resumed_episode,
        )
        status = StatusPublisher(
            self,
            run=str(run.path),
            task=self.config.task,
            phase=self.settings.mode,
            stages=stages,
            max_episodes=episodes,
        )
        return Reporters((status, recorder, markers))

    def _wait_while_paused(self) -> None:
        if self._may_go_on.is_set():
            return
        self.get_logger().info("paused; to go on: ros2 run rher_agent session go_on")
        while not self._should_stop() and not self._may_go_on.wait(STOP_CHECK):
            continue

    def _should_stop(self) -> bool:
        return self._stop_requested() or not self.context.ok()

    def _tell_evaluated(self, number: int, episode: EvaluatedEpisode) -> None:
        outcome = "success" if episode.success else "no success"
        distance = MM_PER_M * episode.goal_distance
        count = self.config.trainer.final_evaluation_episodes
        stopped = f", {episode.stopped}" if episode.stopped else ""
        self.get_logger().info(f"evaluation {number}/{count}: {outcome}, {distance:.1f} mm from the goal{stopped}")

    def _pause(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        if request.data:
            self._may_go_on.clear()
        else:
            self._may_go_on.set()
        self._paused.publish(Bool(data=request.data))
        response.success = True
        response.message = "pausing after the running episode" if request.data else "going on"
        return response

    def _save(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = self.settings.mode == "train"
        response.message = (
            "every whole episode is saved as soon as it is learned from"
            if response.success
            else f"mode is {self.settings.mode}, which learns nothing; allowed with mode:=train"
        )
        return response


def exit_code(summary: RunSummary) -> int:
    """Return 0 when the target was met or the run ended because it was asked to, else 3."""
    return EXIT_MET if summary.reached_target or summary.interrupted else EXIT_NOT_MET


def main(args: list[str] | None = None) -> int:
    """Run the policy node; return its exit code: 0 met or asked to stop, 1 failed, 2 bad settings, 3 not met."""
    stop = StopRequest()
    signal.signal(signal.SIGINT, stop.handle)
    signal.signal(signal.SIGTERM, stop.handle)
    try:
        with ros_session(args, signals=SignalHandlerOptions.NO):
            node = PolicyNode(stop)
            with _served(node):
                return exit_code(node.run())
    except (WorldError, LearnerError, OSError) as error:
        sys.stderr.write(f"policy_node: {error}\n")
        return EXIT_FAILED
    except (ParameterError, UnknownTaskError, RunDirectoryError, CheckpointError, EpisodeLogError) as error:
        sys.stderr.write(f"policy_node: {error}\n")
        return EXIT_BAD_SETTINGS


@contextmanager
def _served(node: Node) -> Iterator[None]:
    """Serve the node's callbacks in a second thread for the length of the block."""
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    thread = threading.Thread(target=spin_until_shutdown, args=(executor,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        executor.shutdown()
        thread.join()


def _published_settings(node: Node) -> RunConfig:
    """Return the settings of the method and the task that a node was given; its other parameters change them.

    Raises:
        ParameterError: There is no such method.
    """
    defaults = RunConfig()
    names = {
        name: str(node.get_parameter(name).value) if node.has_parameter(name) else getattr(defaults, name)
        for name in ("algorithm", "task")
    }
    try:
        return preset(**names)
    except ValueError as error:
        raise ParameterError(str(error)) from error
