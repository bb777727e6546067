# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What tasks with an opening gripper share: actions, box, starts, observations and the strict success."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_agent.tasks.pick_and_place import PickAndPlaceTask
from rher_agent.tasks.registry import make_task
from rher_agent.tasks.stack import StackTask
from rher_agent.tasks.tabletop import GOAL_HEIGHT, TabletopParameters, cube_layout
from rher_agent.tasks.task import StageKind
from rher_agent.worlds.state import ObjectState, WorldState

from tests.rher_agent.tasks.states import make_state

TASK = PickAndPlaceTask()
P = TASK.parameters
ENTRY = st.floats(-1.0, 1.0)


def state(tcp=(0.5, 0.0, 0.1), cube=(0.45, 0.05, 0.02), opening=0.03) -> WorldState:
    item = ObjectState("cube", np.array(cube), np.array((1.0, 0.0, 0.0, 0.0)), np.full(3, 0.2), np.full(3, 0.3))
    return WorldState(
        stamp_ns=0,
        tcp_position=np.array(tcp),
        tcp_orientation=np.array((0.0, 1.0, 0.0, 0.0)),
        tcp_twist=np.full(6, 0.4),
        gripper=opening,
        wrench=np.zeros(6),
        executed_twist=np.full(6, 0.5),
        objects=(item,),
        objects_stamp_ns=0,
    )


@pytest.mark.parametrize("objects", [1, 2, 3])
def test_all_slices_of_a_layout_are_disjoint_and_fill_it(objects: int):
    layout = cube_layout(objects)
    parts = (layout.tcp_position, *layout.object_positions, *layout.vectors, *layout.axial_vectors, *layout.yaws)
    indices = np.concatenate([np.arange(part.start, part.stop) for part in (*parts, layout.scalars)])
    assert sorted(indices) == list(range(layout.size))
    assert len(layout.vectors) == objects + 2
    assert len(layout.yaws) == len(layout.yaw_symmetries) == objects + 1


def test_an_observation_holds_everything_where_the_layout_says():
    seen, layout = TASK.observe(state()), TASK.layout
    assert seen.shape == (layout.size,)
    assert seen[layout.tcp_position].tolist() == [0.5, 0.0, 0.1]
    assert seen[layout.object_positions[0]].tolist() == [0.45, 0.05, 0.02]
    assert [seen[part][0] for part in layout.vectors] == [0.4, 0.2, 0.5]
    assert seen[layout.axial_vectors[0]].tolist() == [0.3, 0.3, 0.3]
    assert seen[layout.yaws[0]] == pytest.approx([1.0, 0.0])
    assert seen[layout.scalars].tolist() == [0.03]


@given(st.tuples(ENTRY, ENTRY, ENTRY, ENTRY).map(np.array))
def test_an_action_comes_back_from_its_twist_and_opening(action):
    action[:3] /= max(1.0, math.hypot(*action[:3]))
    twist, opening = TASK.twist(action), TASK.gripper(action)
    assert np.linalg.norm(twist) <= P.v_max * (1.0 + 1e-9)
    assert 0.0 <= opening <= P.stroke
    again = TASK.action(twist, opening)
    np.testing.assert_allclose(again[:3], action[:3], rtol=0.0, atol=1e-12)
    # Near shut and near open the opening hardly changes with the action, so that rounding tells less of it.
    assert again[3] == pytest.approx(action[3], abs=1e-5)
    assert TASK.gripper(again) == pytest.approx(opening, abs=1e-12)


@given(
    st.tuples(ENTRY, ENTRY, ENTRY, ENTRY).map(np.array),
    st.tuples(st.floats(0.32, 0.68), st.floats(-0.18, 0.18), st.floats(0.025, 0.25)),
)
def test_what_is_kept_inside_stays_in_the_box_and_leaves_the_fingers_alone(action, tcp):
    kept = TASK.keep_inside(action, TASK.observe(state(tcp=tcp)))
    target = np.array(tcp) + TASK.step_length * kept[:3]
    (lower, upper), (low, high) = TASK.tcp_box, TASK.tcp_heights
    assert (target >= np.array((*lower, low)) - 1e-9).all()
    assert (target <= np.array((*upper, high)) + 1e-9).all()
    assert np.linalg.norm(kept[:3]) <= 1.0 + 1e-9
    assert kept[3] == action[3]


def test_starts_lie_in_the_square_the_tcp_above_and_goals_apart_half_of_them_in_the_air():
    rng, heights = np.random.default_rng(0), []
    for _ in range(300):
        start = TASK.sample_start(rng)
        (cube,), (goal,) = start.body_positions, start.desired_goal
        assert np.abs(cube[:2] - P.center).max() <= P.square / 2.0
        assert np.abs(goal[:2] - P.center).max() <= P.square / 2.0
        assert cube[2] == TASK.rest_height
        assert P.start_height[0] <= start.tcp_position[2] <= P.start_height[1]
        assert np.linalg.norm(goal - cube) >= P.goal_clearance
        heights.append(goal[2] - TASK.rest_height)
    assert min(heights) >= 0.0
    assert GOAL_HEIGHT / 2.0 < max(heights) <= GOAL_HEIGHT
    assert 0.35 < np.mean(np.array(heights) > 0.0) < 0.65


