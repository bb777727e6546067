# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A reset takes so long that perception begins anew."""

from __future__ import annotations

from rher_perception.tracking.parameters import TrackerParameters
from rher_sim_bridge.worlds.parameters import RESET_TIME


def test_a_reset_is_longer_than_a_tracker_goes_without_pictures() -> None:
    assert TrackerParameters().blind_time < RESET_TIME
