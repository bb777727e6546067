# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""One RTDE connection: agrees on recipes, sends data packages out and takes input packages in."""

from __future__ import annotations

import struct

from rher_sim_bridge.ur_controller.command_numbers import SETPOINTS
from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.framing import FrameReader, Packet, pack_frame
from rher_sim_bridge.ur_controller.outputs import Outputs
from rher_sim_bridge.ur_controller.recipes import IN_USE, INPUTS, NOT_FOUND, OUTPUTS, Recipe, split_names
from rher_sim_bridge.ur_controller.registers import RegisterFile

PROTOCOL = 2
OUTPUT_RECIPE = 1
"""Number of the only output recipe of a connection."""
LEAST_FREQUENCY = 1.0
"""Of data packages [Hz]."""
COMMAND_REGISTERS = ("input_int_register_0", "input_int_register_24")
_FREQUENCY = struct.Struct(">d")
_VERSION = struct.Struct(">4I")


class RtdeSession:
    """The protocol of one connection, without its socket.

    Args:
        controller: The arm.
        registers: Where inputs go.
        outputs: Where outputs come from.
    """

    def __init__(self, controller: ArmController, registers: RegisterFile, outputs: Outputs) -> None:
        self._controller = controller
        self._registers = registers
        self._outputs = outputs
        self._reader = FrameReader()
        self._output: Recipe | None = None
        self._inputs: list[Recipe] = []
        self._every = 1
        self._is_started = False

    def feed(self, data: bytes) -> bytes:
        """Take bytes from the client and return the answers.

        Raises:
            ValueError: The client does not speak RTDE.
        """
        return b"".join(self._answer(packet, payload) for packet, payload in self._reader.feed(data))

    def package(self) -> bytes:
        """Return the data package that is due in this cycle; empty when none is."""
        if not self._is_started or self._output is None or self._controller.cycles % self._every:
            return b""
        return pack_frame(Packet.DATA, self._output.pack(self._outputs.read(self._output.names)))

    def close(self) -> None:
        """Give the inputs of this connection free; their last values stay."""
        self._registers.release(self)

    def _answer(self, packet: int, payload: bytes) -> bytes:
        if packet == Packet.DATA:
            self._take(payload)
            return b""
        if packet == Packet.REQUEST_PROTOCOL_VERSION:
            return pack_frame(packet, bytes((int(payload == PROTOCOL.to_bytes(2, "big")),)))
        if packet == Packet.GET_CONTROLLER_VERSION:
            return pack_frame(packet, _VERSION.pack(*self._controller.options.version))
        if packet == Packet.SETUP_OUTPUTS:
            return pack_frame(packet, self._set_outputs(payload))
        if packet == Packet.SETUP_INPUTS:
            return pack_frame(packet, self._set_inputs(payload))
        if packet in (Packet.START, Packet.PAUSE):
            self._is_started = packet == Packet.START and self._output is not None
            return pack_frame(packet, bytes((int(self._is_started or packet == Packet.PAUSE),)))
        raise ValueError(f"a frame of type {packet}")

    def _set_outputs(self, payload: bytes) -> bytes:
        frequency = _FREQUENCY.unpack_from(payload)[0] if len(payload) >= _FREQUENCY.size else 0.0
        names = split_names(payload[_FREQUENCY.size :])
        types = [OUTPUTS.get(name, NOT_FOUND) for name in names]
        if NOT_FOUND in types or not frequency >= LEAST_FREQUENCY:
            return bytes((0,)) + ",".join(types).encode()
        self._every = max(1, round(self._controller.options.rate / frequency))
        self._output = Recipe(OUTPUT_RECIPE, names, OUTPUTS)
        return bytes((OUTPUT_RECIPE,)) + ",".join(types).encode()

    def _set_inputs(self, payload: bytes) -> bytes:
        names = split_names(payload)
        types = [IN_USE if self._registers.is_claimed(name, self) else INPUTS.get(name, NOT_FOUND) for name in names]
        if IN_USE in types or NOT_FOUND in types:
            return bytes((0,)) + ",".join(types).encode()
        for name in names:
            self._registers.claim(name, self)
        self._inputs.append(Recipe(len(self._inputs) + 1, names, INPUTS))
        return bytes((len(self._inputs),)) + ",".join(types).encode()

    def _take(self, payload: bytes) -> None:
        if not payload or not 1 <= payload[0] <= len(self._inputs):
            return
        values = dict(self._inputs[payload[0] - 1].unpack(payload))
        for name, value in values.items():
            self._registers.write(name, value[0])
        for name in COMMAND_REGISTERS:
            if name in values and values[name][0] in SETPOINTS:
                self._controller.servo_writes += 1
        if values.get("speed_slider_mask", (0,))[0]:
            self._controller.slider = min(1.0, max(0.0, values.get("speed_slider_fraction", (1.0,))[0]))
