# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The channel: whole messages both ways, nothing ever waits, the end of the other side is seen."""

from __future__ import annotations

import math
import socket

import pytest
from rher_robot_driver.ur.channel import Channel
from rher_robot_driver.ur.protocol import (
    NOTHING_MEASURED,
    Answer,
    Beat,
    Check,
    Disable,
    Enable,
    Move,
    Phase,
    Quit,
    Recover,
    Report,
    Request,
    SafetyState,
    State,
    Statistics,
    Stop,
    decode,
)

MESSAGES: tuple[Request | Report, ...] = (
    Beat(),
    Move(3, 7, (0.1, -0.2, 0.3, 1e-300, 5.0, 0.1 + 0.2), "step_cap"),
    Enable(),
    Disable(),
    Stop("asked to"),
    Recover("looked at it"),
    Quit(),
    Answer("Enable", False, "pre-flight failed", (Check("robot mode", False, "IDLE", "power it on"),)),
    State(
        stamp_ns=12345678901234567,
        phase=Phase.ENABLED,
        safety=SafetyState.PROTECTIVE_STOP,
        reason="protective stop",
        measured=NOTHING_MEASURED,
        period_end=True,
        episode=2,
        step=9,
        executed_twist=(0.1, 0.0, 0.0, 0.0, 0.0, 0.0),
        clipped=True,
        stopped=True,
        commanded_position=(0.5, 0.0, 0.1),
        limit_counts={"speed": 4},
        statistics=Statistics(10, 1, 0.002, 1e-5, 0.00205, 0.0021),
    ),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_messages_cross_unchanged(message: Request | Report) -> None:
    here, there = Channel.pair()
    assert here.send(message)
    assert there.receive() == [message]


def test_numbers_that_are_none_cross_too() -> None:
    here, there = Channel.pair()
    here.send(Move(1, 1, (math.nan, math.inf, -math.inf, 0.0, 0.0, 0.0)))
    (move,) = there.receive()
    assert isinstance(move, Move)
    assert math.isnan(move.twist[0])
    assert move.twist[1:3] == (math.inf, -math.inf)


def test_messages_keep_their_order_and_none_waits() -> None:
    here, there = Channel.pair()
    assert there.receive() == []
    for step in range(20):
        here.send(Move(1, step, (0.0,) * 6))
    assert [message.step for message in there.receive() if isinstance(message, Move)] == list(range(20))


def test_a_reader_that_sleeps_costs_messages_and_no_time() -> None:
    here, there = Channel.pair()
    sent = 0
    while here.send(Beat()):
        sent += 1
    assert not here.ended
    assert len(there.receive()) == sent > 50
    assert here.send(Beat())


def test_what_was_sent_before_the_end_still_arrives() -> None:
    here, there = Channel.pair()
    here.send(Stop("last words"))
    here.close()
    assert there.receive() == [Stop("last words")]
    assert there.ended
    assert not there.send(Beat())


def test_sending_to_nobody_loses_nothing_that_was_sent_before() -> None:
    here, there = Channel.pair()
    there.send(Stop("last words"))
    there.close()
    assert not here.send(Beat())
    assert here.receive() == [Stop("last words")]
    assert here.ended


def test_an_end_that_left_messages_unread_loses_none_of_its_own() -> None:
    here, there = Channel.pair()
    assert here.send(Beat())
    there.send(Stop("last words"))
    there.close()
    assert here.receive() == [Stop("last words")]
    assert here.ended


def test_a_datagram_that_is_no_message_is_left_out() -> None:
    raw, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    channel = Channel(end)
    for datagram in (b"nonsense", b'["Move", {"speed": 1}]', b'["Unknown", {}]', b"[1, 2]", b'["Beat", {}]'):
        raw.send(datagram)
    assert channel.receive() == [Beat()]
    raw.close()


@pytest.mark.parametrize("datagram", [b"", b"{}", b'["Move", {}]', b'["State", {"phase": "asleep"}]'])
def test_no_message_is_told_as_such(datagram: bytes) -> None:
    with pytest.raises(ValueError, match="holds no message"):
        decode(datagram)
