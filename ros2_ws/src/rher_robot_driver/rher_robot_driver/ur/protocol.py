# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What the driver node and the arm process say to each other: requests one way, reports the other.

The arm process holds the vendor's client alone, because that client can end the process it lives in. Both ends speak
JSON datagrams over a socket pair: one datagram is one message, so nothing is ever read in halves, and the end of either
process is seen by the other as the end of the stream.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from typing import Any

Six = tuple[float, float, float, float, float, float]

ZERO_SIX: Six = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
LARGEST_DATAGRAM = 65536
"""Greatest size of one message [bytes]."""


class Phase(str, Enum):
    """Where the arm process stands."""

    CONNECTING = "connecting"
    """Opening the connections to the controller."""
    CONNECTED = "connected"
    """Measuring; the arm is not ours: no program of ours runs on the controller."""
    ENABLED = "enabled"
    """Our program runs and servos the arm; commands move it unless a stop is held."""
    LOST = "lost"
    """The controller does not answer any more; the process is about to end."""


class SafetyState(str, Enum):
    """What holds the arm still, as ArmState.safety tells it."""

    NORMAL = "normal"
    DISABLED = "disabled"
    STOPPED = "stopped"
    """A link of our own chain holds a stop."""
    PROTECTIVE_STOP = "protective stop"
    EMERGENCY_STOP = "emergency stop"
    FAULT = "fault"
    """The controller reports a safeguard stop, a violation, a fault, or ended our program."""
    LOST = "lost"
    """No link to the controller, or no arm process."""


@dataclass(frozen=True)
class Request:
    """What the node wants. Any request is a sign of life; without one for a while the arm process stops the arm."""


@dataclass(frozen=True)
class Beat(Request):
    """Nothing but a sign of life."""


@dataclass(frozen=True)
class Move(Request):
    """An admitted command: hold a twist for one control period."""

    episode: int
    step: int
    twist: Six
    """Of the TCP in base_link: linear [m/s], then angular [rad/s]."""
    changed: str = ""
    """Admission links that changed the command; empty when none."""


@dataclass(frozen=True)
class Enable(Request):
    """Run pre-flight, and when it passes take the arm."""


@dataclass(frozen=True)
class Disable(Request):
    """Bring the arm to rest and end our program; measuring goes on."""


@dataclass(frozen=True)
class Stop(Request):
    """Brake along the path and hold."""

    reason: str


@dataclass(frozen=True)
class Recover(Request):
    """End a stop, unlock a protective stop, end what program still runs, take the arm. It rests until the next Move."""

    reason: str


@dataclass(frozen=True)
class Quit(Request):
    """Bring the arm to rest, end our program, disconnect and end the process."""


@dataclass(frozen=True)
class Check:
    """One line of the pre-flight list."""

    name: str
    passed: bool
    found: str
    """What was found."""
    mend: str = ""
    """What to do about it; empty when it passed."""


@dataclass(frozen=True)
class Report:
    """What the arm process tells."""


@dataclass(frozen=True)
class Answer(Report):
    """The outcome of an Enable, Disable or Recover."""

    to: str
    """Name of the request, as in 'Enable'."""
    done: bool
    message: str
    """What happened, for people."""
    checks: tuple[Check, ...] = ()
    """Of an Enable: the whole pre-flight list."""


@dataclass(frozen=True)
class Measured:
    """The arm as the controller measures it, in base_link."""

    q: Six
    """Joint positions [rad]."""
    qd: Six
    """Joint speeds [rad/s]."""
    tcp_position: tuple[float, float, float]
    """[m]."""
    tcp_orientation: tuple[float, float, float, float]
    """Unit quaternion (w, x, y, z)."""
    tcp_twist: Six
    """Linear [m/s], then angular [rad/s]."""
    wrench: Six
    """On the TCP: force [N], then torque [N m]."""
    robot_mode: int = 0
    safety_mode: int = 0
    runtime_state: int = 0
    speed_scaling: float = 1.0


NOTHING_MEASURED = Measured(ZERO_SIX, ZERO_SIX, (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0), ZERO_SIX, ZERO_SIX)
"""Stands in a State from before the first measurement."""


@dataclass(frozen=True)
class Statistics:
    """How well the servo loop keeps time, since the arm was enabled."""

    ticks: int = 0
    late_ticks: int = 0
    """Cycles of the controller for which the loop came too late to send a setpoint."""
    period_mean: float = 0.0
    """[s]."""
    period_deviation: float = 0.0
    """Standard deviation [s]."""
    period_p99: float = 0.0
    """Below which 99 of 100 periods are, to a fiftieth of a period [s]."""
    period_longest: float = 0.0
    """[s]."""


@dataclass(frozen=True)
class State(Report):
    """The arm now. Sent at the report rate, and at the end of every control period that a Move began."""

    stamp_ns: int
    """CLOCK_MONOTONIC of the machine when it was measured [ns]."""
    phase: Phase
    safety: SafetyState
    reason: str
    """Which stop or fault holds the arm; with period_end also which limits changed the motion; empty when none."""
    measured: Measured
    period_end: bool = False
    """Whether a control period ended with this state: after a Move, and again each period while none comes."""
    episode: int = 0
    step: int = 0
    """The Move whose period ended."""
    executed_twist: Six = ZERO_SIX
    """Over the period: the twist asked for, or the mean commanded one when a limit changed it."""
    clipped: bool = False
    """Whether a limit, or admission, changed the motion asked for in the period."""
    stopped: bool = False
    """Whether the motion was stopped at any time of the period."""
    commanded_position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Of the TCP by the setpoint sent last [m]."""
    limit_counts: dict[str, int] = field(default_factory=dict)
    """For each link of the motion chain, how often it acted."""
    statistics: Statistics = Statistics()


_MESSAGES: dict[str, type[Request] | type[Report]] = {
    cls.__name__: cls for cls in (Beat, Move, Enable, Disable, Stop, Recover, Quit, Answer, State)
}


def encode(message: Request | Report) -> bytes:
    """Return a message as a datagram. Floats cross unchanged, NaN included."""
    return json.dumps([type(message).__name__, asdict(message)]).encode()


def decode(datagram: bytes) -> Request | Report:
    """Return the message of a datagram.

    Raises:
        ValueError: The datagram holds no message.
    """
    try:
        name, values = json.loads(datagram)
        cls = _MESSAGES[name]
        unknown = set(values) - {item.name for item in fields(cls)}
        if unknown:
            raise ValueError(f"{name} has no {', '.join(sorted(unknown))}")
        return cls(**{key: _restore(key, value) for key, value in values.items()})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"datagram {datagram[:80]!r} holds no message: {error}") from error


def _restore(key: str, value: Any) -> Any:
    """Return a value of JSON in the type of its field."""
    if key == "measured":
        return Measured(**{name: _frozen(item) for name, item in value.items()})
    if key == "statistics":
        return Statistics(**value)
    if key == "phase":
        return Phase(value)
    if key == "safety":
        return SafetyState(value)
    if key == "checks":
        return tuple(Check(**item) for item in value)
    return _frozen(value)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
