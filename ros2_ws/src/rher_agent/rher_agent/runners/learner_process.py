# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A learner in a process of its own, so that acting does not wait for learning."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from rher_agent.algorithms.learner import LearnerError
from rher_agent.modules.policy import Policy
from rher_agent.runners.local_learner import LearnerSetup, LocalLearner
from rher_agent.storage.episode import Episode

Answer = tuple[int, dict[str, float], Policy, Policy]
"""Updates so far, metrics, the online policy, the averaged policy."""
Request = tuple[str, Any]
"""What is asked for: learn, save or close, and what belongs to it; broken, and why, when that cannot be heard."""
NICENESS = 10
"""By which the learner's process stands back for all others."""


class LearnerProcess:
    """Sends episodes to a learner in another process and takes policies from it as they come.

    The learner may be at most `max_lag` episodes behind: with no bound, a simulator that is faster than the learner
    would fill the buffer with the experience of an old policy.
    """

    def __init__(self, setup: LearnerSetup, *, max_lag: int) -> None:
        """Start the process and wait until the learner stands.

        Raises:
            LearnerError: The process died at once.
            CheckpointError: The run to resume, or to start from, has no usable checkpoint or log.
        """
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, setup), name="rher_learner", daemon=True)
        # The child inherits this: a Ctrl-C is for the process that acts, also while the child still imports.
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._process.start()
        signal.signal(signal.SIGINT, handler)
        theirs.close()
        self._max_lag = max_lag
        self._pending: deque[str] = deque()
        self.restored: dict[str, Any] | None = self._receive()
        self._answer: Answer = self._receive()

    @property
    def updates(self) -> int:
        """Critic updates made so far, as far as the learner has told."""
        return self._answer[0]

    def learn(self, episode: Episode, loop: dict[str, Any]) -> dict[str, float]:
        """Send an episode; return the newest metrics, which may be of an earlier one."""
        self._send("learn", (episode, loop))
        self._take(at_most_behind=self._max_lag)
        return self._answer[1]

    def policy(self, *, averaged: bool) -> Policy:
        """Return the newest policy that has come, of the averaged weights or of the online ones."""
        self._take(at_most_behind=self._max_lag)
        return self._answer[3] if averaged else self._answer[2]

    def save(self, loop: dict[str, Any], *, keep: bool) -> None:
        """Ask the learner to save when it has learned what it was sent before."""
        self._send("save", (loop, keep))

    def catch_up(self) -> None:
        """Wait until the learner has done everything asked for."""
        self._take(at_most_behind=0)

    def close(self) -> None:
        """Let the learner finish what it was asked for and end its process.

        Raises:
            LearnerError: The process died before.
        """
        try:
            self.catch_up()
            self._send("close", None)
        finally:
            self._connection.close()
            self._process.join()

    def _send(self, request: str, content: object) -> None:
        try:
            self._connection.send((request, content))
        except OSError as error:
            raise LearnerError("the learner's process died") from error
        if request != "close":
            self._pending.append(request)

    def _take(self, *, at_most_behind: int) -> None:
        """Take the answers that are there, and wait while the learner is too many episodes behind."""
        while self._pending and (self._pending.count("learn") > at_most_behind or self._connection.poll()):
            self._take_one()
        while at_most_behind == 0 and self._pending:
            self._take_one()

    def _take_one(self) -> None:
        answer = self._receive()
        if self._pending.popleft() == "learn":
            self._answer = answer

    def _receive(self) -> Any:
        try:
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            raise LearnerError("the learner's process died") from error
        if isinstance(answer, Exception):
            self._process.join()
            raise answer
        return answer


def _serve(connection: Connection, setup: LearnerSetup) -> None:
    """Do what is asked for, in order, until the other end closes; what was sent before is still learned and saved."""
    # On few cores a burst of updates must not keep pictures and commands from an arm that moves.
    os.nice(NICENESS)
    try:
        learner = LocalLearner(setup)
    except Exception as error:  # told to the process that can tell the user
        connection.send(error)
        return
    metrics: dict[str, float] = {}

    def answer() -> Answer:
        return learner.updates, metrics, learner.policy(averaged=False), learner.policy(averaged=True)

    def send(content: object) -> None:
        # Nobody listens once the process that acts was killed.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.send(content)

    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, requests), daemon=True).start()
    send(learner.restored)
    send(answer())
    try:
        while True:
            request, content = requests.get()
            if request == "close":
                break
            if request == "broken":
                raise content
            if request == "learn":
                metrics = learner.learn(*content)
                send(answer())
            else:
                loop, keep = content
                learner.save(loop, keep=keep)
                send(None)
    except Exception as error:  # such as a full disk
        send(LearnerError(f"the learner failed: {error}"))
    finally:
        learner.close()


def _listen(connection: Connection, requests: queue.SimpleQueue[Request]) -> None:
    """Take requests off the pipe as they come: a full one would let both ends wait for the other to read."""
    try:
        while True:
            request = connection.recv()
            requests.put(request)
            if request[0] == "close":
                return
    except (EOFError, OSError):  # the process that acts is gone
        requests.put(("close", None))
    except Exception as error:  # such as no memory for an episode
        requests.put(("broken", error))
