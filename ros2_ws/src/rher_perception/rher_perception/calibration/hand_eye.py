# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where the camera is, from standstills of the arm: all of OpenCV's methods, and a refinement of the best.

Which of them is taken is decided by samples held out of the fit, and so is what the result is said to be worth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.calibration.coverage import CoverageLimits, lacks, mean_pose
from rher_perception.calibration.outliers import screw_outliers
from rher_perception.calibration.samples import (
    CalibrationError,
    HandEyeSample,
    Residuals,
    Setup,
    errors_of,
    residuals,
)
from rher_perception.geometry import Pose, rotation_from_vector

Vector = NDArray[np.float64]

METHODS = {
    "tsai": cv2.CALIB_HAND_EYE_TSAI,
    "park": cv2.CALIB_HAND_EYE_PARK,
    "horaud": cv2.CALIB_HAND_EYE_HORAUD,
    "andreff": cv2.CALIB_HAND_EYE_ANDREFF,
    "daniilidis": cv2.CALIB_HAND_EYE_DANIILIDIS,
}
"""OpenCV's methods by name."""
REFINED = "refined"
"""Name of the method that minimises the residuals of X and Z together."""
ITERATIONS = 15
STEP = 1e-6
"""For numerical derivatives [m, rad]."""
MAD_TO_SD = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""


@dataclass(frozen=True)
class HandEyeParameters:
    """When a calibration is good enough."""

    coverage: CoverageLimits = field(default_factory=CoverageLimits)
    folds: int = 5
    """Parts of the set of which each is held out once."""
    max_outliers: float = 0.25
    """Greatest share of samples that may be left out as outliers."""
    outlier_sd: float = 4.0
    """A sample whose residual is so many standard deviations above the median is left out."""
    outlier_floor: tuple[float, float] = (0.002, math.radians(0.3))
    """But not below these residuals, [m] and [rad]."""
    max_residual: tuple[float, float] = (0.005, math.radians(1.0))
    """Greatest held-out residual, root mean square, [m] and [rad]."""

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise ValueError(f"folds is {self.folds}; allowed: 2 or more")
        if not 0.0 <= self.max_outliers < 0.5:
            raise ValueError(f"max_outliers is {self.max_outliers}; allowed: 0 to less than 0.5")
        if not (math.isfinite(self.outlier_sd) and self.outlier_sd > 0.0):
            raise ValueError(f"outlier_sd is {self.outlier_sd}; allowed: more than 0")
        for name in ("outlier_floor", "max_residual"):
            value = getattr(self, name)
            if len(value) != 2 or not all(math.isfinite(x) and x > 0.0 for x in value):
                raise ValueError(f"{name} is {value}; allowed: two numbers above 0 [m, rad]")


@dataclass(frozen=True, eq=False)
class HandEyeResult:
    """A calibration and what it is worth."""

    setup: Setup
    camera: Pose
    """X: base_from_camera or gripper_from_camera."""
    target: Pose
    """Z: gripper_from_target or base_from_target."""
    method: str
    """Which method gave it."""
    held_out: Residuals
    """Of each sample used, from fits that did not see it."""
    by_method: dict[str, tuple[float, float]]
    """Held-out residual of every method, root mean square, [m] and [rad]."""
    used: tuple[int, ...]
    """Indices of the samples it rests on."""
    left_out: tuple[int, ...]
    """Indices of the outliers."""


def calibrate(samples: list[HandEyeSample], setup: Setup, parameters: HandEyeParameters | None = None) -> HandEyeResult:
    """Calibrate.

    Args:
        samples: Standstills of the arm.
        setup: Where the camera is mounted.
        parameters: When the result is good enough.

    Raises:
        CalibrationError: The set is bad; the reasons say which motions are missing or what else is wrong.
    """
    parameters = parameters or HandEyeParameters()
    if missing := lacks(samples, parameters.coverage):
        raise CalibrationError(missing)
    suspects = set(screw_outliers(samples, setup))
    kept = [k for k in range(len(samples)) if k not in suspects]
    _check_share(len(samples), kept, parameters)
    while True:
        chosen = [samples[k] for k in kept]
        by_method = {name: _cross_validate(chosen, setup, name, parameters.folds) for name in (*METHODS, REFINED)}
        valid = {name: held for name, held in by_method.items() if held is not None}
        if not valid:
            raise CalibrationError(("no method finds a solution",))
        method = min(valid, key=lambda name: valid[name].rms[0])
        off = _worst(valid[method], parameters)
        if off is None:
            break
        del kept[off]
        _check_share(len(samples), kept, parameters)
    if missing := lacks(chosen, parameters.coverage):
        raise CalibrationError(tuple(f"without its outliers: {reason}" for reason in missing))
    solution = solve(chosen, setup, method)
    if solution is None:
        raise CalibrationError(("no method finds a solution",))
    metres, radians = valid[method].rms
    if metres > parameters.max_residual[0] or radians > parameters.max_residual[1]:
        raise CalibrationError(
            (
                f"held-out samples are off by {1e3 * metres:.1f} mm and {math.degrees(radians):.2f} deg, more than "
                f"{1e3 * parameters.max_residual[0]:.1f} mm and {math.degrees(parameters.max_residual[1]):.2f} deg: "
                "check the size of the tags, the intrinsics, and that the target does not move in its mount",
            )
        )
    return HandEyeResult(
        setup=setup,
        camera=solution[0],
        target=solution[1],
        method=method,
        held_out=valid[method],
        by_method={name: held.rms for name, held in valid.items()},
        used=tuple(kept),
        left_out=tuple(k for k in range(len(samples)) if k not in kept),
    )


