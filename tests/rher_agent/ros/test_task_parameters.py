# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A task's geometry as parameters of a node."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.ros.parameters import ParameterError, refuse_unknown_parameters
from rher_agent.ros.task_parameters import declare_task
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import UnknownTaskError


def test_a_node_without_parameters_has_the_published_task(ros):
    assert declare_task(ros(), "push") == PushTask()


def test_geometry_and_pace_are_those_of_the_user(ros):
    node = ros(push__center=[0.45, -0.1], push__square=0.2, push__table_height=-0.02, push__v_max=0.048)
    task = declare_task(node, "push")
    refuse_unknown_parameters(node)
    assert task == PushTask(PushParameters(center=(0.45, -0.1), square=0.2, table_height=-0.02, v_max=0.048))
    lower, upper = task.tcp_box
    np.testing.assert_allclose((lower + upper) / 2.0, (0.45, -0.1))


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"push__square": -0.3}, r"push\.square is -0\.3; allowed: more than 0"),
        ({"push__square": "wide"}, r"push\.square is 'wide'; allowed: a number"),
        ({"push__table_height": float("nan")}, r"push\.table_height is nan; allowed: finite numbers"),
    ],
)
def test_a_wrong_value_is_named(ros, overrides, message):
    with pytest.raises(ParameterError, match=message):
        declare_task(ros(**overrides), "push")


def test_an_unknown_task_is_refused(ros):
    with pytest.raises(UnknownTaskError, match="juggle"):
        declare_task(ros(), "juggle")
