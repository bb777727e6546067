# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Recipes of RTDE: which variables a data package carries, in which types.

Names and types are from Universal Robots' "Real-Time Data Exchange (RTDE) Guide".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from rher_sim_bridge.ur_controller.registers import REGISTERS

NOT_FOUND = "NOT_FOUND"
IN_USE = "IN_USE"

CODES = {
    "UINT8": "B",
    "BOOL": "?",
    "UINT32": "I",
    "UINT64": "Q",
    "INT32": "i",
    "DOUBLE": "d",
    "VECTOR3D": "3d",
    "VECTOR6D": "6d",
    "VECTOR6INT32": "6i",
}
"""Types of RTDE as the struct module writes them."""

_VECTOR6D = (
    "target_q target_qd target_qdd target_current target_moment actual_q actual_qd actual_current "
    "joint_control_output actual_TCP_pose actual_TCP_speed actual_TCP_force target_TCP_pose target_TCP_speed "
    "joint_temperatures actual_joint_voltage payload_inertia ft_raw_wrench"
)
_DOUBLE = (
    "timestamp actual_execution_time speed_scaling target_speed_fraction actual_momentum actual_main_voltage "
    "actual_robot_voltage actual_robot_current standard_analog_input0 standard_analog_input1 "
    "standard_analog_output0 standard_analog_output1 payload"
)
OUTPUTS: dict[str, str] = {
    **dict.fromkeys(_VECTOR6D.split(), "VECTOR6D"),
    **dict.fromkeys(_DOUBLE.split(), "DOUBLE"),
    **dict.fromkeys(("actual_tool_accelerometer", "payload_cog"), "VECTOR3D"),
    **dict.fromkeys(("actual_digital_input_bits", "actual_digital_output_bits"), "UINT64"),
    **dict.fromkeys(("robot_mode", "safety_mode"), "INT32"),
    **dict.fromkeys(("runtime_state", "robot_status_bits", "safety_status_bits"), "UINT32"),
    **{f"output_int_register_{i}": "INT32" for i in range(REGISTERS)},
    **{f"output_double_register_{i}": "DOUBLE" for i in range(REGISTERS)},
    "joint_mode": "VECTOR6INT32",
}
"""Output variables and their types."""

_DIGITAL = (
    "standard_digital_output_mask standard_digital_output configurable_digital_output_mask "
    "configurable_digital_output tool_digital_output_mask tool_digital_output standard_analog_output_mask "
    "standard_analog_output_type"
)
INPUTS: dict[str, str] = {
    **{f"input_int_register_{i}": "INT32" for i in range(REGISTERS)},
    **{f"input_double_register_{i}": "DOUBLE" for i in range(REGISTERS)},
    **dict.fromkeys(_DIGITAL.split(), "UINT8"),
    **dict.fromkeys(("standard_analog_output_0", "standard_analog_output_1", "speed_slider_fraction"), "DOUBLE"),
    "speed_slider_mask": "UINT32",
    "external_force_torque": "VECTOR6D",
}
"""Input variables and their types."""


def split_names(text: bytes) -> tuple[str, ...]:
    """Return the names of a recipe request; clients end the list with a comma."""
    return tuple(name for name in text.decode("ascii", "replace").split(",") if name)


class Recipe:
    """Variables of one data package.

    Args:
        number: Its id.
        names: Known variables, in order.
        table: Gives their types.
    """

    def __init__(self, number: int, names: Iterable[str], table: dict[str, str]) -> None:
        self.number = number
        self.names = tuple(names)
        self._codes = tuple(CODES[table[name]] for name in self.names)
        self._struct = struct.Struct(">B" + "".join(self._codes))

    def pack(self, values: Sequence[float]) -> bytes:
        """Return the payload of a data package; values are those of all variables one after the other."""
        return self._struct.pack(self.number, *values)

    def unpack(self, payload: bytes) -> list[tuple[str, tuple[float, ...]]]:
        """Return the variables of a data package's payload.

        Clients send packages that are shorter or longer than their recipe: what fits is read, the rest ignored.
        """
        found = []
        offset = 1
        for name, code in zip(self.names, self._codes, strict=True):
            size = struct.calcsize(">" + code)
            if offset + size > len(payload):
                break
            found.append((name, struct.unpack_from(">" + code, payload, offset)))
            offset += size
        return found
