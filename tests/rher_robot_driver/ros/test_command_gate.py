# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of commands: on to the arm, answered without motion, or refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_robot_driver.ros.command_gate import CommandGate, Fate
from rher_robot_driver.safety.admission.chain import build_admission_chain
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.parameters import SafetyParameters

NOW = 1_000_000_000_000
STALE_NS = 250_000_000


def make_gate(max_perception_age: float = 0.0, *, held: bool = False) -> CommandGate:
    parameters = SafetyParameters(
        workspace_lower=(0.25, -0.25, 0.015),
        workspace_upper=(0.75, 0.25, 0.25),
        table_height=0.0,
        max_perception_age=max_perception_age,
    )
    gate = CommandGate(build_admission_chain(parameters, "policy"), parameters.stale_age)
    if not held:
        gate.release()
    return gate


def command(
    episode: int, step: int, *, writer: str = "policy", stamp_ns: int = NOW, speed: float = 0.1
) -> TwistCommand:
    return TwistCommand(
        twist=np.array((speed, 0.0, 0.0, 0.0, 0.0, 0.0)),
        gripper=math.nan,
        frame_id="base_link",
        stamp_ns=stamp_ns,
        writer=writer,
        episode=episode,
        step=step,
    )


def fates(gate: CommandGate, *steps: tuple[int, int]) -> list[Fate]:
    return [gate.judge(command(*step), NOW).fate for step in steps]


