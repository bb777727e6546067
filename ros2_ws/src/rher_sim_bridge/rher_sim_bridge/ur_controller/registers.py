# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""General purpose registers between RTDE clients and the program, and who may write which."""

from __future__ import annotations

REGISTERS = 48
"""Of each kind; clients use the lower or the upper half."""


class RegisterFile:
    """Input and output registers, integers and doubles, and inputs of other names."""

    def __init__(self) -> None:
        self.input_int = [0] * REGISTERS
        self.input_double = [0.0] * REGISTERS
        self.output_int = [0] * REGISTERS
        self.output_double = [0.0] * REGISTERS
        self.writes = [0] * REGISTERS
        """How often each input integer was written; a watchdog looks at these."""
        self._owners: dict[str, object] = {}

    def claim(self, name: str, owner: object) -> bool:
        """Reserve an input for one writer; return False when another has it."""
        return self._owners.setdefault(name, owner) is owner

    def is_claimed(self, name: str, owner: object) -> bool:
        """Return whether an input belongs to another writer."""
        return self._owners.get(name, owner) is not owner

    def release(self, owner: object) -> None:
        """Free every input of a writer."""
        self._owners = {name: other for name, other in self._owners.items() if other is not owner}

    def write(self, name: str, value: float) -> None:
        """Store an input; inputs that are no registers of numbers are accepted and have no effect here."""
        kind, _, index = name.rpartition("_")
        if kind == "input_int_register":
            self.input_int[int(index)] = int(value)
            self.writes[int(index)] += 1
        elif kind == "input_double_register":
            self.input_double[int(index)] = float(value)
