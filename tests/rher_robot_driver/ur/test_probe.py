# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a controller answers: each way in which it does not is told with host and port, and none waits for ever."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest
from rher_robot_driver.ur.dashboard import Dashboard
from rher_robot_driver.ur.errors import DashboardError, UnreachableError
from rher_robot_driver.ur.probe import DASHBOARD_PORT, RTDE_PORT, SCRIPT_PORT, ControllerVersion, probe

TIMEOUT = 0.3
VERSION_REQUEST = b"\x00\x03v"
PROTOCOL_REQUEST = b"\x00\x05V\x00\x02"
Serve = Callable[[socket.socket], None]


@pytest.fixture
def listen(request: pytest.FixtureRequest) -> Iterator[Callable[[int, Serve | None], str]]:
    """Return a function that serves one connection on a port of an address of this test's own."""
    address = f"127.77.{abs(hash(request.node.name)) % 250 + 1}.{abs(hash(request.node.nodeid)) % 250 + 1}"
    servers: list[socket.socket] = []

    def start(port: int, serve: Serve | None) -> str:
        server = socket.create_server((address, port))
        servers.append(server)
        if serve is not None:
            threading.Thread(target=lambda: serve(server.accept()[0]), daemon=True).start()
        return address

    yield start
    for server in servers:
        server.close()


def until_closed(link: socket.socket) -> None:
    while link.recv(64):
        pass


def speak_something_else(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    until_closed(link)


def rtde_of(major: int) -> Serve:
    def serve(link: socket.socket) -> None:
        assert link.recv(64) == PROTOCOL_REQUEST
        link.sendall(struct.pack(">HBB", 4, ord("V"), 1))
        assert link.recv(64) == VERSION_REQUEST
        # A text message may come before any answer.
        link.sendall(struct.pack(">HB", 8, ord("M")) + b"hello")
        answer = struct.pack(">HB4I", 19, ord("v"), major, 15, 2, 77)
        link.sendall(answer[:7])
        link.sendall(answer[7:])

    return serve


def test_a_controller_tells_its_version(listen) -> None:
    for port in (SCRIPT_PORT, DASHBOARD_PORT):
        listen(port, None)
    version = probe(listen(RTDE_PORT, rtde_of(5)), TIMEOUT)
    assert version == ControllerVersion(5, 15, 2, 77)
    assert (str(version), version.is_cb_series, version.has_dashboard) == ("5.15.2.77", False, True)


def test_polyscope_x_needs_no_dashboard(listen) -> None:
    listen(SCRIPT_PORT, None)
    assert not probe(listen(RTDE_PORT, rtde_of(10)), TIMEOUT).has_dashboard


def test_the_cb_series_is_known(listen) -> None:
    for port in (SCRIPT_PORT, DASHBOARD_PORT):
        listen(port, None)
    assert probe(listen(RTDE_PORT, rtde_of(3)), TIMEOUT).is_cb_series


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        (None, "no answer in time"),
        (lambda link: link.close(), "[Cc]onnection"),
        (speak_something_else, "no answer in time"),
        (lambda link: link.sendall(struct.pack(">HBB", 4, ord("V"), 0)), "version 2 of RTDE"),
    ],
    ids=["silent", "closes", "speaks something else", "old"],
)
def test_what_is_no_controller_is_named(listen, serve: Serve | None, why: str) -> None:
    address = listen(RTDE_PORT, serve)
    with pytest.raises(UnreachableError, match=rf"{address}:{RTDE_PORT} \(.*{why}"):
        probe(address, TIMEOUT)


def test_nobody_there() -> None:
    with pytest.raises(UnreachableError, match=rf"127\.77\.251\.251:{RTDE_PORT}"):
        probe("127.77.251.251", TIMEOUT)


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(UnreachableError, match="no-such-robot"):
        probe("no-such-robot.invalid", TIMEOUT)


@pytest.mark.parametrize(("open_port", "closed_port"), [(DASHBOARD_PORT, SCRIPT_PORT), (SCRIPT_PORT, DASHBOARD_PORT)])
def test_a_port_that_is_closed_is_named(listen, open_port: int, closed_port: int) -> None:
    listen(open_port, None)
    with pytest.raises(UnreachableError, match=str(closed_port)):
        probe(listen(RTDE_PORT, rtde_of(5)), TIMEOUT)


def dashboard_with(*answers: bytes) -> Serve:
    def serve(link: socket.socket) -> None:
        link.sendall(b"Connected: Universal Robots Dashboard Server\n")
        for answer in answers:
            link.recv(64)
            link.sendall(answer)
        until_closed(link)

    return serve


def test_the_dashboard_answers_line_by_line(listen) -> None:
    answers = (b"UR5\n", b"20235", b"500\n", b"true\n", b"could not understand: 'is in remote control'\n", b"Stopped\n")
    address = listen(DASHBOARD_PORT, dashboard_with(answers[0], answers[1] + answers[2], *answers[3:]))
    dashboard = Dashboard(address, TIMEOUT)
    assert dashboard.model() == "UR5"
    assert dashboard.serial_number() == "20235500"
    assert dashboard.in_remote_control() is True
    assert dashboard.in_remote_control() is None
    dashboard.stop_program()
    dashboard.close()


def test_a_refusal_of_the_dashboard_is_told_in_its_words(listen) -> None:
    refusal = b"Cannot unlock protective stop until 5s after occurrence.\n"
    dashboard = Dashboard(listen(DASHBOARD_PORT, dashboard_with(refusal)), TIMEOUT)
    with pytest.raises(DashboardError, match="until 5s after occurrence"):
        dashboard.unlock_protective_stop()


def test_a_dashboard_that_falls_silent_is_not_waited_for(listen) -> None:
    dashboard = Dashboard(listen(DASHBOARD_PORT, dashboard_with()), TIMEOUT)
    with pytest.raises(DashboardError, match="no answer to 'stop'"):
        dashboard.stop_program()


def test_a_dashboard_without_a_greeting_is_none(listen) -> None:
    with pytest.raises(UnreachableError, match=str(DASHBOARD_PORT)):
        Dashboard(listen(DASHBOARD_PORT, None), TIMEOUT)
