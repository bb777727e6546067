# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The lock-step contract without ROS: one control period for each accepted (episode, step), and every repeat answered.

A message may be lost, come twice, or come late. What was answered last is therefore kept, and a request or command that
comes again gets the same answer without anything moving.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rher_agent.tasks.task import Task
from rher_agent.worlds.state import WorldState
from rher_robot_driver.safety.admission.chain import AdmissionChain
from rher_robot_driver.safety.command import TwistCommand

from rher_sim_bridge.worlds.mujoco_world import Advanced, EpisodeStart

Vector = NDArray[np.float64]

GRIPPER_CLOSED = 0.0
"""Opening before any command has named one [m]."""


class StoppableArm(Protocol):
    """What a person's stop acts on."""

    def stop(self, reason: str) -> None:
        """Brake and hold until the arm is placed again."""


class SteppedWorld(Protocol):
    """A world that can be advanced by one control period at a time."""

    @property
    def task(self) -> Task:
        """The task served."""

    @property
    def arm(self) -> StoppableArm:
        """The arm."""

    def reset_state(self, episode: int, seed: int | None = None, goal: Vector | None = None) -> EpisodeStart:
        """Place everything for an episode."""

    def advance(self, twist: Vector, gripper: float = GRIPPER_CLOSED) -> Advanced:
        """Advance by exactly one control period."""


@dataclass(frozen=True)
class ResetRequest:
    """What a caller asks for. Two equal requests are one request sent twice."""

    caller: int
    """A random number that tells callers apart: a policy that was restarted is another caller."""
    episode: int
    task: str
    seed: int | None
    goal: tuple[tuple[float, float, float], ...]
    """Desired positions [m] in base_link; empty when the world shall draw them."""


@dataclass(frozen=True, eq=False)
class ResetAnswer:
    """The answer to a request."""

    start: EpisodeStart | None = None
    """The episode; None when it was refused or is not ready."""
    refusal: str = ""
    """Why it was refused; empty when it was accepted."""
    repeated: bool = False
    """Whether the episode had begun already when the request came."""


@dataclass(frozen=True, eq=False)
class StateAnswer:
    """The state to publish in answer to a command."""

    episode: int
    step: int
    state: WorldState
    scene: Vector
    """Generalised positions at the capture that the state's objects belong to."""
    clipped: bool = False
    stopped: bool = False
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What became of a command."""

    answer: StateAnswer | None
    """The state it caused, now or when it first came; None when it was refused."""
    advanced: bool = False
    """Whether the world moved on by a period."""
    refusal: str = ""
    """Why it was refused; empty when it was not."""


class LockstepServer:
    """Serves one policy at a time. All methods may be called from several threads.

    Args:
        world: What is advanced.
        admission: Judges every command before the world sees it.
    """

    def __init__(self, world: SteppedWorld, admission: AdmissionChain) -> None:
        self._world = world
        self._admission = admission
        self._lock = threading.Lock()
        self._request: ResetRequest | None = None
        self._reset_answer = ResetAnswer()
        self._pending: ResetRequest | None = None
        self._answer: StateAnswer | None = None
        self._stop_reason = ""
        self._is_spoilt = False
        self.periods = 0
        """Control periods advanced, for rates."""
        self.refusals = 0
        """Commands refused."""

    @property
    def lock(self) -> threading.Lock:
        """Held while the world is touched; hold it to read the world."""
        return self._lock

    @property
    def stop_reason(self) -> str:
        """Why a person stopped the arm; empty when nobody did."""
        return self._stop_reason

    @property
    def answer(self) -> StateAnswer | None:
        """The state answered last; None before the first reset."""
        return self._answer

    def reset(self, request: ResetRequest) -> ResetAnswer:
        """Begin an episode, or answer a repeated request again.

        A request equal to the last one is a repeat, also after steps were taken: it was under way when they were. Only
        when a stop came before the first step is the episode begun anew, since nothing can move in the one at hand.
        While a person's stop is held, the episode is accepted but not ready.
        """
        with self._lock:
            if request == self._request and not self._is_spoilt:
                return replace(self._reset_answer, repeated=True)
            refusal = self._refuse_reset(request)
            if refusal:
                return ResetAnswer(refusal=refusal)
            if self._stop_reason:
                self._pending = request
                return ResetAnswer()
            return self._begin(request)

    def command(self, command: TwistCommand) -> Verdict:
        """Advance by one period, or answer a repeated command again, or refuse it."""
        with self._lock:
            last = self._answer
            if last is None:
                return self._refuse("no episode has begun")
            admission = self._admission.admit(command, last.state.stamp_ns)
            if admission.repeat:
                return Verdict(last)
            if admission.command is None:
                at_hand = f"the state at hand is step {last.step} of episode {last.episode}"
                return self._refuse(f"admission link '{admission.reason}'; {at_hand}")
            gripper = admission.command.gripper
            advanced = self._world.advance(
                admission.command.twist, last.state.gripper if math.isnan(gripper) else gripper
            )
            self.periods += 1
            self._is_spoilt = False
            self._answer = StateAnswer(
                episode=command.episode,
                step=command.step,
                state=advanced.state,
                scene=advanced.scene,
                clipped=advanced.clipped or admission.changed,
                stopped=advanced.stopped,
                reason=", ".join(reason for reason in (admission.reason, advanced.reason) if reason),
            )
            return Verdict(self._answer, advanced=True)

    def stop(self, reason: str) -> None:
        """Stop the arm and hold it until enable. The episode at hand is lost."""
        with self._lock:
            self._stop_reason = reason
            if self._answer is not None:
                self._world.arm.stop(reason)
                self._is_spoilt = self._answer.step == 0

    def enable(self) -> ResetAnswer | None:
        """End a person's stop; return the episode that was waiting for it, if one was.

        The episode at hand stays stopped: only a reset moves the arm again.
        """
        with self._lock:
            self._stop_reason = ""
            pending, self._pending = self._pending, None
            return None if pending is None else self._begin(pending)

    def _begin(self, request: ResetRequest) -> ResetAnswer:
        goal = np.array(request.goal, dtype=np.float64) if request.goal else None
        try:
            start = self._world.reset_state(request.episode, request.seed, goal)
        except ValueError as error:
            return ResetAnswer(refusal=" ".join(str(error).split()))
        self._admission.order.begin(request.episode)
        self._request = request
        self._is_spoilt = False
        self._reset_answer = ResetAnswer(start)
        self._answer = StateAnswer(request.episode, 0, start.state, start.scene)
        return self._reset_answer

    def _refuse_reset(self, request: ResetRequest) -> str:
        if request.task != self._world.task.name:
            return f"task is '{request.task}'; allowed: {self._world.task.name}"
        return ""

    def _refuse(self, refusal: str) -> Verdict:
        self.refusals += 1
        return Verdict(None, refusal=refusal)
