# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Seeds of episodes, drawn from the seed of the run so that training and evaluations never share one."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class SeedStream(IntEnum):
    """What a seed is for."""

    TRAINING = 0
    EVALUATION = 1
    FINAL_EVALUATION = 2
    EXPLORATION = 3
    PLAYBACK = 4


def episode_seed(run_seed: int, stream: SeedStream, index: int) -> int:
    """Return the seed of episode `index` of a stream, 0 to 2**63 - 1 so that it fits a signed 64-bit message field."""
    word = np.random.SeedSequence((run_seed, int(stream), index)).generate_state(1, np.uint64)[0]
    return int(word >> np.uint64(1))