def solve(samples: list[HandEyeSample], setup: Setup, method: str) -> tuple[Pose, Pose] | None:
    """Return X and Z by one method, or None when it finds nothing finite."""
    if method == REFINED:
        starts = [solution for name in METHODS if (solution := solve(samples, setup, name)) is not None]
        if not starts:
            return None
        return _refine(samples, setup, *min(starts, key=lambda start: residuals(samples, setup, *start).rms[0]))
    chains = [sample.chain(setup) for sample in samples]
    seen = [sample.camera_from_target for sample in samples]
    try:
        # The fifth positional argument would be an output array: the method goes by keyword.
        rotation, translation = cv2.calibrateHandEye(
            [pose.rotation for pose in chains],
            [pose.translation for pose in chains],
            [pose.rotation for pose in seen],
            [pose.translation for pose in seen],
            method=METHODS[method],
        )
        x = Pose(np.asarray(rotation, np.float64), np.asarray(translation, np.float64).ravel())
    except (cv2.error, ValueError):
        return None
    return x, mean_pose([chain @ x @ target for chain, target in zip(chains, seen, strict=True)])


def _refine(samples: list[HandEyeSample], setup: Setup, x: Pose, z: Pose) -> tuple[Pose, Pose]:
    """Return X and Z that minimise the residuals, translation and rotation weighted by their own spread."""
    for _ in range(ITERATIONS):
        errors = errors_of(samples, setup, x, z)
        spread = np.repeat([max(float(np.sqrt(np.mean(part**2))), STEP) for part in (errors[:, :3], errors[:, 3:])], 3)
        jacobian = np.column_stack(
            [
                ((errors_of(samples, setup, *_moved(x, z, STEP * unit)) - errors) / STEP / spread).ravel()
                for unit in np.eye(12)
            ]
        )
        step = np.linalg.lstsq(jacobian, -(errors / spread).ravel(), rcond=None)[0]
        x, z = _moved(x, z, step)
        if float(np.linalg.norm(step)) < STEP:
            break
    return x, z


def _moved(x: Pose, z: Pose, step: Vector) -> tuple[Pose, Pose]:
    """Return X and Z moved by translations and rotation vectors, shape (12,)."""
    return (
        Pose(rotation_from_vector(step[3:6]) @ x.rotation, x.translation + step[:3]),
        Pose(rotation_from_vector(step[9:]) @ z.rotation, z.translation + step[6:9]),
    )


def _cross_validate(samples: list[HandEyeSample], setup: Setup, method: str, folds: int) -> Residuals | None:
    """Return the residuals of each sample from a fit to the other folds, or None when a fit fails."""
    translation, rotation = np.empty(len(samples)), np.empty(len(samples))
    folds = min(folds, len(samples))
    for fold in range(folds):
        out = list(range(fold, len(samples), folds))
        solution = solve([sample for k, sample in enumerate(samples) if k not in out], setup, method)
        if solution is None:
            return None
        held = residuals([samples[k] for k in out], setup, *solution)
        translation[out], rotation[out] = held.translation, held.rotation
    return Residuals(translation, rotation)


def _worst(held: Residuals, parameters: HandEyeParameters) -> int | None:
    """Return the sample that is furthest beyond the others, or None when none is."""
    excess = np.zeros(len(held.translation))
    for values, floor in zip((held.translation, held.rotation), parameters.outlier_floor, strict=True):
        middle = float(np.median(values))
        spread = MAD_TO_SD * float(np.median(np.abs(values - middle)))
        limit = max(floor, middle + parameters.outlier_sd * spread)
        excess = np.maximum(excess, values / limit)
    return int(excess.argmax()) if excess.max() > 1.0 else None


def _check_share(count: int, kept: list[int], parameters: HandEyeParameters) -> None:
    if count - len(kept) > parameters.max_outliers * count:
        raise CalibrationError(
            (
                f"{count - len(kept)} of {count} poses disagree with the others: the target moves in its mount, "
                "the arm had not stopped, or its poses and the pictures do not belong together",
            )
        )
