# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""FetchSlide-v4: hit a puck so that it slides to a goal beyond the arm's reach. Outside what the method is for."""

from __future__ import annotations

from rher_agent.tasks.fetch_push import FetchPushTask


class FetchSlideTask(FetchPushTask):
    """As FetchPush, but for the puck, a disc of 25 mm radius that slides almost without friction."""

    name = "fetch_slide"
    gym_id = "FetchSlide-v4"
    RELEASED = 0.045
    """As in FetchPush; the puck has no corners [m]."""
