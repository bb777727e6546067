# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The diagnostics of perception: no pictures, latency by the right clock and by another, reasons, sources."""

from __future__ import annotations

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rher_perception.geometry import Pose
from rher_perception.objects.estimate import ObjectEstimate, Source
from rher_perception.pipeline import SeenFrame
from rher_perception.ros.perception_health import MOST_REASONS, PerceptionHealth, latency_of
from rher_perception.tracking.frame_guard import FrameVerdict
from rher_perception.tracking.tracker import TrackedObject

STAMP_NS = 1_700_000_000 * 10**9
MS = 10**6


def frame(tracked: bool = True) -> SeenFrame:
    nothing, reason = np.zeros(3), "" if tracked else "lost, unseen for 0.60 s: no tag is visible"
    item = TrackedObject("cube", STAMP_NS, Pose.identity(), nothing, nothing, np.eye(6), tracked, 0.0, reason)
    seen = ObjectEstimate("cube", STAMP_NS, Pose.identity(), np.eye(6), Source.TAGS, (0, 3), 0.12)
    return SeenFrame(STAMP_NS, FrameVerdict.FRESH, (item,), (seen,))


def values(status: DiagnosticStatus) -> dict[str, str]:
    return {pair.key: pair.value for pair in status.values}


def test_latency_is_never_negative_and_never_that_of_another_clock() -> None:
    assert latency_of(STAMP_NS, STAMP_NS + 20 * MS) == pytest.approx(0.020)
    assert latency_of(STAMP_NS, STAMP_NS - 100 * MS) == 0.0
    assert latency_of(STAMP_NS, STAMP_NS - 2001 * MS) is None
    assert latency_of(3 * 10**9, STAMP_NS) is None


def test_pictures_are_counted_with_their_times_and_sources() -> None:
    health = PerceptionHealth()
    for ms in (10, 30):
        health.seen(frame(), STAMP_NS + ms * MS, 0.004)
    status = health.report(())
    assert (status.level, status.message) == (DiagnosticStatus.OK, "2 pictures answered")
    told = values(status)
    assert float(told["latency mean [s]"]) == pytest.approx(0.020)
    assert float(told["latency greatest [s]"]) == pytest.approx(0.030)
    assert float(told["processing time mean [s]"]) == pytest.approx(0.004)
    assert told["cube: source"] == "tags"
    assert told["cube: tags"] == "0, 3"
    after = health.report(())
    assert (after.level, after.message) == (DiagnosticStatus.ERROR, "no pictures")
    assert values(after) == {"pictures": "0"}


def test_stamps_of_another_clock_give_a_hint_in_place_of_a_latency() -> None:
    health = PerceptionHealth()
    health.seen(frame(), 5 * 10**9, 0.004)
    status = health.report(())
    assert status.level == DiagnosticStatus.WARN
    assert "use_sim_time" in status.message
    assert "latency mean [s]" not in values(status)


def test_every_reason_is_told_once_and_never_too_many() -> None:
    health = PerceptionHealth()
    for k in (0, 0, *range(2 * MOST_REASONS)):
        health.refused(f"reason {k}")
    health.seen(frame(tracked=False), STAMP_NS, 0.004)
    message = health.report(("the calibration is old",)).message
    assert message.count("reason") == MOST_REASONS
    assert message.count("reason 0") == 1
    assert "cube: lost" in message
    assert message.endswith("the calibration is old")
