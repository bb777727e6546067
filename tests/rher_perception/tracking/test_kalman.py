# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The filters: right velocities, right covariances, rest when unseen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rher_perception.tracking.kalman import VERTICAL, OrientationFilter, PositionFilter
from rher_perception.tracking.parameters import TrackerParameters
from transforms3d.quaternions import axangle2quat

DT = 1.0 / 30.0
PARAMETERS = TrackerParameters()
PARTS = 20
"""Of a time step in which the velocity walks."""
NOISE = 0.0005**2 * np.eye(3)
TURN_NOISE = math.radians(0.3) ** 2 * np.eye(3)


def test_a_constant_velocity_is_found() -> None:
    velocity = np.array([0.2, -0.1, 0.0])
    body = PositionFilter(np.zeros(3), NOISE, PARAMETERS)
    for k in range(1, 31):
        body.predict(DT, seen=True)
        body.update(velocity * k * DT, NOISE)
    np.testing.assert_allclose(body.velocity, velocity, atol=0.005)
    np.testing.assert_allclose(body.position, velocity, atol=0.001)


def test_a_constant_yaw_rate_is_found_across_half_a_turn() -> None:
    body = OrientationFilter(axangle2quat(VERTICAL, 3.0), TURN_NOISE, PARAMETERS)
    for k in range(1, 31):
        body.predict(DT, seen=True)
        body.update(axangle2quat(VERTICAL, 3.0 + 0.8 * k * DT), TURN_NOISE)
    assert body.yaw_rate == pytest.approx(0.8, abs=0.02)
    assert abs(float(body.quaternion @ axangle2quat(VERTICAL, 3.8))) == pytest.approx(1.0, abs=1e-5)


def test_an_unseen_body_comes_to_rest_where_friction_lets_it() -> None:
    body = PositionFilter(np.zeros(3), NOISE, PARAMETERS)
    for k in range(1, 31):
        body.predict(DT, seen=True)
        body.update(np.array([0.2 * k * DT, 0.0, 0.0]), NOISE)
    x, speed = body.position[0], body.velocity[0]
    for _ in range(60):
        body.predict(DT, seen=False)
    assert body.position[0] - x == pytest.approx(speed * PARAMETERS.rest_time, rel=0.01)
    assert abs(body.velocity[0]) < 1e-5


def test_one_long_prediction_is_many_short_ones() -> None:
    bodies = [PositionFilter(np.zeros(3), NOISE, PARAMETERS) for _ in range(2)]
    for body in bodies:
        body.predict(DT, seen=True)
        body.update(np.array([0.01, 0.0, 0.0]), NOISE)
    bodies[0].predict(0.3, seen=False)
    for _ in range(3):
        bodies[1].predict(0.1, seen=False)
    np.testing.assert_allclose(bodies[0].position, bodies[1].position, atol=1e-12)


def test_normalised_innovations_are_those_of_the_stated_noise() -> None:
    rng = np.random.default_rng(5)
    squared = []
    for _ in range(40):
        position, velocity = np.zeros(3), np.zeros(3)
        body = PositionFilter(rng.normal(0.0, 0.0005, 3), NOISE, PARAMETERS)
        for k in range(25):
            for _ in range(PARTS):
                position = position + velocity * DT / PARTS
                velocity = velocity + PARAMETERS.velocity_walk * np.sqrt(DT / PARTS) * rng.normal(0.0, 1.0, 3)
            body.predict(DT, seen=True)
            measured = position + rng.normal(0.0, 0.0005, 3)
            if k > 5:
                squared.append(body.distance(measured, NOISE))
            body.update(measured, NOISE)
    assert np.mean(squared) == pytest.approx(3.0, rel=0.15)


def test_covariances_stay_symmetric_and_positive() -> None:
    body = OrientationFilter(axangle2quat(VERTICAL, 0.1), TURN_NOISE, PARAMETERS)
    for k in range(500):
        body.predict(DT, seen=k % 3 != 0)
        body.update(axangle2quat(VERTICAL, 0.1 + 0.01 * k), TURN_NOISE)
        np.testing.assert_allclose(body.covariance, body.covariance.T, atol=1e-15)
        assert np.linalg.eigvalsh(body.covariance).min() > 0.0
