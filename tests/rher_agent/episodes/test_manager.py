# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The episode manager over a table of plain geometry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rher_agent.episodes.manager import ARM_SILENCE, FAILURES, PAUSED, RETRY, SERVICE_PATIENCE
from rher_agent.episodes.orders import HandOver
from rher_agent.episodes.phases import Phase
from rher_agent.episodes.readings import ArmReading
from transforms3d.quaternions import axangle2quat, qmult

from tests.rher_agent.episodes.table import CUBE_TOP, PERIOD, TASK, Table

P = TASK.parameters
FAR = {"tcp": (0.40, -0.10, 0.025)}
"""Where the arm may begin: at the tool height, clear of the cube, in the square."""
OUT_OF_REACH = (0.75, 0.0)


def test_nothing_happens_until_an_episode_is_asked_for():
    table = Table()
    assert table.watch(1.0) == 0.0
    assert table.manager.phase is Phase.IDLE
    assert table.holder == "policy"


def test_an_arm_that_stands_well_begins_from_where_it_stands():
    table = Table(**FAR).want().run_to(Phase.READY)
    assert not table.commands
    assert table.holder == "policy"
    assert table.manager.counts.episodes == 1
    assert table.cube.tolist() == [0.5, 0.05]


@pytest.mark.parametrize(
    "tcp", [(0.46, 0.05, 0.025), (0.40, -0.10, 0.06), (0.265, -0.05, 0.025)], ids=["at the cube", "high", "outside"]
)
def test_an_arm_that_does_not_stand_well_goes_over_the_cube_to_where_the_task_draws(tcp):
    table = Table(tcp=tcp).want(seed=3).run_to(Phase.READY)
    assert table.tcp[2] == pytest.approx(TASK.tool_height, abs=0.003)
    assert np.linalg.norm(table.tcp[:2] - table.cube) > P.tcp_clearance - 0.003
    assert np.abs(table.tcp[:2] - P.center).max() <= P.square / 2.0 + 0.003
    assert table.manager.counts.starts_moved == 1
    assert table.cube == pytest.approx((0.5, 0.05), abs=1e-3)


def test_the_same_seed_over_the_same_table_gives_the_same_episode():
    first, again = (Table().want(seed=7).run_to(Phase.READY) for _ in range(2))
    other = Table().want(seed=8).run_to(Phase.READY)
    assert np.array_equal(first.begun[0].goal, again.begun[0].goal)
    assert np.array_equal(first.tcp, again.tcp)
    assert not np.array_equal(first.begun[0].goal, other.begun[0].goal)


def test_the_goal_is_that_of_the_task_for_where_the_object_lies():
    table = Table(**FAR).want(seed=7).run_to(Phase.READY)
    lies = np.array(((*table.cube, TASK.tool_height),))
    assert np.array_equal(table.begun[0].goal, TASK.sample_goal(np.random.default_rng(7), lies))


def test_a_goal_that_is_asked_for_is_taken():
    goal = np.array(((0.55, 0.10, 0.025),))
    assert Table(**FAR).want(goal=goal).run_to(Phase.READY).begun[0].goal is goal


@pytest.mark.parametrize("cube", [(0.67, 0.05), (0.5, -0.17), (0.325, 0.175), (0.67, -0.17)])
def test_an_object_outside_is_pushed_well_inside(cube):
    table = Table(cube=cube, **FAR).want().run_to(Phase.READY)
    inset = P.square / 2.0 - np.abs(table.cube - P.center).max()
    assert inset == pytest.approx(0.05, abs=0.01)
    assert table.manager.counts.starts_moved == 0, "the episode begins behind it"
    counts = table.manager.counts
    assert (counts.pushes_tried, counts.pushes_succeeded, counts.operator_calls) == (1, 1, 0)


def test_the_operator_is_asked_when_pushes_do_not_help_and_the_arm_is_parked():
    table = Table(cube=(0.67, 0.05), pushes=2, **FAR)
    table.is_slippery = True
    table.want().run_to(Phase.ASKING)
    assert table.manager.counts.pushes_tried == 2
    assert table.manager.counts.pushes_succeeded == 0
    assert "did not come back from [0.67, 0.05] m" in table.manager.needed
    assert table.tcp == pytest.approx(table.manager.workspace.park, abs=0.003)


def test_an_operator_call_ends_only_by_the_operator():
    table = Table(cube=OUT_OF_REACH, **FAR).want()
    assert table.manager.resume(table.now) == (False, "nobody is asked for; the episode manager is taking the arm")
    table.run_to(Phase.ASKING)
    assert "out of reach at [0.75, 0.0] m" in table.manager.needed
    assert table.manager.counts.operator_calls == 1
    table.cube = np.array((0.5, 0.1))
    assert table.watch(60.0) == 0.0
    assert table.manager.phase is Phase.ASKING
    table.want(seed=5)
    assert table.watch(5.0) == 0.0
    assert table.manager.resume(table.now)[0]
    assert not table.manager.needed
    table.run_to(Phase.READY)
    assert table.manager.counts.operator_calls == 1


