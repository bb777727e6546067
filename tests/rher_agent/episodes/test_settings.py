# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

import math

import pytest
from rher_agent.episodes.settings import EpisodeSettings


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"speed": 0.25}, "speed is 0.25; allowed: 0.01 to 0.24"),
        ({"pushes": 0}, "pushes is 0; allowed: 1 to 20"),
        ({"travel_height": 0.05}, "travel_height is 0.05; allowed: 0.09 to 0.5"),
        ({"park_height": 0.1}, "park_height is 0.1 m; allowed: travel_height or more"),
        ({"park_offset": (0.0, math.nan)}, "park_offset is (0.0, nan); allowed: two finite lengths"),
        ({"inset": 0.02, "edge": 0.02}, "inset is 0.02 m; allowed: more than edge, 0.02 m"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(given, message):
    with pytest.raises(ValueError) as refused:
        EpisodeSettings(**given)
    assert str(refused.value) == message
