# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A person's words to a session: which service each goes to, with what, and how the answer is told."""

from __future__ import annotations

import threading
from itertools import groupby

import pytest
from rher_agent import session_command


@pytest.fixture
def say(monkeypatch, capsys):
    """Say a word in a domain of its own; return what it ends with and what is printed."""
    from rher_agent.ros.domain import DomainClaim

    claim = DomainClaim()
    monkeypatch.setenv("ROS_DOMAIN_ID", str(claim.domain_id))
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")

    def run(word: str):
        try:
            session_command.main(["session", word])
        except SystemExit as error:
            return str(error), capsys.readouterr().out
        return None, capsys.readouterr().out

    yield run
    claim.close()


@pytest.fixture
def session(say):
    """A policy and an episode manager that note what they are asked, each answering with its own success."""
    import rclpy
    from rclpy.context import Context
    from rclpy.executors import SingleThreadedExecutor
    from std_srvs.srv import SetBool, Trigger

    context = Context()
    rclpy.init(context=context)
    node = rclpy.create_node("fake", context=context)
    asked = []

    def serve(success):
        def answer(request, response):
            asked.append(getattr(request, "data", None))
            response.success, response.message = success, "so be it" if success else "nobody was asked for"
            return response

        return answer

    node.create_service(SetBool, "rher/pause", serve(True))
    node.create_service(Trigger, "rher/save", serve(True))
    node.create_service(Trigger, "world/resume", serve(False))
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    thread = threading.Thread(target=executor.spin)
    thread.start()
    yield asked
    executor.shutdown()
    thread.join()
    node.destroy_node()
    rclpy.shutdown(context=context)


def test_each_word_reaches_its_service_and_the_answer_is_printed(say, session):
    assert say("pause") == (None, "so be it\n")
    assert say("go_on") == (None, "so be it\n")
    assert say("save") == (None, "so be it\n")
    # What is not answered at once is said again.
    assert [asked for asked, _ in groupby(session)] == [True, False, None]


def test_a_refusal_is_told_and_fails(say, session):
    assert say("table_ready") == ("table_ready: nobody was asked for", "")


def test_without_a_session_the_domain_is_asked_about(say, monkeypatch):
    monkeypatch.setattr("rher_agent.ros.asking.DISCOVERY_TIMEOUT", 0.2)
    told, _ = say("pause")
    assert told == "pause: no policy node answers to /rher/pause; is ROS_DOMAIN_ID that of its launch?"
