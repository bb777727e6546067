# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One object over time: between pictures it is predicted, through short occlusions it is bridged, then it is lost.

Time comes from the stamps of the captures only. A measurement far off the prediction is held back until a few in a row
agree, so that one false pose moves no tracked object, and one that somebody picked up and put down is found again. An
object that is new, or was lost, is believed at once.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from transforms3d.quaternions import qmult

from rher_perception.geometry import Pose, quaternion_from_vector, rotation_angle
from rher_perception.objects.estimate import ObjectEstimate, Observation
from rher_perception.tracking.body import BodyFilter
from rher_perception.tracking.kalman import VERTICAL
from rher_perception.tracking.parameters import TrackerParameters

Vector = NDArray[np.float64]

NS_PER_S = 1_000_000_000


@dataclass(frozen=True, eq=False)
class TrackedObject:
    """What is known of an object at the capture of a picture."""

    name: str
    stamp_ns: int
    """Time of the capture [ns]."""
    base_from_object: Pose | None
    """Filtered while tracked, the last one known afterwards; None before the object was ever seen."""
    linear_velocity: Vector
    """In base_link [m/s], shape (3,); zero when not tracked."""
    angular_velocity: Vector
    """In base_link [rad/s], shape (3,); zero when not tracked."""
    covariance: Vector
    """Of position [m^2] and rotation vector [rad^2] in base_link, shape (6, 6)."""
    tracked: bool
    age: float
    """Time since the pose was last measured [s]; infinite before that."""
    reason: str
    """Why this picture did not measure it; empty when it did."""


