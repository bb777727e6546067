# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Frames and recipes of RTDE, byte by byte."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rher_sim_bridge.ur_controller.framing import FrameReader, Packet, pack_frame
from rher_sim_bridge.ur_controller.recipes import INPUTS, OUTPUTS, Recipe, split_names


def test_a_frame_is_length_type_and_payload():
    assert pack_frame(Packet.REQUEST_PROTOCOL_VERSION, b"\x00\x02") == b"\x00\x05V\x00\x02"


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=5), st.integers(1, 7))
def test_a_stream_in_any_pieces_gives_the_frames(frames, size):
    stream = b"".join(pack_frame(packet, payload) for packet, payload in frames)
    reader = FrameReader()
    found = []
    for begin in range(0, len(stream), size):
        found += reader.feed(stream[begin : begin + size])
    assert found == frames


def test_a_frame_shorter_than_its_header_is_refused():
    with pytest.raises(ValueError, match="2 bytes"):
        FrameReader().feed(b"\x00\x02V")


def test_names_end_with_a_comma():
    assert split_names(b"input_int_register_0,input_double_register_0,") == (
        "input_int_register_0",
        "input_double_register_0",
    )


def test_a_data_package_has_the_recipe_id_and_big_endian_values():
    recipe = Recipe(1, ("timestamp", "runtime_state", "actual_q"), OUTPUTS)
    payload = recipe.pack([1.5, 2, 1, 2, 3, 4, 5, 6])
    assert payload == struct.pack(">BdI6d", 1, 1.5, 2, 1, 2, 3, 4, 5, 6)


def test_the_packages_of_the_client_have_the_sizes_that_it_expects():
    control = (
        "timestamp",
        "robot_status_bits",
        "safety_status_bits",
        "runtime_state",
        *(f"output_int_register_{i}" for i in range(3)),
        *(f"output_double_register_{i}" for i in range(6)),
    )
    recipe = Recipe(1, control, OUTPUTS)
    count = len(control)
    assert len(pack_frame(Packet.DATA, recipe.pack([0] * count))) == 84


@pytest.mark.parametrize("length", [0, 4, 8, 12, 20])
def test_a_package_shorter_or_longer_than_its_recipe_is_read_as_far_as_it_fits(length):
    recipe = Recipe(2, ("input_int_register_0", "input_double_register_0"), INPUTS)
    payload = (struct.pack(">Bid", 2, 11, 0.5) + bytes(8))[: 1 + length]
    expected = [("input_int_register_0", (11,)), ("input_double_register_0", (0.5,))]
    assert recipe.unpack(payload) == expected[: (length >= 4) + (length >= 12)]
