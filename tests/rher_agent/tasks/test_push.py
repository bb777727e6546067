# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The push task: where episodes begin, how it is observed, acted on and judged."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import make_task
from rher_agent.tasks.stage_rules import StageRules
from rher_agent.worlds.state import ObjectState, WorldState
from transforms3d.quaternions import axangle2quat

TASK = PushTask()
P = TASK.parameters
SEEDS = range(500)
REACH, PUSH = 0, 1
VERTICAL = (0.0, 0.0, 1.0)

unit_disc = st.tuples(st.floats(0.0, 1.0), st.floats(-math.pi, math.pi)).map(
    lambda polar: np.array([polar[0] * math.cos(polar[1]), polar[0] * math.sin(polar[1])])
)


def inside_box(margin: float) -> st.SearchStrategy[np.ndarray]:
    """Draw points at least margin from the faces of the box of the TCP."""
    lower, upper = TASK.tcp_box
    sides = [st.floats(low + margin, high - margin) for low, high in zip(lower, upper, strict=True)]
    return st.tuples(*sides).map(np.array)


def state(*, tcp=(0.5, 0.0, 0.025), cube=(0.4, 0.1, 0.025), yaw=0.0) -> WorldState:
    """Return a state whose velocities tell which they are."""
    return WorldState(
        stamp_ns=0,
        tcp_position=np.array(tcp),
        tcp_orientation=np.array([0.0, 1.0, 0.0, 0.0]),
        tcp_twist=np.array([0.11, 0.12, 0.13, 9.0, 9.0, 9.0]),
        gripper=0.0,
        wrench=np.full(6, 9.0),
        executed_twist=np.array([0.21, 0.22, 0.23, 9.0, 9.0, 9.0]),
        objects=(
            ObjectState(
                "cube", np.array(cube), axangle2quat(VERTICAL, yaw), np.array([0.31, 0.32, 0.33]), np.full(3, 9.0)
            ),
        ),
        objects_stamp_ns=0,
    )


def excess(point: np.ndarray) -> np.ndarray:
    """Return how far a point lies beyond where the task keeps the TCP, for each axis [m]."""
    lower, upper = TASK.tcp_box
    return np.maximum.reduce((lower + P.tcp_brake - point, point - (upper - P.tcp_brake), np.zeros(2)))


@pytest.fixture(scope="module")
def starts():
    return [TASK.sample_start(np.random.default_rng(seed)) for seed in SEEDS]


def test_objects_goals_and_tcp_start_in_their_square(starts):
    for points in (
        np.array([start.body_positions[0] for start in starts]),
        np.array([start.desired_goal[0] for start in starts]),
        np.array([start.tcp_position for start in starts]),
    ):
        offsets = points[:, :2] - P.center
        assert np.abs(offsets).max() <= P.square / 2.0
        assert np.all(np.ptp(offsets, axis=0) > 0.95 * P.square), "the whole square is used"
        assert np.all(points[:, 2] == TASK.tool_height)


def test_starts_are_clear_of_the_cube(starts):
    for start in starts:
        cube = start.body_positions[0]
        assert np.linalg.norm(start.desired_goal[0] - cube) >= P.goal_clearance
        assert np.linalg.norm(start.tcp_position - cube) >= P.tcp_clearance
        assert start.body_positions.shape == start.desired_goal.shape == (1, 3)
        assert abs(start.body_yaws[0]) <= math.pi / 4.0


def test_no_goal_is_met_and_no_cube_is_reached_at_the_start(starts):
    rules = StageRules(TASK)
    for start in starts:
        cube = start.body_positions
        row = TASK.observe(state(tcp=start.tcp_position, cube=cube[0]))[None]
        goals = rules.goals(row, cube[None], start.desired_goal[None], np.array([PUSH]))
        assert not rules.done(row, goals)[0]
        assert np.linalg.norm(start.tcp_position - cube[0]) > TASK.contact_radius


