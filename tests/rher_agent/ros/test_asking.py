# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A request whose first answer is lost."""

from __future__ import annotations

import pytest
from rher_agent.ros import asking


class LossyClient:
    """Answers from the second request on."""

    def __init__(self) -> None:
        self.asked = 0

    def service_is_ready(self) -> bool:
        return True

    def call_async(self, request):
        from rclpy.task import Future
        from std_srvs.srv import Trigger

        self.asked += 1
        answer = Future()
        if self.asked > 1:
            answer.set_result(Trigger.Response(success=True, message="so be it"))
        return answer


@pytest.fixture
def node(ros):
    import rclpy

    node = rclpy.create_node("asks")
    yield node
    node.destroy_node()


def test_what_may_be_done_twice_is_asked_again(node, monkeypatch):
    monkeypatch.setattr(asking, "LOOK_PERIOD", 0.01)
    client = LossyClient()
    assert asking.ask(node, client, None, "gone", repeats=True) == "so be it"
    assert client.asked == 2


def test_what_may_not_is_asked_once(node, monkeypatch):
    monkeypatch.setattr(asking, "LOOK_PERIOD", 0.01)
    monkeypatch.setattr(asking, "ANSWER_TIMEOUT", 0.1)
    client = LossyClient()
    with pytest.raises(RuntimeError, match="no answer in 0 s"):
        asking.ask(node, client, None, "gone")
    assert client.asked == 1
