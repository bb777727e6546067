# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Three cubes to push: when one is lost."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.tasks.triple_push import TriplePushTask

from tests.rher_agent.tasks.states import make_state

TASK = TriplePushTask()
P = TASK.parameters


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("index", range(3))
def test_a_cube_is_lost_where_the_tool_cannot_get_behind_it(index: int, axis: int, side: float):
    (lower, upper), places = TASK.tcp_box, np.array([(0.5, 0.1 * k - 0.1, TASK.rest_height) for k in range(3)])
    farthest = (upper if side > 0.0 else lower)[axis] - side * P.tcp_brake
    for room, lost in ((0.001, False), (-0.001, True)):
        places[index, axis] = farthest - side * (P.tool_radius + P.cube_size / 2.0 + room)
        seen = TASK.observe(make_state(TASK.body_names, places))
        assert TASK.are_lost(seen[None]).tolist() == [lost]
