# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.episodes.motion import (
    ELSEWHERE,
    FIRST_EPISODE,
    LATE,
    PAUSE,
    RESEND,
    SILENCE,
    EpisodeNumbers,
    Motion,
    MotionFailedError,
)
from rher_agent.episodes.mover import PATIENCE, TOOL_DOWN, Mover
from rher_agent.episodes.paths import Leg
from rher_agent.episodes.readings import ArmReading

THERE = np.array((1.0, 0.0, 0.0))


@pytest.fixture
def motion():
    return Motion(Mover([Leg(THERE, 0.1)], 0.3, 0.1), EpisodeNumbers())


def arm(x=0.0, episode=0, step=0, stopped=""):
    return ArmReading(0.0, np.array((x, 0.0, 0.0)), TOOL_DOWN, 0.0, episode=episode, step=step, stopped=stopped)


def answer(command, x=0.0, stopped=""):
    return arm(x, command.episode, command.step, stopped)


def test_the_next_step_follows_the_answer_to_the_one_before(motion):
    first = motion.advance(arm(), 0.0)
    assert (first.episode, first.step) == (FIRST_EPISODE, 1)
    motion.hear(arm(0.1, 7, 3))
    assert motion.advance(arm(0.1), 0.1) is None
    motion.hear(answer(first, 0.1))
    second = motion.advance(arm(0.1), 0.1)
    assert (second.episode, second.step) == (FIRST_EPISODE, 2)


def test_a_command_without_an_answer_is_sent_again_and_given_up_in_the_end(motion):
    first = motion.advance(arm(), 0.0)
    assert motion.advance(arm(), 0.9 * RESEND) is None
    assert motion.advance(arm(), 1.1 * RESEND) is first
    assert motion.advance(arm(), 1.2 * RESEND) is None
    with pytest.raises(MotionFailedError, match="no answer from the driver"):
        motion.advance(arm(), 1.1 * SILENCE)


def test_after_a_stopped_step_another_episode_begins(motion):
    first = motion.advance(arm(), 0.0)
    motion.hear(answer(first, stopped="late"))
    assert motion.advance(arm(), 0.9 * PAUSE) is None
    second = motion.advance(arm(), 1.1 * PAUSE)
    assert (second.episode, second.step) == (FIRST_EPISODE + 1, 1)


def test_too_many_stopped_steps_in_a_row_end_the_motion(motion):
    for number in range(2 * LATE):
        motion.hear(answer(motion.advance(arm(), PAUSE), stopped="late" if number % 2 else ""))
    for _ in range(LATE - 1):
        motion.hear(answer(motion.advance(arm(), PAUSE), stopped="late"))
    with pytest.raises(MotionFailedError, match="too late"):
        motion.hear(answer(motion.advance(arm(), PAUSE), stopped="too late"))


def test_an_arm_that_was_moved_while_it_was_held_ends_the_motion(motion):
    motion.hear(answer(motion.advance(arm(), PAUSE), stopped="a reset took the arm"))
    motion.hear(answer(motion.advance(arm(0.9 * ELSEWHERE), PAUSE), stopped="a reset took the arm"))
    with pytest.raises(MotionFailedError, match="something else moved the arm"):
        motion.advance(arm(1.1 * ELSEWHERE), PAUSE)


def test_an_arm_may_get_far_after_a_stop(motion):
    motion.hear(answer(motion.advance(arm(), PAUSE), stopped="late"))
    motion.hear(answer(motion.advance(arm(), PAUSE)))
    assert motion.advance(arm(2.0 * ELSEWHERE), PAUSE) is not None


def test_the_end_is_told(motion):
    assert motion.advance(arm(1.0), 0.0) is None
    assert motion.is_done


def test_an_arm_that_does_not_get_on_ends_the_motion(motion):
    with pytest.raises(MotionFailedError, match="no progress"):
        for _ in range(round(PATIENCE / 0.1) + 2):
            motion.hear(answer(motion.advance(arm(), 0.0)))


def test_numbers_collide_with_no_learner_and_not_with_the_driver():
    numbers = EpisodeNumbers()
    assert [numbers.next() for _ in range(2)] == [2**31, 2**31 + 1]
    numbers._used = 2**31 - 2
    assert [numbers.next() for _ in range(2)] == [2**32 - 2, 2**31]