def test_stages_reach_and_move_the_cube():
    assert [(stage.kind, stage.object_index) for stage in TASK.stages] == [(StageKind.REACH, 0), (StageKind.MOVE, 0)]


def test_a_cube_outside_the_box_of_the_tcp_is_lost():
    seen = np.stack([TASK.observe(state(cube=(x, 0.0, 0.02))) for x in (0.5, 0.71, 0.73)])
    assert TASK.are_lost(seen).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("yaw", "aside", "opening", "let_go"),
    [
        (0.0, 0.0, 0.061, False),
        (0.0, 0.0, 0.063, True),
        (math.pi / 4.0, 0.0, 0.0715, False),
        (-math.pi / 4.0, 0.0, 0.0715, False),
        (math.pi / 4.0, 0.0, 0.081, True),
        # Where the closed gripper of the simulation holds a cube turned by 30 degrees.
        (math.pi / 6.0, 0.0, 0.0663, False),
        # Wide open, but one finger at the side of the cube.
        (0.0, 0.0125, P.stroke, False),
    ],
)
def test_fingers_have_let_go_when_both_are_off_the_cube_between_them(yaw, aside, opening, let_go):
    task = StackTask()
    far = ((0.5, 0.0, 0.02), math.pi / 4.0 - abs(yaw))
    near = ((0.5, 0.0, 0.06), yaw)
    for cubes in ((far, near), (near, far)):
        places, yaws = zip(*cubes, strict=True)
        tcp = (0.5, aside, 0.08)
        seen = task.observe(make_state(task.body_names, places, tcp=tcp, yaws=list(yaws), gripper=opening))
        assert task.has_let_go(seen, range(2)) is let_go


@pytest.mark.parametrize(("height", "let_go"), [(0.096, False), (0.099, True)])
def test_fingers_above_a_cube_have_let_go_however_far_apart_they_are(height: float, let_go: bool):
    task = StackTask()
    places = ((0.5, 0.0, 0.02), (0.5, 0.0, 0.06))
    seen = task.observe(make_state(task.body_names, places, tcp=(0.5, 0.0, height), gripper=0.0))
    assert task.has_let_go(seen, range(2)) is let_go


@pytest.mark.parametrize("name", ["stack", "drawer_box"])
def test_strict_success_asks_to_let_go_where_a_cube_is_put_onto_something(name: str):
    task = make_task(name)
    places = np.array(task.sample_start(np.random.default_rng(0)).body_positions)
    for opening, strict in ((0.06, False), (P.stroke, True)):
        seen = task.observe(make_state(task.body_names, places, tcp=places[-1], gripper=opening))
        assert task.is_strict_success(seen, places) is strict


@pytest.mark.parametrize(("away", "speed", "strict"), [(0.02, 0.0, True), (0.03, 0.0, False), (0.02, 0.05, False)])
def test_strict_success_asks_for_half_the_tolerance_and_rest(away: float, speed: float, strict: bool):
    seen = TASK.observe(state())
    seen[TASK.layout.vectors[1]] = (speed, 0.0, 0.0)
    goal = seen[TASK.layout.object_positions[0]] + (away, 0.0, 0.0)
    assert TASK.is_strict_success(seen, goal[None]) is strict


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"cube_size": 0.05},
            "cube_size is 0.05 m; allowed: less than open fingers take, turned as it may be, 0.046",
        ),
        ({"goal_clearance": 0.05}, "goal_clearance is 0.05 m; allowed: more than the tolerance"),
        ({"horizon": 0}, "horizon is 0; allowed: 1 or more"),
        ({"v_max": 0.0}, "v_max is 0.0; allowed: more than 0"),
        ({"apart": -0.1}, "apart is -0.1; allowed: more than 0"),
        ({"center": (0.5, math.nan)}, "center is .*nan.*; allowed: finite numbers"),
        ({"goal_clearance": math.nan}, "goal_clearance is nan; allowed: finite numbers"),
        ({"square": math.inf}, "square is inf; allowed: finite numbers"),
        ({"apart": 0.05}, "apart is 0.05 m; allowed: more than the diagonal of a cube"),
        ({"floor": 0.02}, "floor is 0.02 m; allowed: more than 0.024 m, which the fingers reach below the TCP"),
        (
            {"ceiling": 0.12, "start_height": (0.03, 0.12), "tcp_brake": 0.1},
            "ceiling is 0.12 m; allowed: at least floor and tcp_brake, 0.125 m",
        ),
        ({"release_gap": -0.001}, "release_gap is -0.001 m; allowed: 0 or more"),
        ({"ceiling": 0.15}, "start_height is 0.08 to 0.2 m; allowed: within 0.025 to 0.15 m, floor to ceiling"),
        ({"start_height": (0.2, 0.1)}, "start_height is 0.2 to 0.1 m; allowed: within .*, the lower one first"),
        ({"tcp_brake": 0.2}, "tcp_brake is 0.2 m; allowed: 0 to tcp_margin, 0.1 m"),
    ],
)
def test_wrong_parameters_are_refused(given, message: str):
    with pytest.raises(ValueError, match=message):
        TabletopParameters(**given)
