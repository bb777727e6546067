# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Position and orientation of one body, filtered side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rher_perception.geometry import Pose
from rher_perception.tracking.kalman import VERTICAL, OrientationFilter, PositionFilter
from rher_perception.tracking.parameters import TrackerParameters

Vector = NDArray[np.float64]


class BodyFilter:
    """Filters the pose of a body; correlations between position and orientation are left out.

    Args:
        pose: First measurement base_from_object.
        covariance: Of it, as in ObjectEstimate.
        parameters: Motion model.
        planar: The body stands upright at a known height, which no motion along the table may change.
    """

    def __init__(self, pose: Pose, covariance: Vector, parameters: TrackerParameters, *, planar: bool = False) -> None:
        self._parameters = parameters
        self._planar = planar
        spread, turn_spread = self._noise(covariance)
        self._position = PositionFilter(pose.translation, spread, parameters)
        self._orientation = OrientationFilter(pose.quaternion, turn_spread, parameters)

    @property
    def pose(self) -> Pose:
        """Filtered base_from_object."""
        return Pose.from_quaternion(self._orientation.quaternion, self._position.position)

    @property
    def covariance(self) -> Vector:
        """Of position [m^2] and rotation vector [rad^2], shape (6, 6)."""
        covariance = np.zeros((6, 6))
        covariance[:3, :3] = self._position.covariance[:3, :3]
        covariance[3:, 3:] = self._orientation.covariance[:3, :3]
        return covariance

    @property
    def linear_velocity(self) -> Vector:
        """In base_link [m/s], shape (3,)."""
        return self._position.velocity

    @property
    def angular_velocity(self) -> Vector:
        """In base_link [rad/s], shape (3,)."""
        return VERTICAL * self._orientation.yaw_rate

    def predict(self, dt: float, seen: bool) -> None:
        """Move on by dt [s]; seen says whether the body was measured at the beginning of that time."""
        self._position.predict(dt, seen)
        self._orientation.predict(dt, seen)

    def distance(self, pose: Pose, covariance: Vector) -> float:
        """Return the greater of the squared Mahalanobis distances of position and orientation from the prediction."""
        spread, turn_spread = self._noise(covariance)
        return max(
            self._position.distance(pose.translation, spread), self._orientation.distance(pose.quaternion, turn_spread)
        )

    def update(self, pose: Pose, covariance: Vector) -> None:
        """Take in a measurement with its covariance, as in ObjectEstimate."""
        spread, turn_spread = self._noise(covariance)
        self._position.update(pose.translation, spread)
        self._orientation.update(pose.quaternion, turn_spread)

    def _noise(self, covariance: Vector) -> tuple[Vector, Vector]:
        """Return the covariances of position and orientation, widened by what they do not know of."""
        spread = covariance[:3, :3] + self._parameters.position_sd**2 * np.eye(3)
        turn_spread = covariance[3:, 3:] + self._parameters.orientation_sd**2 * np.eye(3)
        if self._planar:
            # What was assumed is no measurement: through its correlation the filter would let the body rise and tilt.
            spread[2, :2] = spread[:2, 2] = 0.0
            turn_spread[2, :2] = turn_spread[:2, 2] = 0.0
        return spread, turn_spread