def test_an_object_that_the_arm_hides_is_seen_once_it_is_out_of_the_way():
    table = Table(cube=(0.5, 0.05), tcp=(0.60, 0.05, 0.11))
    table.is_hidden = True
    table.want().run_to(Phase.STEPPING_ASIDE).run_to(Phase.LOOKING)
    table.is_hidden = False
    table.run_to(Phase.READY)
    assert table.manager.counts.operator_calls == 0


def test_an_object_that_stays_unseen_is_asked_for():
    table = Table()
    table.is_hidden = True
    table.want().run_to(Phase.ASKING)
    assert "not seen" in table.manager.needed


@pytest.mark.parametrize("seed", range(20))
def test_after_a_start_that_hides_the_object_the_next_one_is_far_from_it(seed):
    """As before a camera at the far end of the table: the arm hides what lies behind it, along a strip."""
    table = Table(cube=(0.37, 0.12), tcp=(0.45, 0.11, 0.025))
    table.want(seed)

    def hidden_by_an_arm_before_it():
        x, y, z = table.tcp
        table.is_hidden = z < CUBE_TOP and x > table.cube[0] and abs(y - table.cube[1]) < 0.08
        return table.manager.phase is Phase.READY

    table.run(hidden_by_an_arm_before_it)
    assert table.manager.counts.starts_moved == 1
    assert table.manager.counts.operator_calls == 0


def test_starts_at_which_the_object_is_hidden_are_given_up_in_the_end():
    table = Table(starts=3)
    table.want()

    def hidden_by_a_low_arm():
        table.is_hidden = table.tcp[2] < CUBE_TOP
        return table.manager.phase is Phase.ASKING

    table.run(hidden_by_a_low_arm, 300.0)
    assert table.manager.counts.starts_moved == 3
    assert "no start of the arm" in table.manager.needed


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.RECOVERING, Phase.LOOKING])
def test_nothing_moves_while_something_holds_the_arm_and_it_rises_first(phase, caplog):
    table = Table(cube=(0.67, 0.05) if phase is Phase.RECOVERING else (0.5, 0.05)).want().run_to(phase)
    table.watch(PERIOD)
    table.held = "stopped by a person"
    table.tick()
    assert table.watch(30.0) == 0.0
    assert table.manager.waiting == "stopped by a person"
    assert sum("stopped by a person" in record.message for record in caplog.records) == 1
    table.held = ""
    table.phases.clear()
    first = len(table.commands)
    table.run_to(Phase.READY)
    assert table.phases[:3] == [Phase.TAKING, Phase.RISING, Phase.LOOKING]
    assert table.commands[first].twist[2] > 0.0
    assert table.manager.counts.held_waits == 1


def test_what_a_hold_interrupts_does_not_count_as_an_attempt():
    table = Table(cube=(0.67, 0.05), pushes=2).want()
    for _ in range(4):
        table.run_to(Phase.RECOVERING).watch(PERIOD)
        table.held = "stopped by a person"
        table.watch(1.0)
        table.held = ""
    table.run_to(Phase.READY)
    counts = table.manager.counts
    assert (counts.pushes_tried, counts.pushes_succeeded, counts.operator_calls) == (5, 1, 0)


def test_an_arm_that_was_held_between_two_episodes_rises_before_the_next():
    table = Table(**FAR).want().run_to(Phase.READY)
    table.held = "protective stop"
    table.watch(1.0)
    table.held = ""
    table.watch(1.0)
    table.want(seed=1).run_to(Phase.READY)
    assert Phase.RISING in table.phases
    assert table.manager.counts.held_waits == 0


def test_a_silent_driver_counts_as_held():
    table = Table(cube=(0.67, 0.05)).want().run_to(Phase.RECOVERING)
    assert table.manager.advance(table.now + 2.0 * ARM_SILENCE) is None
    assert table.manager.waiting == "nothing is heard of the driver"
    table.run_to(Phase.READY)


def test_an_arm_that_is_held_on_its_way_to_the_parking_place_asks_where_it_stands():
    table = Table(cube=OUT_OF_REACH).want().run_to(Phase.PARKING)
    table.watch(PERIOD)
    table.held = "stopped by a person"
    table.run_to(Phase.ASKING)
    table.held = ""
    assert table.watch(10.0) == 0.0


def test_a_lost_camera_is_waited_for():
    table = Table(cube=(0.67, 0.05)).want().run_to(Phase.RECOVERING)
    table.camera_is_off = True
    table.watch(2.0)
    assert table.watch(10.0) == 0.0
    assert table.manager.waiting == "no picture of the table comes"
    table.camera_is_off = False
    table.run_to(Phase.READY)
    assert table.manager.counts.operator_calls == 0