def test_the_tcp_can_get_behind_a_cube_at_the_edge():
    lower, upper = TASK.tcp_box
    for room in (np.array(P.center) - P.square / 2.0 - lower, upper - np.array(P.center) - P.square / 2.0):
        np.testing.assert_allclose(room, P.tcp_margin)
    assert P.tcp_margin - P.tcp_brake > TASK.contact_radius


def test_goals_for_a_cube_that_lies_somewhere(starts):
    cube = starts[0].body_positions
    for seed in SEEDS:
        goal = TASK.sample_goal(np.random.default_rng(seed), cube)
        assert goal.shape == (1, 3)
        assert np.linalg.norm(goal[0] - cube[0]) >= P.goal_clearance
        assert np.abs(goal[0, :2] - P.center).max() <= P.square / 2.0


def test_the_same_seed_draws_the_same_start(starts):
    again = TASK.sample_start(np.random.default_rng(SEEDS[7]))
    assert np.array_equal(again.tcp_position, starts[7].tcp_position)
    assert np.array_equal(again.desired_goal, starts[7].desired_goal)
    assert len({start.desired_goal.tobytes() for start in starts}) == len(starts)


def test_a_square_too_small_for_its_clearances_is_an_error_and_no_hang():
    task = PushTask(PushParameters(square=0.02))
    with pytest.raises(ValueError, match=r"no point of the square lies 0\.07 m from"):
        task.sample_start(np.random.default_rng(0))


@given(unit_disc)
def test_an_action_and_its_twist_are_inverse(action: np.ndarray):
    twist = TASK.twist(action)
    assert np.all(twist[2:] == 0.0)
    np.testing.assert_allclose(TASK.action(twist, TASK.gripper(action)), action, rtol=0.0, atol=1e-12)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_no_action_asks_for_more_than_v_max(x: float, y: float):
    twist = TASK.twist(np.array([x, y]))
    assert np.linalg.norm(twist) <= P.v_max * (1.0 + 1e-12)
    assert x * twist[1] == pytest.approx(y * twist[0], abs=1e-9), "the direction stays"


def test_full_actions_move_at_v_max():
    np.testing.assert_array_equal(TASK.twist(np.array([0.0, -1.0])), [0.0, -P.v_max, 0.0, 0.0, 0.0, 0.0])


def keep_inside(action: np.ndarray, tcp: np.ndarray) -> np.ndarray:
    return TASK.keep_inside(action, TASK.observe(state(tcp=(*tcp, TASK.tool_height))))


@given(unit_disc, inside_box(margin=0.0))
def test_no_action_leads_out(action: np.ndarray, tcp: np.ndarray):
    kept = keep_inside(action, tcp)
    after = tcp + P.v_max * P.control_period * kept
    assert np.linalg.norm(kept) <= 1.0 + 1e-12
    assert np.all(excess(after) <= excess(tcp) + 1e-12)


@given(unit_disc, inside_box(margin=P.tcp_brake + P.v_max * P.control_period + 1e-9))
def test_an_action_that_stays_inside_is_left_alone(action: np.ndarray, tcp: np.ndarray):
    np.testing.assert_allclose(keep_inside(action, tcp), action, rtol=0.0, atol=1e-12)


def test_an_action_along_a_face_still_slides():
    lower, upper = TASK.tcp_box
    at_face = np.array([upper[0] - P.tcp_brake, (lower[1] + upper[1]) / 2.0])
    np.testing.assert_allclose(keep_inside(np.array([0.6, 0.8]), at_face), [0.0, 0.8], atol=1e-12)


KEEPING = PushTask(PushParameters(keeps_object=True))
OUTSIDE = (0.66, 0.05, 0.025)
"""A cube beyond the square's far edge."""


def kept_with_object(
    action: tuple[float, float], tcp: tuple[float, float], cube: tuple[float, ...], age: float = 0.0
) -> np.ndarray:
    """Return what is left of an action by the side of a cube, as the place to which it leads."""
    observation = KEEPING.observe(state(tcp=(*tcp, TASK.tool_height), cube=cube))
    return np.array(tcp) + TASK.step_length * KEEPING.keep_inside(np.array(action), observation, age)