class ObjectTracker:
    """Tracks one object.

    Args:
        name: Of the object.
        parameters: Motion model and limits.
        planar: The object stands upright at a known height.
    """

    def __init__(self, name: str, parameters: TrackerParameters | None = None, *, planar: bool = False) -> None:
        self._name = name
        self._planar = planar
        self._parameters = parameters or TrackerParameters()
        self.reset()

    def reset(self) -> None:
        """Forget everything, for example when the world was set up anew."""
        self._body: BodyFilter | None = None
        self._stamp_ns: int | None = None
        self._measured_ns: int | None = None
        self._looked_ns: int | None = None
        self._seen = False
        self._last: Pose | None = None
        self._last_covariance = np.zeros((6, 6))
        self._strays: list[ObjectEstimate] = []

    def observe(self, stamp_ns: int, observation: Observation | str) -> TrackedObject:
        """Take in a picture; return what is known at its capture.

        Args:
            stamp_ns: Time of the capture [ns], later than the last.
            observation: What the picture says about the object, or in words why the picture does not count.

        Raises:
            ValueError: The stamp is not later than the last, or not that of the observation.
        """
        if self._stamp_ns is not None and stamp_ns <= self._stamp_ns:
            raise ValueError(f"stamp_ns is {stamp_ns}; allowed: more than the last, {self._stamp_ns}")
        if not isinstance(observation, str) and observation.stamp_ns != stamp_ns:
            raise ValueError(f"stamp_ns is {stamp_ns}; allowed: that of the observation, {observation.stamp_ns}")
        # A time without pictures was a blind one, whatever this picture shows.
        self._predict(stamp_ns)
        self._stamp_ns = stamp_ns
        if not isinstance(observation, str):
            self._looked_ns = stamp_ns
        if isinstance(observation, ObjectEstimate):
            reason = self._measure(self._turned(observation))
        else:
            reason = observation if isinstance(observation, str) else observation.reason
            self._strays.clear()
        self._seen = not reason
        return self._report(stamp_ns, reason)

    def expect(self, stamp_ns: int) -> Pose | None:
        """Return where the object should be at a later capture, or None when it is not tracked."""
        if self._body is None or self._stamp_ns is None or stamp_ns <= self._stamp_ns:
            return None
        body = copy.deepcopy(self._body)
        body.predict((stamp_ns - self._stamp_ns) / NS_PER_S, self._seen)
        return body.pose

    def _predict(self, stamp_ns: int) -> None:
        if self._body is None or self._stamp_ns is None or self._measured_ns is None:
            return
        unseen = stamp_ns - self._measured_ns
        blind = unseen if self._looked_ns is None else stamp_ns - self._looked_ns
        if unseen > self._parameters.bridge_time * NS_PER_S or blind > self._parameters.blind_time * NS_PER_S:
            self._body = None
            return
        self._body.predict((stamp_ns - self._stamp_ns) / NS_PER_S, self._seen)

    def _turned(self, estimate: ObjectEstimate) -> ObjectEstimate:
        """Return the estimate with that of its indistinguishable yaws which is nearest to the last orientation."""
        known = self._body.pose if self._body else self._last
        if estimate.yaw_symmetry == 1 or known is None:
            return estimate
        step = 2.0 * math.pi / estimate.yaw_symmetry
        measured = estimate.base_from_object
        options = (
            qmult(quaternion_from_vector(VERTICAL * step * k), measured.quaternion)
            for k in range(estimate.yaw_symmetry)
        )
        nearest = max(options, key=lambda option: abs(float(option @ known.quaternion)))
        return replace(estimate, base_from_object=Pose.from_quaternion(nearest, measured.translation))

    def _measure(self, estimate: ObjectEstimate) -> str:
        """Take in a pose; return why it was held back, empty when it was not."""
        pose, covariance = estimate.base_from_object, estimate.covariance
        if self._body is not None and self._is_near(estimate) and self._fits(self._body, estimate):
            self._body.update(pose, covariance)
        elif self._body is None or self._agree_on_jump(estimate):
            self._body = BodyFilter(pose, covariance, self._parameters, planar=self._planar)
        else:
            moved = 1e3 * float(np.linalg.norm(pose.translation - self._body.pose.translation))
            return f"the pose jumped, {moved:.1f} mm from the prediction: held back until more pictures agree"
        self._measured_ns = estimate.stamp_ns
        self._strays.clear()
        self._last, self._last_covariance = self._body.pose, self._body.covariance
        return ""

    def _fits(self, body: BodyFilter, estimate: ObjectEstimate) -> bool:
        """Return whether a pose is near enough to the prediction."""
        return body.distance(estimate.base_from_object, estimate.covariance) <= self._parameters.gate

    def _is_near(self, estimate: ObjectEstimate) -> bool:
        """Return whether the object can have come to a pose since it was last measured.

        The prediction's covariance alone would in the end let it come from anywhere.
        """
        if self._last is None or self._measured_ns is None:
            return True
        elapsed = (estimate.stamp_ns - self._measured_ns) / NS_PER_S
        reach = self._parameters.jump_distance + self._parameters.max_speed * elapsed
        return float(np.linalg.norm(estimate.base_from_object.translation - self._last.translation)) <= reach

    def _agree_on_jump(self, estimate: ObjectEstimate) -> bool:
        """Return whether the last few held back agree on where the object is now."""
        if self._strays:
            before, now = self._strays[-1].base_from_object, estimate.base_from_object
            apart = float(np.linalg.norm(before.translation - now.translation))
            turned = rotation_angle(before.rotation.T @ now.rotation)
            if apart > self._parameters.jump_distance or turned > self._parameters.jump_angle:
                self._strays.clear()
        self._strays.append(estimate)
        return len(self._strays) >= self._parameters.jump_frames

    def _report(self, stamp_ns: int, reason: str) -> TrackedObject:
        age = math.inf if self._measured_ns is None else (stamp_ns - self._measured_ns) / NS_PER_S
        if self._body is not None:
            body = self._body
            return TrackedObject(
                self._name,
                stamp_ns,
                body.pose,
                body.linear_velocity,
                body.angular_velocity,
                body.covariance,
                True,
                age,
                reason,
            )
        if self._measured_ns is not None:
            reason = f"lost, unseen for {age:.2f} s: {reason}"
        nothing = np.zeros(3)
        return TrackedObject(
            self._name, stamp_ns, self._last, nothing, nothing, self._last_covariance, False, age, reason
        )
