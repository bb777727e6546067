# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Noise has the size asked for and comes from the stamp; exposure and blur do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from rher_sim_bridge.camera.sensor import CameraSensor, SensorParameters

WIDTH, HEIGHT = 320, 240
GREY = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
IDEAL = SensorParameters(noise=0.0, blur=0.0, depth_noise=0.0, depth_holes=0.0)


def sensor(**changes: float) -> CameraSensor:
    return CameraSensor(SensorParameters(**{**vars(IDEAL), **changes}), WIDTH, HEIGHT)


def test_an_ideal_sensor_changes_nothing() -> None:
    picture = np.random.default_rng(0).integers(0, 256, GREY.shape, np.uint8)
    np.testing.assert_array_equal(sensor().expose(picture, 7), picture)
    depth = np.linspace(0.3, 2.0, WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH)
    np.testing.assert_array_equal(sensor().measure(depth, 7), depth)


def test_noise_is_drawn_from_the_stamp_and_has_its_size() -> None:
    noisy = sensor(noise=3.0)
    first, again, other = (noisy.expose(GREY, stamp).astype(float) for stamp in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert np.mean(first == other) < 0.3
    assert first.std() == pytest.approx(3.0, rel=0.05)
    assert first.mean() == pytest.approx(120.0, abs=0.1)
    assert not np.array_equal(CameraSensor(SensorParameters(seed=1), WIDTH, HEIGHT).expose(GREY, 7), first)


def test_noise_in_black_and_white_does_not_wrap_around() -> None:
    noisy = sensor(noise=10.0)
    assert noisy.expose(np.zeros_like(GREY), 7).max() < 80
    assert noisy.expose(np.full_like(GREY, 255), 7).min() > 180


def test_a_stop_of_exposure_doubles_the_light() -> None:
    brighter = sensor(exposure=1.0).expose(GREY, 0)
    assert np.unique(brighter).tolist() == [round(120 * 2 ** (1 / 2.2))]
    assert sensor(exposure=8.0).expose(GREY, 0).min() == 255
    assert sensor(exposure=-8.0).expose(GREY, 0).max() < 16


def test_blur_spreads_an_edge() -> None:
    edge = np.zeros_like(GREY)
    edge[:, WIDTH // 2 :] = 200
    row = sensor(blur=1.0).expose(edge, 0)[10, :, 0].astype(float)
    rise = np.diff(row) / 200.0
    middle = np.sum(rise * np.arange(WIDTH - 1))
    assert np.sqrt(np.sum(rise * (np.arange(WIDTH - 1) - middle) ** 2)) == pytest.approx(1.0, rel=0.1)


def test_depth_has_noise_and_holes() -> None:
    depth = np.full((HEIGHT, WIDTH), 0.8, np.float32)
    measured = sensor(depth_noise=0.01, depth_holes=0.1).measure(depth, 7)
    known = measured > 0.0
    assert np.mean(~known) == pytest.approx(0.1, rel=0.1)
    assert measured[known].std() == pytest.approx(0.008, rel=0.05)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noise", -1.0),
        ("blur", float("nan")),
        ("exposure", 9.0),
        ("depth_holes", 1.0),
        ("depth_noise", -0.1),
        ("seed", -1),
    ],
)
def test_a_value_out_of_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is"):
        SensorParameters(**{name: value})  # type: ignore[arg-type]
