# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The measurement of a cell as a parameter file of the simulator."""

from __future__ import annotations

from rher_agent.twin.measurement import SPAN, CellMeasurement

SERVO_PERIOD = 0.01
"""Of the simulator; its latency is a multiple of it [s]."""
DIGITS = 5
"""Of what is written, after the point."""


def parameter_file(measured: CellMeasurement, control_period: float, source: str) -> str:
    """Return the text of a parameter file for sim.launch.py.

    A command begins to act so long after the state it was decided on as a step takes longer than the control period.
    The simulator delays commands by whole control periods.

    Args:
        measured: Of the cell.
        control_period: For which a command is held [s].
        source: Where the recordings are, for people.
    """
    delay = max(0.0, measured.duration - control_period)
    still = measured.still_spans * SPAN
    return "\n".join(
        (
            f"# Measured in {source}: {measured.steps} steps of the policy, and {still:.0f} s in which the",
            "# object lay still. The age of what is seen at the end of a step is "
            f"{1e3 * measured.age_mean:.0f} ms (95 %: {1e3 * measured.age_p95:.0f} ms);",
            f"# a step takes {1e3 * measured.duration:.0f} ms, so that a command acts {1e3 * delay:.0f} ms after the "
            "state it was decided on.",
            "sim:",
            "  ros__parameters:",
            f"    observation_latency: {round(round(measured.age_mean / SERVO_PERIOD) * SERVO_PERIOD, DIGITS)}",
            f"    action_delay: {round(delay / control_period)}",
            f"    object_position_noise: {measured.position_noise:.{DIGITS}f}",
            f"    object_yaw_noise: {measured.yaw_noise:.{DIGITS}f}",
            "",
        )
    )
