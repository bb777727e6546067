# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How perception does, as one line of /diagnostics."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostic_msgs.msg import DiagnosticStatus, KeyValue
from rher_agent.ros.conversions import NS_PER_S

from rher_perception.objects.estimate import ObjectEstimate
from rher_perception.pipeline import SeenFrame

STATUS_NAME = "perception: objects"
MOST_REASONS = 5
"""As many different ones are told at once."""
MAX_LATENCY = 10.0
"""A capture that seems longer ago is stamped by another clock than this node's [s]."""
CLOCK_SLACK = 2.0
"""A capture that seems to be in the future by less counts as just taken: /clock may come after the picture, and steps
by 1.5 s when a simulation is reset [s]."""


def latency_of(stamp_ns: int, now_ns: int) -> float | None:
    """Return how long ago a capture was [s], never negative; None when its stamp is of another clock.

    Args:
        stamp_ns: Time of the capture [ns].
        now_ns: Of the node's clock [ns].
    """
    latency = (now_ns - stamp_ns) / NS_PER_S
    return max(latency, 0.0) if -CLOCK_SLACK <= latency <= MAX_LATENCY else None


class PerceptionHealth:
    """Counts pictures and keeps what was wrong since the last report."""

    def __init__(self) -> None:
        self._last: SeenFrame | None = None
        self._begin_period()

    def _begin_period(self) -> None:
        self._pictures = 0
        self._latencies: list[float] = []
        self._processing: list[float] = []
        self._clock_error: float | None = None
        self._refused: list[str] = []

    def refused(self, reason: str) -> None:
        """Note why a picture does not count."""
        if reason not in self._refused and len(self._refused) < MOST_REASONS:
            self._refused.append(reason)

    def seen(self, frame: SeenFrame, now_ns: int, processing: float) -> None:
        """Count a picture that was answered.

        Args:
            frame: What it led to.
            now_ns: Time of the answer by the node's clock [ns].
            processing: From the picture's arrival to its answer, in wall time [s].
        """
        self._last = frame
        self._pictures += 1
        self._processing.append(processing)
        latency = latency_of(frame.stamp_ns, now_ns)
        if latency is None:
            self._clock_error = (now_ns - frame.stamp_ns) / NS_PER_S
        else:
            self._latencies.append(latency)

    def report(self, warnings: Sequence[str]) -> DiagnosticStatus:
        """Return the line of the time since the last report; warnings hold for longer than a picture."""
        problems = [*self._refused, *self._lost(), *warnings]
        if self._clock_error is not None:
            problems.append(
                f"captures are {self._clock_error:.3g} s before this node's clock, so that latency is unknown; "
                "allowed: use_sim_time true with a simulation, false with a camera"
            )
        level, message = DiagnosticStatus.OK, f"{self._pictures} pictures answered"
        if problems:
            level, message = DiagnosticStatus.WARN, "; ".join(problems)
        if not self._pictures:
            level, message = DiagnosticStatus.ERROR, "; ".join(["no pictures", *self._refused])
        values = self._values()
        self._begin_period()
        return DiagnosticStatus(
            level=level,
            name=STATUS_NAME,
            message=message,
            values=[KeyValue(key=key, value=str(value)) for key, value in values.items()],
        )

    def _lost(self) -> list[str]:
        return [f"{item.name}: {item.reason}" for item in self._last.objects if not item.tracked] if self._last else []

    def _values(self) -> dict[str, object]:
        values: dict[str, object] = {"pictures": self._pictures}
        for name, times in (("latency", self._latencies), ("processing time", self._processing)):
            if times:
                values[f"{name} mean [s]"] = sum(times) / len(times)
                values[f"{name} greatest [s]"] = max(times)
        if self._last is None or not self._pictures:
            return values  # What was seen before is no news.
        for item in self._last.objects:
            values[f"{item.name}: tracked"] = item.tracked
            values[f"{item.name}: age [s]"] = item.age
        for seen in self._last.observations:
            if isinstance(seen, ObjectEstimate):
                values[f"{seen.name}: source"] = seen.source.value
                values[f"{seen.name}: tags"] = ", ".join(map(str, seen.tags))
                values[f"{seen.name}: residual [pixel]"] = seen.reprojection
        return values
