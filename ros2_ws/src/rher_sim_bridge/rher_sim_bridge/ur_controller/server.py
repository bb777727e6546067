# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The emulator's only loop: one thread that serves every socket until the next cycle is due, then runs the cycle.

Simulated time counts cycles and never looks at the clock. A loop that comes late makes up for it, unless it is later
than a client could bear: what a frozen machine lost is lost.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from rher_sim_bridge.ur_controller.connection import RECEIVE_SIZE, Connection, LineProtocol
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.dashboard import GREETING, Dashboard
from rher_sim_bridge.ur_controller.fault_server import Faults, FaultSession
from rher_sim_bridge.ur_controller.options import (
    DASHBOARD_PORT,
    FAULT_PORT,
    RTDE_PORT,
    SCRIPT_PORT,
    ControllerOptions,
)
from rher_sim_bridge.ur_controller.outputs import Outputs
from rher_sim_bridge.ur_controller.program import Program
from rher_sim_bridge.ur_controller.registers import RegisterFile
from rher_sim_bridge.ur_controller.rtde import COMMAND_REGISTERS, RtdeSession
from rher_sim_bridge.ur_controller.script import ScriptReader

LONGEST_DELAY = 0.01
"""Made up for by cycles in a hurry; beyond it the schedule moves [s]."""


class ControllerServer:
    """A controller on its ports.

    Args:
        options: The arm and the address.

    Raises:
        OSError: A port is taken, or the address is not of this machine.
    """

    def __init__(self, options: ControllerOptions) -> None:
        # epoll waits in whole milliseconds; select does not.
        self._selector = selectors.SelectSelector()
        self._connections: list[Connection] = []
        # Sockets first: an address that is taken is told at once, and its owner's log stays whole.
        # The fault port comes last: it is the one that never freezes.
        makers = (
            (RTDE_PORT, self._accept_rtde),
            (DASHBOARD_PORT, self._accept_dashboard),
            (SCRIPT_PORT, self._accept_script),
            (FAULT_PORT, self._accept_faults),
        )
        self._listeners = [self._listen(options.address, port, accept) for port, accept in makers]
        self._registers = RegisterFile()
        self.controller = ArmController(options)
        self._program = Program(self.controller, self._registers)
        self._outputs = Outputs(self.controller, self._program, self._registers)
        self._dashboard = Dashboard(self.controller, self._program)
        self._faults = Faults(self.controller, self._program, self)
        self._fault_connections: set[Connection] = set()
        self._is_stopping = False
        self._frozen_until = 0.0
        self._muted: list[tuple[socket.socket, Callable[[], None]]] = []
        self._slow_period, self._slow_until = 0.0, 0.0
        self.late_cycles = 0
        """Cycles that began later than the one after them was due."""

    def stop(self) -> None:
        """Let run return after the cycle; may be called by a signal handler."""
        self._is_stopping = True

    def end_with(self, stream: BinaryIO) -> None:
        """Let run return when a stream ends, as a parent's pipe does with the parent."""
        self._selector.register(stream, selectors.EVENT_READ, partial(self._watch_stream, stream))

    def run(self) -> None:
        """Serve until stopped."""
        deadline = time.monotonic()
        while not self._is_stopping:
            deadline = self._next_deadline(deadline)
            self._serve_until(deadline)
            self._program.tick()
            served = self._fault_connections if self._is_frozen() else self._connections
            for connection in tuple(served):
                if not connection.tick():
                    self._drop(connection)

    def close(self) -> None:
        """Close every socket and the log."""
        for connection in tuple(self._connections):
            self._drop(connection)
        for listener in self._listeners:
            listener.close()
        self._selector.close()
        self.controller.close()

    def freeze(self, seconds: float) -> None:
        """Answer nobody and hear nobody but the fault port for a time."""
        self._frozen_until = time.monotonic() + seconds
        muted = self._listeners[:-1]
        muted += [connection.link for connection in self._connections if connection not in self._fault_connections]
        for link in muted:
            if link in self._selector.get_map():
                self._muted.append((link, self._selector.unregister(link).data))

    def slow_down(self, period: float, seconds: float) -> None:
        """Let a cycle last a period on the wall clock, for a time."""
        self._slow_period, self._slow_until = period, time.monotonic() + seconds

    def drop(self) -> None:
        """Close every connection but those of the fault port."""
        for connection in tuple(self._connections):
            if connection not in self._fault_connections:
                self._drop(connection)

    def occupy(self, is_occupied: bool) -> None:
        """Hold the command registers as another client would, or let them go."""
        if is_occupied:
            for name in COMMAND_REGISTERS:
                self._registers.claim(name, self)
        else:
            self._registers.release(self)

    def _next_deadline(self, deadline: float) -> float:
        now = time.monotonic()
        period = self.controller.period
        if now < self._slow_until:
            period = max(period, self._slow_period)
        if now > deadline + period:
            self.late_cycles += 1
        if now > deadline + max(LONGEST_DELAY, period):
            return now
        return deadline + period

    def _serve_until(self, deadline: float) -> None:
        while True:
            left = deadline - time.monotonic()
            events = self._selector.select(max(0.0, left))
            for key, _ in events:
                key.data()
            if left <= 0.0:
                return

    def _is_frozen(self) -> bool:
        if self._frozen_until and time.monotonic() >= self._frozen_until:
            self._frozen_until = 0.0
            for link, serve in self._muted:
                if link.fileno() >= 0:
                    self._selector.register(link, selectors.EVENT_READ, serve)
            self._muted.clear()
        return bool(self._frozen_until)

    def _listen(self, address: str, port: int, accept: Callable[[socket.socket], Connection]) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen()
        except OSError as error:
            raise OSError(error.errno, f"{address}:{port} cannot be served: {error.strerror}") from error
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ, partial(self._accept, listener, accept))
        return listener

    def _accept(self, listener: socket.socket, accept: Callable[[socket.socket], Connection]) -> None:
        with contextlib.suppress(OSError):
            link, _ = listener.accept()
            connection = accept(link)
            self._connections.append(connection)
            self._selector.register(link, selectors.EVENT_READ, partial(self._receive, connection))

    def _accept_rtde(self, link: socket.socket) -> Connection:
        session = RtdeSession(self.controller, self._registers, self._outputs)
        return Connection(link, session.feed, session.package, session.close)

    def _accept_dashboard(self, link: socket.socket) -> Connection:
        connection = Connection(link, LineProtocol(self._dashboard.answer).feed)
        connection.send(GREETING.encode())
        return connection

    def _accept_script(self, link: socket.socket) -> Connection:
        reader = ScriptReader()

        def respond(data: bytes) -> bytes:
            for script in reader.feed(data):
                self._program.load(script)
            return b""

        return Connection(link, respond)

    def _accept_faults(self, link: socket.socket) -> Connection:
        session = FaultSession(self._faults, self.controller)
        connection = Connection(link, session.feed, session.package)
        self._fault_connections.add(connection)
        return connection

    def _receive(self, connection: Connection) -> None:
        # An event served before this one may have closed the connection or frozen the controller.
        is_muted = any(link is connection.link for link, _ in self._muted)
        if connection in self._connections and not is_muted and not connection.receive():
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        if connection.link in self._selector.get_map():
            self._selector.unregister(connection.link)
        self._connections.remove(connection)
        self._fault_connections.discard(connection)
        connection.close()

    def _watch_stream(self, stream: BinaryIO) -> None:
        if not stream.read(RECEIVE_SIZE):
            self.stop()
