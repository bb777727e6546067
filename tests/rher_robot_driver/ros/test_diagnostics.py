# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A computer too slow for its arm says so; an arm that is held says that first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from diagnostic_msgs.msg import DiagnosticStatus
from rher_robot_driver.ros.diagnostics import MissedCycles, arm_status, too_slow
from rher_robot_driver.ur.protocol import NOTHING_MEASURED, Phase, SafetyState, State, Statistics

NORMAL = State(0, Phase.ENABLED, SafetyState.NORMAL, "", NOTHING_MEASURED)


def test_missed_cycles_are_counted_from_look_to_look():
    missed = MissedCycles()
    assert missed.share(Statistics()) == 0.0
    assert missed.share(Statistics(ticks=60, late_ticks=40)) == pytest.approx(0.4)
    assert missed.share(Statistics(ticks=160, late_ticks=40)) == 0.0
    assert missed.share(Statistics(ticks=10, late_ticks=10)) == pytest.approx(0.5), "the arm was enabled anew"


def test_few_missed_cycles_are_no_warning():
    assert too_slow(0.05, 500) == ""
    assert too_slow(0.41, 500).startswith("41% of the controller's 500 cycles a second are missed")


def test_the_arm_warns_of_missed_cycles_unless_something_holds_it():
    slow = too_slow(0.5, 125)
    assert arm_status(NORMAL, "ur5e").level == DiagnosticStatus.OK
    warned = arm_status(NORMAL, "ur5e", slow)
    assert warned.level == DiagnosticStatus.WARN
    assert warned.message == f"moves on command, but {slow}"
    held = arm_status(replace(NORMAL, safety=SafetyState.LOST, reason="no answer"), "ur5e", slow)
    assert held.level == DiagnosticStatus.ERROR
    assert "too busy" not in held.message
