# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""How exactly the hand-eye calibration finds the camera in a simulated cell, from 15 to 30 standstills of the arm.

The target is held by the gripper, the camera looks on (eye to hand). Vision errs by 0.3 mm across and 1 mm along the
optical axis and by 0.25 degrees, the arm by 0.1 mm; with --outliers, so many poses are wrong by centimetres. Every
trial draws new poses and new noise. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math

import numpy as np
from numpy.typing import NDArray
from rher_perception.calibration.hand_eye import calibrate
from rher_perception.calibration.samples import CalibrationError, HandEyeSample, Setup
from rher_perception.geometry import Pose, rotation_angle, rotation_from_vector

Vector = NDArray[np.float64]

BASE_FROM_CAMERA = Pose(rotation_from_vector(np.array([-1.8, 1.7, -0.7])), np.array([1.1, 0.2, 0.7]))
GRIPPER_FROM_TARGET = Pose(rotation_from_vector(np.array([0.3, 1.2, -0.4])), np.array([0.01, -0.02, 0.08]))
TOOL_DOWN = np.diag([1.0, -1.0, -1.0])
MIDDLE = np.array([0.5, 0.0, 0.35])
"""Of the positions, in base_link [m]."""
REACH = 0.12
"""Greatest distance from it along each axis [m]."""
TURN = math.radians(35.0)
"""Greatest turn about each axis of the tool [rad]."""
VISION_SD = np.array([0.0003, 0.0003, 0.001])
"""In the optical frame [m]."""
TURN_SD = math.radians(0.25)
ARM_SD = 0.0001
"""[rad] and [m]."""
OUTLIER_SD = (0.1, 0.03)
"""Of a false pose [rad] and [m]."""


def draw(count: int, outliers: int, rng: np.random.Generator) -> list[HandEyeSample]:
    """Return the samples of one trial."""
    samples = []
    for k in range(count):
        turn = TOOL_DOWN @ rotation_from_vector(rng.uniform(-TURN, TURN, 3))
        gripper = Pose(turn, MIDDLE + rng.uniform(-REACH, REACH, 3))
        seen = BASE_FROM_CAMERA.inverse @ gripper @ GRIPPER_FROM_TARGET
        angle_sd, shift_sd = (OUTLIER_SD[0], np.full(3, OUTLIER_SD[1])) if k < outliers else (TURN_SD, VISION_SD)
        noisy = Pose(
            rotation_from_vector(rng.normal(0.0, angle_sd, 3)) @ seen.rotation,
            seen.translation + rng.normal(0.0, shift_sd),
        )
        samples.append(HandEyeSample(Pose(turn, gripper.translation + rng.normal(0.0, ARM_SD, 3)), noisy))
    return samples


def main() -> None:
    """Run all trials and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--poses", type=int, nargs="+", default=[15, 20, 30])
    parser.add_argument("--outliers", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--trials", type=int, default=10)
    options = parser.parse_args()

    results = []
    print("poses  outliers  refused  error mm (mean, p95, max)  error deg           held-out mm, deg (mean)")
    for count in options.poses:
        for outliers in options.outliers:
            errors, stated, refused = [], [], 0
            for trial in range(options.trials):
                try:
                    samples = draw(count, outliers, np.random.default_rng((count, outliers, trial)))
                    found = calibrate(samples, Setup.EYE_TO_HAND)
                except CalibrationError:
                    refused += 1
                    continue
                shift = 1e3 * float(np.linalg.norm(found.camera.translation - BASE_FROM_CAMERA.translation))
                turn = math.degrees(rotation_angle(found.camera.rotation.T @ BASE_FROM_CAMERA.rotation))
                metres, radians = found.held_out.rms
                errors.append((shift, turn))
                stated.append((1e3 * metres, math.degrees(radians)))
            table = np.array(errors)
            rows = (table.mean(axis=0), np.percentile(table, 95, axis=0), table.max(axis=0))
            statistics = np.stack(rows).round(3)
            held = np.array(stated).mean(axis=0).round(3)
            results.append(
                {
                    "poses": count,
                    "outliers": outliers,
                    "refused": refused,
                    "mm": statistics[:, 0].tolist(),
                    "deg": statistics[:, 1].tolist(),
                    "held_out_mm": float(held[0]),
                    "held_out_deg": float(held[1]),
                }
            )
            cells = ("/".join(f"{x:.2f}" for x in statistics[:, k]) for k in range(2))
            millimetres, degrees = (cell.ljust(25 - 6 * k) for k, cell in enumerate(cells))
            print(f"{count:<6} {outliers:<9} {refused:<8} {millimetres}  {degrees} {held[0]:.2f}, {held[1]:.2f}")
    print(json.dumps({"trials": options.trials, "results": results}))


if __name__ == "__main__":
    main()
