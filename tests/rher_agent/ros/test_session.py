# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The life of a node: its end when its work or one of its callbacks fails."""

from __future__ import annotations

import gc
import signal
import time

import pytest
import rclpy
from rclpy.node import Node
from rher_agent.ros.parameters import ParameterError
from rher_agent.ros.session import run_node

HANG = 30.0
"""Time after which a wait is a failure [s]."""


class Broken(Node):
    """Fails in its first callback."""

    def __init__(self) -> None:
        super().__init__("broken")
        self.closed = False
        self.create_timer(0.01, self._fail)

    def _fail(self) -> None:
        raise RuntimeError("a callback failed")


@pytest.fixture(autouse=True)
def interrupts():
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_work_ends_when_a_callback_fails_and_the_failure_is_told(domain):
    nodes, ended = [], []
    with pytest.raises(RuntimeError, match="a callback failed"):
        run_node(
            "broken",
            Broken,
            [],
            work=lambda node, shut_down: ended.append(shut_down.wait(HANG)),
            close=nodes.append,
        )
    assert ended == [True], "the work went on without anybody to stop it"
    assert len(nodes) == 1


def test_a_wrong_parameter_is_one_line_and_exit_code_1(domain):
    def refuse() -> Node:
        raise ParameterError("width is 0; allowed: 1 or more")

    with pytest.raises(SystemExit, match="camera_node: width is 0; allowed: 1 or more"):
        run_node("camera_node", refuse, [])


def test_ros_that_goes_away_while_a_node_is_made_ends_it_without_a_traceback(domain, monkeypatch):
    complaints = []
    monkeypatch.setattr("sys.unraisablehook", complaints.append)
    made = []

    def make() -> Node:
        made.append(Node("early"))
        signal.raise_signal(signal.SIGINT)
        end = time.monotonic() + HANG
        while rclpy.ok() and time.monotonic() < end:
            time.sleep(0.001)
        return made[0]

    closed = []
    run_node("early", make, [], work=lambda *_: pytest.fail("it worked without ROS"), close=closed.append)
    gc.collect()
    assert made == closed
    assert not complaints
