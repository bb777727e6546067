# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import cv2
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.quiver import Quiver
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.reporting.policy_map import (
    SQUARE,
    Situation,
    map_stage,
    map_stages_at_hand,
    observations_of,
    plot_policy_map,
    policy_map_figure,
    steps_to_go,
    tool_places,
)
from rher_agent.tasks.push import PushTask

TASK = PushTask()
HERE = Situation((0.5, 0.0), (0.6, 0.1))
REACH, PUSH = 0, 1


@pytest.fixture(scope="module")
def learner():
    return RelayLearner(TASK, LearnerConfig(), seed=0)


def test_values_of_a_known_number_of_steps_tell_it():
    gamma = 0.98
    values = [-sum(gamma**k for k in range(n)) for n in (0, 1, 10, 49)]
    np.testing.assert_allclose(steps_to_go(np.array(values), gamma), (0, 1, 10, 49), atol=1e-6)
    assert np.isfinite(steps_to_go(np.array([0.3, -1.0 / (1.0 - gamma)]), gamma)).all()


def test_a_place_of_the_map_is_where_the_picture_shows_it():
    x, y = tool_places(TASK, 5)
    rows = observations_of(TASK, HERE, x, y).reshape(5, 5, -1)
    np.testing.assert_allclose(rows[1, 3, TASK.layout.tcp_position], (x[3], y[1], TASK.tool_height))
    np.testing.assert_allclose(rows[1, 3, TASK.layout.object_positions[0]], (0.5, 0.0, TASK.rest_height))


def test_the_push_is_at_hand_where_the_tool_touches_the_cube():
    x, y = tool_places(TASK, 21)
    distance = np.hypot(*(np.stack(np.meshgrid(x, y)) - np.reshape(HERE.cube, (2, 1, 1))))
    np.testing.assert_array_equal(map_stages_at_hand(TASK, HERE, 21) == PUSH, distance <= TASK.contact_radius)


def test_a_stage_sees_its_own_goal(learner):
    reach, push = (map_stage(learner, TASK, HERE, stage, 7) for stage in (REACH, PUSH))
    assert reach.actions.shape == (7, 7, 2)
    assert (np.linalg.norm(reach.actions, axis=-1) <= 1.0).all()
    other = Situation(HERE.cube, (0.4, -0.1))
    np.testing.assert_array_equal(map_stage(learner, TASK, other, REACH, 7).actions, reach.actions)
    assert (map_stage(learner, TASK, other, PUSH, 7).actions != push.actions).any()


def test_arrows_have_an_edge_and_the_colour_bar_is_as_tall_as_the_map(learner):
    figure = policy_map_figure(learner, TASK, HERE)
    figure.canvas.draw()
    reach, push, _ = figure.axes
    for axes in (reach, push):
        (arrows,) = (item for item in axes.collections if isinstance(item, Quiver))
        assert to_rgb(arrows.get_edgecolor()[0]) == to_rgb("black")
        assert arrows.get_linewidth()[0] > 0.0
    (bar,) = push.child_axes
    assert bar.get_ylabel() == "steps to go by the critics"
    assert bar.get_window_extent().height == pytest.approx(push.get_window_extent().height)


def test_a_legend_tells_every_outline_where_it_hides_no_arrow(learner):
    *arrows, hand = policy_map_figure(learner, TASK, HERE).axes
    told = [text.get_text() for text in hand.get_legend().get_texts()]
    assert told == ["cube", "goal", SQUARE]
    assert len(told) == len(hand.patches)
    assert not any(axes.get_legend() for axes in arrows)


def test_a_picture_is_drawn_and_what_is_off_the_table_refused(learner, tmp_path):
    path = tmp_path / "map.png"
    plot_policy_map(learner, TASK, HERE, path)
    height, width, _ = cv2.imread(str(path)).shape
    assert width > 2 * height
    with pytest.raises(ValueError, match=r"goal is \(2.0, 0.0\); allowed: from"):
        plot_policy_map(learner, TASK, Situation((0.5, 0.0), (2.0, 0.0)), path)