@given(unit_disc, inside_box(margin=P.tcp_brake), inside_box(margin=0.0))
@example(np.array((0.54, 0.84)), np.array((0.34375, 0.125)), np.array((0.3125, 0.15625)))
def test_an_object_outside_is_not_pushed_further_out(action: np.ndarray, tcp: np.ndarray, cube: np.ndarray):
    after = kept_with_object(tuple(action), tuple(tcp), (*cube, TASK.tool_height))
    assert np.linalg.norm(after - tcp) <= TASK.step_length * (1.0 + 1e-9)
    for axis in (0, 1):
        out = cube[axis] - P.center[axis]
        side = math.copysign(1.0, out)
        gap = side * (cube[axis] - tcp[axis])
        touches = np.linalg.norm(after - cube) < TASK.contact_radius
        if abs(out) > P.square / 2.0 and gap > 0.0 and touches:
            assert side * (after - tcp)[axis] <= max(0.0, gap - TASK.contact_radius) + 1e-12


def test_an_object_outside_can_be_pushed_in_and_gone_round():
    np.testing.assert_allclose(kept_with_object((-1.0, 0.0), (0.71, 0.05), OUTSIDE), (0.686, 0.05))
    np.testing.assert_allclose(kept_with_object((1.0, 0.0), (0.60, -0.05), OUTSIDE), (0.624, -0.05))
    assert kept_with_object((1.0, 0.0), (0.61, 0.05), OUTSIDE)[0] <= 0.61


def test_an_object_that_was_seen_late_is_thought_to_have_gone_on():
    """Pushed outwards, it is beyond the edge by now, and the tool behind it and not past it."""
    tcp, seen = (0.63, 0.06), (0.60, 0.0, 0.025)
    assert kept_with_object((1.0, 0.0), tcp, seen)[0] > tcp[0]
    assert kept_with_object((1.0, 0.0), tcp, seen, age=0.2)[0] <= tcp[0]


def after_silence(tcp: tuple[float, float], velocity: tuple[float, float]) -> np.ndarray:
    """Return what is left of an action towards -x when the camera has been silent while the tool pushed."""
    observation = KEEPING.observe(state(tcp=(*tcp, 0.025), cube=(0.358, -0.051, 0.025)))
    observation[TASK.layout.vectors[1]] = (*velocity, 0.0)
    return KEEPING.keep_inside(np.array([-0.9, 0.2]), observation, age=0.37)


def test_a_tool_that_has_passed_where_a_moving_object_was_seen_withdraws():
    assert after_silence((0.365, -0.062), (-0.183, -0.097))[0] > 0.9


def test_a_tool_is_thought_to_have_pushed_what_it_has_reached():
    still = (0.0, 0.0)
    assert after_silence((0.370, -0.062), still)[0] > 0.9
    np.testing.assert_allclose(after_silence((0.395, -0.062), still), (-0.9, 0.2))


def test_a_tool_on_its_way_round_an_object_inside_is_left_alone():
    """Beside a cube that lies at the edge and was just seen, as when the goal is on the other side of the square."""
    beside, cube = (0.401, -0.12), (0.448, -0.149, 0.025)
    np.testing.assert_allclose(kept_with_object((0.0, -1.0), beside, cube), (0.401, -0.144))


@pytest.mark.parametrize("start", [(0.610, 0.200), (0.635, 0.213), (0.600, 0.199)])
def test_a_tool_gets_round_an_object_outside_that_it_would_graze(start: tuple[float, float]):
    """Aimed past its corner more closely than it may pass: places of an evaluation in which the tool danced there."""
    cube, behind = (0.663, 0.149, 0.025), np.array((0.72, 0.165))
    tcp = np.array(start)
    for _ in range(12):
        observation = KEEPING.observe(state(tcp=(*tcp, 0.025), cube=cube))
        observation[TASK.layout.vectors[1]] = 0.0
        way = (behind - tcp) / TASK.step_length
        tcp = tcp + TASK.step_length * KEEPING.keep_inside(way / max(1.0, np.linalg.norm(way)), observation)
        assert max(abs(tcp - cube[:2])) >= P.cube_size / 2.0 + P.tool_radius
        if tcp[0] > cube[0]:
            return
    raise AssertionError(f"still at {tcp}")


