# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Colour and depth of one capture find each other in any order, and no picture is answered twice or never."""

from __future__ import annotations

from rher_perception.ros.images import header_of
from rher_perception.ros.pairing import KEPT_DEPTHS, Pair, Pairing
from sensor_msgs.msg import Image


def image(stamp_ns: int) -> Image:
    return Image(header=header_of(stamp_ns, "camera"))


COLOURS, DEPTHS = [image(k) for k in range(20)], [image(k) for k in range(20)]


def test_depth_may_come_before_or_after_its_colour() -> None:
    pairing = Pairing()
    assert pairing.take_depth(DEPTHS[0]) == []
    assert pairing.take_colour(COLOURS[0]) == [Pair(COLOURS[0], DEPTHS[0])]
    assert pairing.take_colour(COLOURS[1]) == []
    assert pairing.take_depth(DEPTHS[1]) == [Pair(COLOURS[1], DEPTHS[1])]


def test_a_picture_whose_depth_never_comes_goes_without_when_the_next_one_arrives() -> None:
    pairing = Pairing()
    assert pairing.take_colour(COLOURS[0]) == []
    assert pairing.take_colour(COLOURS[1]) == [Pair(COLOURS[0], None)]
    assert pairing.take_depth(DEPTHS[0]) == []
    assert pairing.take_depth(DEPTHS[1]) == [Pair(COLOURS[1], DEPTHS[1])]
    pairing.take_colour(COLOURS[2])
    pairing.take_depth(DEPTHS[3])
    assert pairing.take_colour(COLOURS[3]) == [Pair(COLOURS[2], None), Pair(COLOURS[3], DEPTHS[3])]


def test_the_same_picture_again_is_given_again_at_once() -> None:
    pairing = Pairing()
    pairing.take_colour(COLOURS[0])
    pairing.take_depth(DEPTHS[0])
    assert pairing.take_colour(COLOURS[0]) == [Pair(COLOURS[0], DEPTHS[0])]
    pairing.take_colour(COLOURS[1])
    assert pairing.take_colour(COLOURS[1]) == [Pair(COLOURS[1], None)]
    assert pairing.take_colour(COLOURS[1]) == [Pair(COLOURS[1], None)]


def test_only_the_last_depths_are_kept() -> None:
    pairing = Pairing()
    for depth in DEPTHS[: KEPT_DEPTHS + 1]:
        pairing.take_depth(depth)
    assert pairing.take_colour(COLOURS[0]) == []
    assert pairing.take_colour(COLOURS[1]) == [Pair(COLOURS[0], None), Pair(COLOURS[1], DEPTHS[1])]
