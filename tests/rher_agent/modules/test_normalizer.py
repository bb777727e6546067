# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Running statistics."""

from __future__ import annotations

import numpy as np
import pytest
from rher_agent.modules.normalizer import Normalizer


def test_statistics_of_everything_seen():
    rng = np.random.default_rng(0)
    rows = rng.normal([3.0, -1.0], [2.0, 0.5], (5000, 2)).astype(np.float32)
    normalizer = Normalizer(2, epsilon=0.01, clip=5.0)
    for part in np.array_split(rows, 7):
        normalizer.update(part)
    scaled = normalizer.normalize(rows)
    assert scaled.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-3)
    assert scaled.std(axis=0) == pytest.approx([1.0, 1.0], abs=1e-2)


def test_a_constant_feature_is_not_blown_up():
    normalizer = Normalizer(1, epsilon=0.01, clip=5.0)
    normalizer.update(np.full((100, 1), 2.0, dtype=np.float32))
    assert normalizer.normalize(np.array([[2.01]], dtype=np.float32))[0, 0] == pytest.approx(1.0, rel=1e-2)


def test_clips():
    normalizer = Normalizer(1, epsilon=0.01, clip=5.0)
    normalizer.update(np.array([[-1.0], [1.0]], dtype=np.float32))
    assert normalizer.normalize(np.array([[99.0]], dtype=np.float32))[0, 0] == 5.0