def test_only_a_task_that_keeps_its_object_looks_for_it():
    assert KEEPING.look_age == P.look_age
    assert TASK.look_age == math.inf


def at(tcp: tuple[float, ...], cube: tuple[float, ...]) -> np.ndarray:
    return KEEPING.observe(state(tcp=(*tcp[:2], 0.025), cube=(*cube[:2], 0.025)))


@pytest.mark.parametrize("pushed_on", [0.0, 0.1, 0.2])
@pytest.mark.parametrize("angle", np.linspace(0.0, 2.0 * math.pi, 8, endpoint=False))
def test_a_tool_that_hides_an_object_never_pushes_it_on_and_clears_the_view(angle, pushed_on):
    """Wherever it was pushed unseen: the object lies before the tool, on the side on which it was seen."""
    cube = np.array((0.47, 0.02))
    back = np.array((math.cos(angle), math.sin(angle)))
    touching = P.cube_size / 2.0 + P.tool_radius
    seen = at(cube + touching * back, cube)
    tcp, moved = cube + (touching - pushed_on) * back, cube - pushed_on * back
    across = np.array((-back[1], back[0]))
    for _ in range(6):
        after = tcp + TASK.step_length * KEEPING.clear_view(seen, at(tcp, cube))
        assert np.linalg.norm(after - moved) > np.linalg.norm(tcp - moved)
        is_clear = (tcp - cube) @ back >= P.tcp_clearance
        assert (after - tcp) @ back == pytest.approx(0.0 if is_clear else TASK.step_length / math.sqrt(2.0))
        tcp = after
    assert abs((tcp - moved) @ across) > P.cube_size
    inside = (np.array(P.center) - (cube + touching * back)) @ across
    assert (tcp - moved) @ across * inside >= 0.0


def test_at_the_edge_of_its_box_a_tool_steps_aside_only():
    _, upper = TASK.tcp_box
    corner = (upper[0] - P.tcp_brake, 0.10)
    cube = (corner[0] - 0.05, 0.10)
    np.testing.assert_allclose(
        KEEPING.clear_view(at(corner, cube), at(corner, cube)), (0.0, -math.sqrt(0.5)), atol=1e-9
    )


def test_a_tool_clear_of_an_object_steps_aside_only():
    far = at((0.5, 0.10), (0.4, 0.10))
    np.testing.assert_allclose(KEEPING.clear_view(far, far), (0.0, -1.0), atol=1e-9)


def test_a_tool_above_an_object_goes_somewhere():
    assert np.linalg.norm(KEEPING.clear_view(at((0.5, 0.0), (0.5, 0.0)), at((0.5, 0.0), (0.5, 0.0)))) > 0.9


def test_an_object_inside_and_a_task_that_does_not_mind_leave_an_action_alone():
    np.testing.assert_allclose(kept_with_object((1.0, 0.0), (0.59, 0.05), (0.64, 0.05, 0.025)), (0.614, 0.05))
    observation = TASK.observe(state(tcp=(0.61, 0.05, 0.025), cube=OUTSIDE))
    np.testing.assert_allclose(TASK.keep_inside(np.array([1.0, 0.0]), observation), (1.0, 0.0))


def test_the_contact_radius_can_be_reached_from_every_side():
    face, corner = P.cube_size / 2.0 + P.tool_radius, P.cube_size / math.sqrt(2.0) + P.tool_radius
    assert face < corner < TASK.contact_radius < P.tcp_clearance


def test_what_an_observation_holds():
    observation = TASK.observe(state(yaw=0.1))
    layout = TASK.layout
    assert observation.shape == (layout.size,)
    assert observation.dtype == np.float64
    np.testing.assert_array_equal(observation[layout.tcp_position], [0.5, 0.0, 0.025])
    np.testing.assert_array_equal(observation[layout.object_positions[0]], [0.4, 0.1, 0.025])
    tcp_velocity, cube_velocity, executed = (observation[part] for part in layout.vectors)
    np.testing.assert_array_equal(tcp_velocity, [0.11, 0.12, 0.13])
    np.testing.assert_array_equal(cube_velocity, [0.31, 0.32, 0.33])
    np.testing.assert_array_equal(executed, [0.21, 0.22, 0.23])
    np.testing.assert_allclose(observation[layout.yaws[0]], [math.cos(0.4), math.sin(0.4)])


