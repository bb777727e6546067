# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Kalman filters of a rigid body on a table: constant velocity for the position, constant yaw rate for the orientation.

The velocity is a random walk, because pushes begin and end at any moment: in a time t with a walk of w it changes by
w^2 t (variance), the position by w^2 t^3 / 3, and both together by w^2 t^2 / 2 (Bar-Shalom, Li and Kirubarajan,
Estimation with Applications to Tracking and Navigation, 2001, chapter 6). While a body is unseen its velocity decays:
v(t) = v exp(-t/T), hence the position moves by v T (1 - exp(-t/T)).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import qconjugate, qmult

from rher_perception.geometry import quaternion_from_vector, rotation_from_vector, vector_from_quaternion
from rher_perception.tracking.parameters import TrackerParameters

Vector = NDArray[np.float64]

VERTICAL = np.array([0.0, 0.0, 1.0])


class PositionFilter:
    """Position and velocity in base_link.

    Args:
        position: First measurement [m], shape (3,).
        covariance: Of it [m^2], shape (3, 3).
        parameters: Motion model.
    """

    def __init__(self, position: Vector, covariance: Vector, parameters: TrackerParameters) -> None:
        self._parameters = parameters
        self._state = np.concatenate((position, np.zeros(3)))
        self._covariance = np.zeros((6, 6))
        self._covariance[:3, :3] = covariance
        self._covariance[3:, 3:] = parameters.initial_speed_sd**2 * np.eye(3)

    @property
    def position(self) -> Vector:
        """[m], shape (3,)."""
        return self._state[:3].copy()

    @property
    def velocity(self) -> Vector:
        """[m/s], shape (3,)."""
        return self._state[3:].copy()

    @property
    def covariance(self) -> Vector:
        """Of position and velocity, shape (6, 6)."""
        return self._covariance.copy()

    def predict(self, dt: float, seen: bool) -> None:
        """Move on by dt [s]; seen says whether the body was measured at the beginning of that time."""
        travel, decay = _travel(dt, self._parameters.rest_time, seen)
        transition = np.eye(6)
        transition[:3, 3:] = travel * np.eye(3)
        transition[3:, 3:] = decay * np.eye(3)
        self._state = transition @ self._state
        noise = np.kron(_walk(self._parameters.velocity_walk, dt), np.eye(3))
        self._covariance = transition @ self._covariance @ transition.T + noise

    def distance(self, position: Vector, covariance: Vector) -> float:
        """Return the squared Mahalanobis distance of a measurement from the prediction."""
        innovation = position - self._state[:3]
        return float(innovation @ np.linalg.solve(self._covariance[:3, :3] + covariance, innovation))

    def update(self, position: Vector, covariance: Vector) -> None:
        """Take in a measurement [m] with its covariance [m^2]."""
        measure = np.eye(3, 6)
        self._state, self._covariance = _update(
            self._state, self._covariance, measure, position - self._state[:3], covariance
        )


class OrientationFilter:
    """Orientation and rate about the vertical in base_link.

    The error is a rotation vector in base_link that turns the estimate into the truth, followed by that of the rate.

    Args:
        quaternion: First measurement w, x, y, z, shape (4,).
        covariance: Of its rotation vector [rad^2], shape (3, 3).
        parameters: Motion model.
    """

    def __init__(self, quaternion: Vector, covariance: Vector, parameters: TrackerParameters) -> None:
        self._parameters = parameters
        self._quaternion = np.array(quaternion, np.float64)
        self._rate = 0.0
        self._covariance = np.zeros((4, 4))
        self._covariance[:3, :3] = covariance
        self._covariance[3, 3] = parameters.initial_yaw_rate_sd**2

    @property
    def quaternion(self) -> Vector:
        """Unit quaternion w, x, y, z, shape (4,)."""
        return self._quaternion.copy()

    @property
    def yaw_rate(self) -> float:
        """About the vertical [rad/s]."""
        return self._rate

    @property
    def covariance(self) -> Vector:
        """Of rotation vector and yaw rate, shape (4, 4)."""
        return self._covariance.copy()

    def predict(self, dt: float, seen: bool) -> None:
        """Move on by dt [s]; seen says whether the body was measured at the beginning of that time."""
        travel, decay = _travel(dt, self._parameters.rest_time, seen)
        turn = VERTICAL * self._rate * travel
        self._quaternion = qmult(quaternion_from_vector(turn), self._quaternion)
        transition = np.zeros((4, 4))
        transition[:3, :3] = rotation_from_vector(turn)
        transition[2, 3] = travel
        transition[3, 3] = decay
        self._rate *= decay
        noise = np.zeros((4, 4))
        noise[2:, 2:] = _walk(self._parameters.yaw_rate_walk, dt)
        noise[(0, 1), (0, 1)] = (self._parameters.tilt_rate_sd * dt) ** 2
        self._covariance = transition @ self._covariance @ transition.T + noise

    def distance(self, quaternion: Vector, covariance: Vector) -> float:
        """Return the squared Mahalanobis distance of a measurement from the prediction."""
        innovation = self._innovation(quaternion)
        return float(innovation @ np.linalg.solve(self._covariance[:3, :3] + covariance, innovation))

    def update(self, quaternion: Vector, covariance: Vector) -> None:
        """Take in a measurement w, x, y, z with the covariance of its rotation vector [rad^2]."""
        correction, self._covariance = _update(
            np.zeros(4), self._covariance, np.eye(3, 4), self._innovation(quaternion), covariance
        )
        turned = qmult(quaternion_from_vector(correction[:3]), self._quaternion)
        self._quaternion = turned / np.linalg.norm(turned)
        self._rate += float(correction[3])

    def _innovation(self, quaternion: Vector) -> Vector:
        return vector_from_quaternion(qmult(quaternion, qconjugate(self._quaternion)))


def _travel(dt: float, rest_time: float, seen: bool) -> tuple[float, float]:
    """Return by how much a unit velocity moves a body in dt [s], and what is left of that velocity."""
    if seen:
        return dt, 1.0
    decay = math.exp(-dt / rest_time)
    return rest_time * (1.0 - decay), decay


def _walk(walk: float, dt: float) -> Vector:
    """Return the covariance of position and velocity that a walk of the velocity adds in dt [s], shape (2, 2)."""
    return walk**2 * np.array([[dt**3 / 3.0, dt**2 / 2.0], [dt**2 / 2.0, dt]])


def _update(
    state: Vector, covariance: Vector, measure: Vector, innovation: Vector, noise: Vector
) -> tuple[Vector, Vector]:
    """Return state and covariance after a measurement; Joseph's form keeps the covariance positive."""
    spread = measure @ covariance @ measure.T + noise
    gain = np.linalg.solve(spread, measure @ covariance).T
    left = np.eye(len(state)) - gain @ measure
    return state + gain @ innovation, left @ covariance @ left.T + gain @ noise @ gain.T
