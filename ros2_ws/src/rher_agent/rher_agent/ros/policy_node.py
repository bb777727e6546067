# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The policy node: trains or evaluates a policy in whatever world answers on the graph."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from std_srvs.srv import SetBool, Trigger

from rher_agent.algorithms.learner import LearnerError
from rher_agent.reporting.recorder import RunRecorder
from rher_agent.reporting.run_directory import RunDirectory, RunDirectoryError
from rher_agent.ros.markers import DrawnWorld, MarkerPublisher
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters
from rher_agent.ros.ros_world import RosWorld
from rher_agent.ros.status import StatusPublisher
from rher_agent.runners.config import RunConfig
from rher_agent.runners.evaluator import EvaluatedEpisode
from rher_agent.runners.local_learner import load_policy
from rher_agent.runners.reports import Reporter, RunSummary
from rher_agent.runners.session import Reporters, evaluate_checkpoint, train
from rher_agent.settings import check, choice
from rher_agent.storage.checkpoint import CheckpointError
from rher_agent.storage.episode_log import EpisodeLogError
from rher_agent.tasks.registry import UnknownTaskError, make_task
from rher_agent.worlds.world import WorldError

EXIT_MET, EXIT_FAILED, EXIT_BAD_SETTINGS, EXIT_NOT_MET = 0, 1, 2, 3


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
    """Checkpoint to evaluate."""

    def __post_init__(self) -> None:
        check(self)
        if self.mode == "evaluate" and not self.checkpoint:
            raise ValueError("checkpoint is empty; mode evaluate needs a file from a run's checkpoints folder")
        if self.mode == "train" and self.checkpoint:
            raise ValueError("checkpoint goes with mode evaluate; to go on training: resume and output")
        if self.mode == "evaluate" and self.resume:
            raise ValueError("resume goes with mode train; an evaluation has an output of its own")
        if self.resume and not self.output:
            raise ValueError("output is empty; resume needs the directory of the run to go on with")


class PolicyNode(Node):
    """Wires parameters, services and topics to a training run."""

    def __init__(self) -> None:
        super().__init__("policy", automatically_declare_parameters_from_overrides=True)
        self.settings = declare_parameters(self, PolicySettings())
        self.config = declare_parameters(self, RunConfig())
        refuse_unknown_parameters(self)
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self.create_service(SetBool, "/rher/pause", self._pause)
        self.create_service(Trigger, "/rher/save", self._save)

    def run(self) -> RunSummary:
        """Train or evaluate until done.

        Raises:
            UnknownTaskError: There is no such task.
            RunDirectoryError: The output cannot be used.
            CheckpointError: The checkpoint cannot be used.
            EpisodeLogError: The episodes of the run to resume cannot be used.
            WorldError: The world failed.
            LearnerError: The learner's process died.
        """
        task = make_task(self.config.task)
        markers = MarkerPublisher(self, task, workspace=task.tcp_box)
        is_evaluation = self.settings.mode == "evaluate"
        policy = load_policy(Path(self.settings.checkpoint), task.name) if is_evaluation else None
        run = self._make_run()
        with closing(RosWorld(task, self)) as ros_world:
            world = DrawnWorld(ros_world, markers)
            if policy is not None:
                return evaluate_checkpoint(
                    world,
                    run,
                    policy,
                    self.config,
                    self._make_reporter(run, 0),
                    tell=self._tell_evaluated,
                    before_episode=self._wait_while_paused,
                    should_stop=self._should_stop,
                )
            return train(
                world,
                run,
                self.config,
                resume=self.settings.resume,
                make_reporter=lambda episodes: self._make_reporter(run, episodes),
                before_episode=self._wait_while_paused,
                should_stop=self._should_stop,
                show_choice=lambda choice: markers.acting(choice.stage, guided=choice.guided),
            )

    def release(self) -> None:
        """Let a paused run see that it should stop."""
        self._may_go_on.set()

    def _make_run(self) -> RunDirectory:
        config, settings = self.config, self.settings
        stamp = datetime.now().strftime("%Y%m%d_%H%M%S")
        path = Path(settings.output or f"runs/{config.task}_seed{config.seed}_{stamp}").absolute()
        return RunDirectory.create(path.parent, path.name, resume=settings.resume)

    def _make_reporter(self, run: RunDirectory, resumed_episode: int) -> Reporter:
        stages = [stage.name for stage in make_task(self.config.task).stages]
        episodes = self.config.trainer.max_episodes
        recorder = RunRecorder(run, stages=stages, max_episodes=episodes, resumed_episode=resumed_episode)
        status = StatusPublisher(
            self,
            run=str(run.path),
            task=self.config.task,
            phase=self.settings.mode,
            stages=stages,
            max_episodes=episodes,
        )
        return Reporters((status, recorder))

    def _wait_while_paused(self) -> None:
        self._may_go_on.wait()

    def _should_stop(self) -> bool:
        return not self.context.ok()

    def _tell_evaluated(self, number: int, episode: EvaluatedEpisode) -> None:
        outcome = "success" if episode.success else "no success"
        distance = 100.0 * episode.goal_distance
        count = self.config.trainer.final_evaluation_episodes
        self.get_logger().info(f"evaluation {number}/{count}: {outcome}, {distance:.1f} cm from the goal")

    def _pause(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        if request.data:
            self._may_go_on.clear()
        else:
            self._may_go_on.set()
        response.success = True
        response.message = "pausing after the running episode or evaluation" if request.data else "going on"
        return response

    def _save(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = self.settings.mode == "train"
        response.message = "every whole episode is saved as soon as it is learned from"
        return response


def exit_code(summary: RunSummary) -> int:
    """Return 0 when the target was met, else 3."""
    return EXIT_MET if summary.reached_target else EXIT_NOT_MET


def _spin(executor: SingleThreadedExecutor) -> None:
    with suppress(ExternalShutdownException):
        executor.spin()


def main(args: list[str] | None = None) -> int:
    """Run the policy node; return its exit code: 0 target met, 1 failed, 2 bad settings, 3 target not met."""
    rclpy.init(args=args, signal_handler_options=SignalHandlerOptions.NO)
    node: PolicyNode | None = None

    def stop(number: int, frame: FrameType | None) -> None:
        rclpy.try_shutdown()
        if node is not None:
            node.release()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        node = PolicyNode()
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        threading.Thread(target=_spin, args=(executor,), daemon=True).start()
        return exit_code(node.run())
    except (WorldError, LearnerError, OSError) as error:
        sys.stderr.write(f"policy_node: {error}\n")
        return EXIT_FAILED
    except (ParameterError, UnknownTaskError, RunDirectoryError, CheckpointError, EpisodeLogError) as error:
        sys.stderr.write(f"policy_node: {error}\n")
        return EXIT_BAD_SETTINGS
    finally:
        rclpy.try_shutdown()
