# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of RTDE: a length, a type and a payload, all big-endian.

From Universal Robots' "Real-Time Data Exchange (RTDE) Guide".
"""

from __future__ import annotations

import struct
from enum import IntEnum

HEADER = struct.Struct(">HB")
"""Total length [bytes] and type."""


class Packet(IntEnum):
    """Types of frames."""

    REQUEST_PROTOCOL_VERSION = ord("V")
    GET_CONTROLLER_VERSION = ord("v")
    TEXT_MESSAGE = ord("M")
    DATA = ord("U")
    SETUP_OUTPUTS = ord("O")
    SETUP_INPUTS = ord("I")
    START = ord("S")
    PAUSE = ord("P")


def pack_frame(packet: int, payload: bytes) -> bytes:
    """Return a frame."""
    return HEADER.pack(HEADER.size + len(payload), packet) + payload


class FrameReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Add bytes of the stream and return the frames that are now complete, as type and payload.

        Raises:
            ValueError: A frame is shorter than its header; the stream cannot be read on.
        """
        self._buffer += data
        frames = []
        while len(self._buffer) >= HEADER.size:
            length, packet = HEADER.unpack_from(self._buffer)
            if length < HEADER.size:
                raise ValueError(f"a frame has {length} bytes; allowed: {HEADER.size} or more")
            if len(self._buffer) < length:
                break
            frames.append((packet, bytes(self._buffer[HEADER.size : length])))
            del self._buffer[:length]
        return frames