def test_an_episode_passes_in_its_order():
    gate = make_gate()
    verdict = gate.judge(command(7, 1), NOW)
    assert verdict.fate is Fate.MOVE
    assert verdict.move is not None
    assert (verdict.move.episode, verdict.move.step) == (7, 1)
    assert verdict.move.twist == (0.1, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert fates(gate, (7, 2), (7, 2), (7, 4), (7, 3)) == [Fate.MOVE, Fate.REPEAT, Fate.REFUSED, Fate.MOVE]
    assert gate.counts == {"move": 3, "repeat": 1, "held": 0, "refused": 1}


def test_a_changed_command_says_what_changed_it():
    move = make_gate().judge(command(1, 1, speed=0.5), NOW).move
    assert move is not None
    assert move.changed == "step_cap"
    assert move.twist[0] == pytest.approx(0.24)


def test_nothing_moves_before_the_arm_is_known():
    verdict = make_gate(held=True).judge(command(1, 1), NOW)
    assert verdict.fate is Fate.HELD
    assert verdict.move is None
    assert "not known yet" in verdict.reason


def test_a_stop_spoils_the_episode_and_no_other():
    gate = make_gate()
    assert fates(gate, (1, 1), (1, 2)) == [Fate.MOVE, Fate.MOVE]
    gate.hold("protective stop")
    verdict = gate.judge(command(1, 3), NOW)
    assert (verdict.fate, verdict.reason) == (Fate.HELD, "protective stop")
    gate.release()
    verdict = gate.judge(command(1, 4), NOW)
    assert (verdict.fate, verdict.reason) == (Fate.HELD, "episode 1 is over: protective stop")
    assert fates(gate, (2, 1), (2, 2)) == [Fate.MOVE, Fate.MOVE]


def test_a_stop_between_two_commands_spoils_the_episode_too():
    gate = make_gate()
    assert fates(gate, (1, 1)) == [Fate.MOVE]
    gate.hold("measured_speed")
    gate.release()
    assert fates(gate, (1, 2), (2, 1)) == [Fate.HELD, Fate.MOVE]


def test_an_episode_that_begins_while_the_arm_is_held_is_spoilt():
    gate = make_gate()
    gate.hold("disabled")
    assert fates(gate, (3, 1)) == [Fate.HELD]
    gate.release()
    assert fates(gate, (3, 1), (3, 2), (4, 1)) == [Fate.HELD, Fate.HELD, Fate.MOVE]


def test_a_stop_before_any_episode_spoils_none():
    gate = make_gate()
    gate.hold("disabled")
    gate.release()
    assert fates(gate, (0, 1)) == [Fate.MOVE]


def test_a_restarted_policy_may_use_the_number_again_but_not_of_a_spoilt_episode():
    gate = make_gate()
    assert fates(gate, (0, 1), (0, 2), (0, 1), (0, 2)) == [Fate.MOVE] * 4
    gate.hold("a stop")
    gate.release()
    assert fates(gate, (0, 1), (0, 2), (1, 1)) == [Fate.HELD, Fate.HELD, Fate.MOVE]


@pytest.mark.parametrize(
    ("foreign", "link"),
    [
        (command(9, 1, writer="calibration"), "writer"),
        (command(0, 1, stamp_ns=NOW - STALE_NS - 1), "freshness"),
        (command(9, 1, stamp_ns=NOW + 1), "freshness"),
        (command(9, 1, speed=math.nan), "finite"),
    ],
)
def test_a_first_step_that_is_refused_ends_no_episode(foreign, link):
    gate = make_gate()
    assert fates(gate, (1, 1)) == [Fate.MOVE]
    verdict = gate.judge(foreign, NOW)
    assert verdict.fate is Fate.REFUSED
    assert f"admission link '{link}'" in verdict.reason
    if link != "finite":
        assert fates(gate, (1, 2)) == [Fate.MOVE]


def test_a_command_without_sight_is_answered_as_stopped_and_ends_the_episode():
    gate = make_gate(max_perception_age=0.5)
    gate.admission.perception.seen(NOW, NOW)
    assert fates(gate, (1, 1)) == [Fate.MOVE]
    later = NOW + 600_000_000
    verdict = gate.judge(command(1, 2, stamp_ns=later), later)
    assert verdict.fate is Fate.HELD
    assert "not seen" in verdict.reason
    gate.admission.perception.seen(later, later)
    assert gate.judge(command(1, 3, stamp_ns=later), later).fate is Fate.HELD, "the episode is spoilt"
    assert gate.judge(command(2, 1, stamp_ns=later), later).fate is Fate.MOVE


@pytest.mark.parametrize(("episode", "step"), [(1, 2), (2, 1)])
def test_a_command_that_was_decided_too_long_ago_is_answered_as_stopped_and_ends_the_episode(episode, step):
    gate = make_gate()
    assert fates(gate, (1, 1)) == [Fate.MOVE]
    verdict = gate.judge(command(episode, step, stamp_ns=NOW - 2 * STALE_NS), NOW)
    assert verdict.fate is Fate.HELD
    assert verdict.move is None
    assert "0.50 s old" in verdict.reason
    assert fates(gate, (episode, step + 1), (3, 1)) == [Fate.HELD, Fate.MOVE]


def test_an_old_command_that_comes_again_changes_nothing():
    gate = make_gate()
    assert fates(gate, (1, 1), (2, 1)) == [Fate.MOVE, Fate.MOVE]
    assert gate.judge(command(2, 1, stamp_ns=NOW - 2 * STALE_NS), NOW).fate is Fate.REPEAT
    assert gate.judge(command(1, 1, stamp_ns=NOW - 2 * STALE_NS), NOW).fate is Fate.REFUSED
    assert fates(gate, (2, 2)) == [Fate.MOVE]


def test_who_does_not_hold_the_arm_is_refused_without_sight_too():
    gate = make_gate(max_perception_age=0.5)
    assert gate.judge(command(1, 1, writer="calibration"), NOW).fate is Fate.REFUSED


def test_holding_needs_a_reason():
    with pytest.raises(ValueError, match="reason is empty"):
        make_gate().hold("")


def test_after_a_hand_over_a_late_first_command_of_a_lower_episode_is_answered_and_not_refused():
    gate = make_gate()
    gate.hand_over("episode_manager")
    assert gate.judge(command(2**31, 1, writer="episode_manager"), NOW).fate is Fate.MOVE
    gate.hand_over("policy")
    late = gate.judge(command(3, 1, stamp_ns=NOW - 2 * STALE_NS), NOW)
    assert late.fate is Fate.HELD
    assert "0.50 s old" in late.reason
    assert fates(gate, (3, 2), (4, 1)) == [Fate.HELD, Fate.MOVE]
    assert gate.judge(command(3, 1, stamp_ns=NOW - 2 * STALE_NS), NOW).fate is Fate.REFUSED


def test_a_hand_over_spoils_the_episode_at_hand():
    gate = make_gate()
    assert fates(gate, (1, 1)) == [Fate.MOVE]
    gate.hand_over("calibration")
    assert fates(gate, (1, 2)) == [Fate.REFUSED]
    gate.hand_over("policy")
    verdict = gate.judge(command(1, 2), NOW)
    assert verdict.fate is Fate.HELD
    assert "episode 1 is over: 'policy' handed the arm over to 'calibration'" in verdict.reason


def test_who_lent_the_arm_is_told_that_it_is_held():
    gate = make_gate()
    assert fates(gate, (1, 1)) == [Fate.MOVE]
    gate.lend("reset", "a reset took the arm")
    # What the arm had not begun is never answered otherwise.
    assert gate.judge(command(1, 1), NOW).fate is Fate.HELD
    verdict = gate.judge(command(1, 2), NOW)
    assert (verdict.fate, verdict.reason) == (Fate.HELD, "episode 1 is over: a reset took the arm")
    # Also one that is late, begins the next episode, or comes again because its answer was lost.
    assert gate.judge(command(1, 3, stamp_ns=NOW - 2 * STALE_NS), NOW).fate is Fate.HELD
    assert fates(gate, (2, 1), (2, 1)) == [Fate.HELD, Fate.HELD]
    gate.take_back()
    assert fates(gate, (2, 1), (2, 2), (3, 1), (3, 1)) == [Fate.HELD, Fate.HELD, Fate.MOVE, Fate.REPEAT]


@pytest.mark.parametrize("writer", ["calibration", "reset"])
def test_a_lent_arm_obeys_nobody_else(writer):
    gate = make_gate()
    gate.lend("reset", "a reset took the arm")
    for step in ((1, 1), (2, 1)):
        verdict = gate.judge(command(*step, writer=writer), NOW)
        assert (verdict.fate, verdict.reason) == (Fate.REFUSED, "'policy' has lent the arm: a reset took the arm")


def test_an_arm_is_lent_once_at_a_time():
    gate = make_gate()
    with pytest.raises(ValueError, match="the arm is not lent"):
        gate.take_back()
    gate.lend("reset", "a reset took the arm")
    for give_away in (lambda: gate.lend("other", "another reason"), lambda: gate.hand_over("episode_manager")):
        with pytest.raises(ValueError, match="the arm is lent by 'policy'"):
            give_away()
    gate.take_back()
    gate.hand_over("episode_manager")
    assert gate.admission.writer.holder == "episode_manager"
