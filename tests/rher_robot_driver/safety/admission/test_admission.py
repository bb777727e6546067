# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Each rule of admission, and the chain of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_robot_driver.safety.admission.admission import REPEAT
from rher_robot_driver.safety.admission.chain import AdmissionChain, build_admission_chain
from rher_robot_driver.safety.admission.frame import FrameCheck
from rher_robot_driver.safety.admission.freshness import Freshness
from rher_robot_driver.safety.admission.perception import PerceptionFreshness
from rher_robot_driver.safety.admission.step_cap import StepCap
from rher_robot_driver.safety.admission.writer import SingleWriter
from rher_robot_driver.safety.command import TwistCommand
from rher_robot_driver.safety.parameters import PERCEPTION_UNWATCHED, SafetyParameters

PARAMETERS = SafetyParameters((0.2, -0.3, 0.0), (0.8, 0.3, 0.3), table_height=0.0)
NOW = 10_000_000_000
GOOD = TwistCommand(
    twist=np.array((0.1, 0.0, 0.0, 0.0, 0.0, 0.0)),
    gripper=math.nan,
    frame_id="base_link",
    stamp_ns=NOW,
    writer="policy",
    episode=1,
    step=1,
)


@pytest.fixture
def chain() -> AdmissionChain:
    return make_chain()


def make_chain() -> AdmissionChain:
    """A chain in the episode of the good command."""
    chain = build_admission_chain(PARAMETERS, "policy")
    chain.order.begin(GOOD.episode)
    chain.perception.seen(NOW, NOW)
    return chain


def test_a_good_command_passes_as_it_is(chain: AdmissionChain) -> None:
    admission = chain.admit(GOOD, NOW)
    assert admission.command is GOOD
    assert (admission.changed, admission.reason) == (False, "")
    assert not any(chain.counts.values())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"twist": np.array((0.1, math.nan, 0.0, 0.0, 0.0, 0.0))}, "finite"),
        ({"twist": np.array((0.1, 0.0, 0.0, 0.0, 0.0, -math.inf))}, "finite"),
        ({"twist": np.zeros(3)}, "finite"),
        ({"gripper": math.inf}, "finite"),
        ({"frame_id": "base"}, "frame"),
        ({"frame_id": ""}, "frame"),
        ({"stamp_ns": NOW + 1}, "freshness"),
        ({"stamp_ns": NOW - 250_000_001}, "freshness"),
        ({"writer": "calibration"}, "writer"),
        ({"episode": 0, "step": 99}, "order"),
        ({"episode": 2}, "order"),
        ({"step": 0}, "order"),
        ({"step": 2}, "order"),
    ],
)
def test_each_link_refuses_and_counts(chain: AdmissionChain, change: dict[str, Any], reason: str) -> None:
    admission = chain.admit(replace(GOOD, **change), NOW)
    assert admission.command is None
    assert admission.reason == reason
    assert not admission.repeat
    assert chain.counts[reason] == 1
    assert chain.admit(GOOD, NOW).command is GOOD, "what was refused left no trace"


def test_a_command_of_the_greatest_age_still_passes(chain: AdmissionChain) -> None:
    assert chain.admit(replace(GOOD, stamp_ns=NOW - 250_000_000), NOW).command is not None


def test_the_last_command_sent_again_is_a_repeat_and_no_fault(chain: AdmissionChain) -> None:
    chain.admit(GOOD, NOW)
    again = chain.admit(GOOD, NOW + 100_000_000)
    assert again.command is None
    assert again.repeat
    assert again.reason == REPEAT
    assert chain.counts["order"] == 0


def test_a_command_of_an_earlier_episode_is_refused_after_a_new_one_began(chain: AdmissionChain) -> None:
    chain.admit(GOOD, NOW)
    chain.order.begin(2)
    assert chain.admit(replace(GOOD, step=2), NOW).reason == "order"
    assert chain.admit(replace(GOOD, episode=2), NOW).command is not None


def test_episodes_are_not_negative(chain: AdmissionChain) -> None:
    with pytest.raises(ValueError, match="episode is -1; allowed: 0 or more"):
        chain.order.begin(-1)


@given(turns=st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 6)), max_size=40))
def test_what_is_admitted_is_the_episode_at_hand_without_gaps(turns: list[tuple[int, int]]) -> None:
    chain = make_chain()
    admitted = [
        (episode, step)
        for episode, step in turns
        if chain.admit(replace(GOOD, episode=episode, step=step), NOW).command is not None
    ]
    assert admitted == [(GOOD.episode, step) for step in range(1, len(admitted) + 1)]


