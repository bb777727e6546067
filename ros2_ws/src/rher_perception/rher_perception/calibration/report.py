# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a calibration tells people: its progress, and at the end how far its methods are apart."""

from __future__ import annotations

import math

from rher_perception.calibration.hand_eye import HandEyeResult
from rher_perception.calibration.samples import Setup

MM_PER_M = 1e3
SECONDS_PER_MINUTE = 60


def progress_line(taken: int, wanted: int, missing: tuple[str, ...], seconds_left: float | None) -> str:
    """Return how far a collection is.

    Args:
        taken: Samples so far.
        wanted: Samples that are asked for.
        missing: What the set lacks, besides poses.
        seconds_left: Until its end [s]; None when nobody knows.
    """
    parts = [f"{taken}/{wanted} poses", *missing]
    if seconds_left is not None:
        minutes, seconds = divmod(round(seconds_left), SECONDS_PER_MINUTE)
        parts.append(f"{minutes}:{seconds:02d} left")
    return ", ".join(parts)


def method_table(result: HandEyeResult) -> str:
    """Return the held-out residuals of all methods, the one that was taken marked."""
    lines = ["method        held-out residual (root mean square)"]
    for name, (metres, radians) in sorted(result.by_method.items(), key=lambda item: item[1][0]):
        mark = "  <- taken" if name == result.method else ""
        lines.append(f"{name:<12}  {MM_PER_M * metres:6.2f} mm  {math.degrees(radians):6.3f} deg{mark}")
    return "\n".join(lines)


def result_lines(result: HandEyeResult, parent_frame: str, child_frame: str) -> str:
    """Return where the camera is, from which samples."""
    x, y, z = result.camera.translation
    quaternion = ", ".join(f"{value:.5f}" for value in result.camera.quaternion)
    left_out = f", without {', '.join(str(k + 1) for k in result.left_out)}" if result.left_out else ""
    where = "stands still" if result.setup is Setup.EYE_TO_HAND else "moves with the tool"
    return (
        f"{child_frame} in {parent_frame} ({where}): ({x:.4f}, {y:.4f}, {z:.4f}) m, "
        f"quaternion w, x, y, z ({quaternion})\nfrom {len(result.used)} poses{left_out}"
    )