def test_what_a_lost_camera_interrupts_does_not_count_as_an_attempt():
    table = Table(cube=(0.67, 0.05), pushes=2).want()
    for _ in range(4):
        table.run_to(Phase.RECOVERING).watch(PERIOD)
        table.camera_is_off = True
        table.run_to(Phase.LOOKING)
        table.camera_is_off = False
    table.run_to(Phase.READY)
    assert table.manager.counts.operator_calls == 0
    assert table.manager.counts.pushes_succeeded == 1


def test_a_camera_that_stays_lost_is_a_matter_for_the_operator():
    table = Table(camera_patience=5.0)
    table.camera_is_off = True
    table.want().run_to(Phase.ASKING)
    assert "camera" in table.manager.needed


def test_late_steps_do_not_end_a_motion():
    table = Table(cube=(0.67, 0.05))
    table.stop_every = 5
    table.want().run_to(Phase.READY)
    assert table.manager.counts.pushes_tried == 1


def test_an_arm_that_does_not_follow_is_a_matter_for_the_operator():
    table = Table()
    table.is_jammed = True
    table.want().run_to(Phase.ASKING)
    assert table.manager.needed.startswith("the arm does not follow: no progress")
    assert table.phases.count(Phase.TAKING) + table.phases.count(Phase.STARTING) >= FAILURES


def test_a_refused_command_is_tried_again():
    table = Table().want().run_to(Phase.STARTING)
    table.manager.refused("admission link 'writer'", table.now)
    assert table.manager.phase is Phase.TAKING
    table.run_to(Phase.READY)


def test_a_driver_that_does_not_answer_or_refuses_is_asked_again():
    table = Table().want()
    manager = table.manager
    manager.hear(_at_rest(table))
    assert manager.advance(table.now) == HandOver("episode_manager")
    assert manager.advance(table.now + 0.9 * SERVICE_PATIENCE) is None
    manager.hear(_at_rest(table, SERVICE_PATIENCE))
    assert manager.advance(table.now + 1.1 * SERVICE_PATIENCE) == HandOver("episode_manager")
    later = table.now + 1.2 * SERVICE_PATIENCE
    manager.answered("policy", True, "", later)
    assert manager.phase is Phase.TAKING
    manager.answered("episode_manager", False, "a reset is under way", later)
    assert manager.advance(later + 0.5 * RETRY) is None
    assert manager.advance(later + 1.1 * RETRY) == HandOver("episode_manager")


def _at_rest(table, after=0.0):
    return ArmReading(table.now + after, table.tcp, table.orientation, 0.0)


def test_a_tilted_tool_is_no_start():
    table = Table(**FAR)
    table.orientation = qmult(axangle2quat((0, 1, 0), 0.05), table.orientation)
    table.want().run_to(Phase.STARTING)


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.floats(0.27, 0.73), st.floats(-0.23, 0.23)),
    st.tuples(st.floats(0.27, 0.73), st.floats(-0.23, 0.23), st.floats(0.02, 0.24)),
    st.integers(0, 2**31 - 1),
    st.integers(0, 7),
)
def test_no_command_is_faster_than_the_task_or_leads_out_of_the_box(cube, tcp, seed, stop_every):
    table = Table(cube=cube, tcp=tcp)
    table.stop_every = 0 if stop_every < 2 else stop_every
    table.want(seed=seed).run_to(Phase.READY, Phase.ASKING)
    lower, upper = TASK.tcp_box
    for command in table.commands:
        assert np.linalg.norm(command.twist[:3]) <= P.v_max * (1.0 + 1e-9)
    for place in table.way:
        assert (place[:2] >= lower).all() and (place[:2] <= upper).all()
    if table.manager.phase is Phase.READY:
        assert np.abs(table.cube - P.center).max() <= P.square / 2.0
        assert np.linalg.norm(table.tcp[:2] - table.cube) >= P.tcp_clearance - 0.005


def test_in_a_pause_nothing_moves_whatever_is_enabled_or_asked_for():
    table = Table().want().run_to(Phase.STARTING)
    table.manager.paused = True
    table.tick()
    assert table.watch(2.0) == 0.0
    assert table.manager.waiting == PAUSED
    table.held = "the arm is disabled"
    assert table.watch(2.0) == 0.0
    table.held = ""
    table.want(seed=5)
    assert table.watch(20.0) == 0.0
    assert not table.manager.counts.episodes
    table.manager.paused = False
    table.run_to(Phase.RISING).run_to(Phase.READY)


def test_failures_count_only_in_a_row():
    table = Table(starts=10).want()
    for _ in range(FAILURES + 1):
        table.run_to(Phase.STARTING)
        # After each it rises before it tries again, and that succeeds.
        table.manager.refused("a hiccup", table.now)
    table.run_to(Phase.READY, Phase.ASKING)
    assert table.manager.phase is Phase.READY