def test_the_arm_changes_hands_only_by_the_one_who_holds_it(chain: AdmissionChain) -> None:
    with pytest.raises(ValueError, match="giver is 'calibration'; allowed: 'policy'"):
        chain.writer.hand_over("calibration", "calibration")
    with pytest.raises(ValueError, match="taker is empty"):
        chain.writer.hand_over("policy", "")
    chain.writer.hand_over("policy", "recovery")
    assert chain.admit(GOOD, NOW).reason == "writer"
    assert chain.admit(replace(GOOD, writer="recovery"), NOW).command is not None


def test_a_step_beyond_the_cap_is_scaled_and_reported(chain: AdmissionChain) -> None:
    twist = np.array((0.3, 0.4, 0.0, 0.1, 0.2, 0.3))
    admission = chain.admit(replace(GOOD, twist=twist), NOW)
    assert admission.command is not None
    assert (admission.changed, admission.reason) == (True, "step_cap")
    np.testing.assert_allclose(admission.command.twist, (0.144, 0.192, 0.0, 0.1, 0.2, 0.3), atol=1e-15)
    np.testing.assert_array_equal(twist, (0.3, 0.4, 0.0, 0.1, 0.2, 0.3))


@given(direction=st.floats(-math.pi, math.pi))
def test_a_command_at_full_speed_is_not_changed_by_rounding(direction: float) -> None:
    twist = np.array((0.24 * math.cos(direction), 0.24 * math.sin(direction), 0.0, 0.0, 0.0, 0.0))
    admission = make_chain().admit(replace(GOOD, twist=twist), NOW)
    assert not admission.changed


@given(linear=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3))
def test_no_finite_command_leaves_the_cap(linear: list[float]) -> None:
    twist = np.array([*linear, 0.0, 0.0, 0.0])
    admission = make_chain().admit(replace(GOOD, twist=twist), NOW)
    assert admission.command is not None
    assert math.hypot(*admission.command.twist[:3]) <= 0.24 * (1.0 + 1e-9)


def test_commands_need_a_recent_observation() -> None:
    chain = build_admission_chain(PARAMETERS, "policy")
    chain.order.begin(GOOD.episode)
    assert chain.admit(GOOD, NOW).reason == "perception", "nothing was seen yet"
    chain.perception.seen(NOW - 500_000_001, NOW)
    assert chain.admit(GOOD, NOW).reason == "perception"
    chain.perception.seen(NOW + 500_000_001, NOW)
    assert chain.admit(GOOD, NOW).reason == "perception"
    chain.perception.seen(NOW + 1, NOW)
    assert chain.admit(GOOD, NOW).reason == "perception", "clocks do not agree"
    assert chain.counts["perception"] == 4
    later = replace(GOOD, stamp_ns=NOW + 1)
    assert chain.admit(later, NOW + 1).command is later, "one from far in the future does not stand in the way"
    chain.perception.seen(NOW - 1, NOW + 1)
    assert chain.admit(replace(later, step=2), NOW + 1).command is not None, "a late observation takes nothing back"


def test_a_clock_that_is_set_back_does_not_hold_the_arm_for_as_long() -> None:
    link, minutes = PerceptionFreshness(0.5), 600 * 10**9
    link.seen(minutes, minutes)
    assert link.admit(GOOD, minutes).command is GOOD
    assert link.admit(GOOD, 0).command is None, "nothing was seen at the new time yet"
    link.seen(10**8, 10**8)
    assert link.admit(GOOD, 10**8).command is GOOD


def test_perception_can_be_left_out() -> None:
    chain = build_admission_chain(replace(PARAMETERS, max_perception_age=PERCEPTION_UNWATCHED), "policy")
    chain.order.begin(GOOD.episode)
    assert chain.admit(GOOD, NOW).command is GOOD


def test_links_refuse_wrong_parameters() -> None:
    with pytest.raises(ValueError, match="max_age is 0"):
        Freshness(0.0)
    with pytest.raises(ValueError, match="max_age is -1"):
        PerceptionFreshness(-1.0)
    with pytest.raises(ValueError, match="cap is -1"):
        StepCap(-1.0, 0.1)
    with pytest.raises(ValueError, match="control_period is 0"):
        StepCap(0.025, 0.0)
    with pytest.raises(ValueError, match="writer is empty"):
        SingleWriter("")
    with pytest.raises(ValueError, match="frame_id is empty"):
        FrameCheck("")