def test_the_layout_covers_every_entry_once():
    layout = TASK.layout
    parts = (layout.tcp_position, *layout.object_positions, *layout.vectors, *layout.yaws, layout.scalars)
    entries = [index for part in parts for index in range(part.start, part.stop)]
    assert sorted(entries) == list(range(layout.size))


def test_a_cube_looks_the_same_after_a_quarter_turn():
    turned = TASK.observe(state(yaw=0.3 + math.pi / 2.0))
    np.testing.assert_allclose(turned, TASK.observe(state(yaw=0.3)), atol=1e-12)
    assert not np.allclose(turned, TASK.observe(state(yaw=0.3 + math.pi / 4.0)))


def strict(*, distance: float, speed: float, tcp_distance: float) -> bool:
    still = state(cube=(0.5, 0.0, 0.025), tcp=(0.5 + tcp_distance, 0.0, 0.025))
    cube = replace(still.objects[0], linear_velocity=np.array([0.0, speed, 0.0]))
    goal = np.array([[0.5, distance, 0.025]])
    return TASK.is_strict_success(TASK.observe(replace(still, objects=(cube,))), goal)


def test_strict_success_needs_all_of_near_still_and_released():
    good = {"distance": 0.49 * P.tolerance, "speed": 0.9 * P.rest_speed, "tcp_distance": 0.1}
    assert strict(**good) is True
    assert strict(**{**good, "distance": 0.51 * P.tolerance}) is False
    assert strict(**{**good, "speed": 1.1 * P.rest_speed}) is False
    assert strict(**{**good, "tcp_distance": P.cube_size / 2.0 + P.tool_radius}) is False


def test_two_stages_with_the_fields_tolerance():
    assert [stage.name for stage in TASK.stages] == ["reach", "push"]
    assert [stage.tolerance for stage in TASK.stages] == [P.tolerance, P.tolerance]
    assert PushTask(PushParameters(horizon=7, control_period=0.05)).horizon == 7


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cube_size": 0.0}, "cube_size is 0.0; allowed: more than 0"),
        ({"v_max": math.nan}, "v_max is nan; allowed: more than 0"),
        ({"horizon": 0}, "horizon is 0; allowed: 1 or more"),
        ({"tcp_brake": math.nan}, "tcp_brake is nan; allowed: finite numbers"),
        ({"goal_clearance": math.inf}, "goal_clearance is inf; allowed: finite numbers"),
        ({"tcp_brake": 0.3}, r"tcp_brake is 0\.3 m; allowed: 0 to tcp_margin, 0\.1 m"),
        ({"goal_gap": -1.0}, r"goal_gap is -1\.0 m; allowed: 0 or more"),
        ({"goal_clearance": 0.05}, r"goal_clearance is 0\.05 m; allowed: more than the tolerance, 0\.05 m"),
    ],
)
def test_a_geometry_that_makes_no_sense_is_refused(changes: dict, message: str):
    with pytest.raises(ValueError, match=message):
        PushParameters(**changes)


def test_only_several_cubes_may_not_overlap_at_the_start():
    close = PushParameters(object_gap=0.06)
    PushTask(close)
    with pytest.raises(ValueError, match=r"object_gap is 0\.06 m; allowed: more than the diagonal of a cube, 0\.071 m"):
        make_task("double_push", close)


def test_everything_lies_on_the_table_at_its_height():
    task = PushTask(replace(P, table_height=0.07))
    start = task.sample_start(np.random.default_rng(0))
    assert task.tool_height == pytest.approx(0.07 + P.cube_size / 2.0)
    heights = (start.tcp_position[2], start.body_positions[0, 2], start.desired_goal[0, 2])
    assert set(heights) == {task.tool_height}
