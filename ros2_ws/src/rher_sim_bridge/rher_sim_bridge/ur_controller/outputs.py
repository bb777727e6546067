# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Values of the output variables of RTDE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from rher_robot_driver.kinematics.dh import JOINTS

from rher_sim_bridge.ur_controller.controller import ArmController
from rher_sim_bridge.ur_controller.modes import SAFETY_BITS, RobotMode
from rher_sim_bridge.ur_controller.program import Program
from rher_sim_bridge.ur_controller.registers import REGISTERS, RegisterFile

Values = Sequence[float]

ZERO = (0.0,) * JOINTS
JOINT_RUNNING = 253
"""joint_mode of a joint that runs."""
MAIN_VOLTAGE = 48.0
"""[V]"""
TEMPERATURE = 30.0
"""Of a joint [deg C]; constant here."""
TORQUE_PER_AMPERE = 10.0
"""Roughly, behind the gear [N m/A]; currents here are torques divided by this."""


class Outputs:
    """Reads variables; those that cost something are computed once a cycle, and only when somebody asks.

    Args:
        controller: The arm.
        program: What runs on the controller.
        registers: Output registers.
    """

    def __init__(self, controller: ArmController, program: Program, registers: RegisterFile) -> None:
        self._arm = arm = controller
        self._cycle = -1
        self._values: dict[str, Values] = {}

        def of(value: float) -> Callable[[], Values]:
            return lambda: (value,)

        def torques() -> Values:
            return tuple(arm.plant.data.qfrc_actuator[:JOINTS].tolist())

        def currents() -> Values:
            return tuple(torque / TORQUE_PER_AMPERE for torque in torques())

        self._readers: dict[str, Callable[[], Values]] = {
            "timestamp": lambda: (arm.time,),
            "target_q": lambda: arm.target_q.tolist(),
            "target_qd": lambda: arm.target_qd.tolist(),
            "target_qdd": lambda: ZERO,
            "target_current": currents,
            "target_moment": torques,
            "actual_q": lambda: arm.plant.read("q").tolist(),
            "actual_qd": lambda: arm.plant.read("qd").tolist(),
            "actual_current": currents,
            "joint_control_output": currents,
            "actual_TCP_pose": lambda: arm.tcp_pose.tolist(),
            "actual_TCP_speed": lambda: arm.tcp_speed(arm.plant.read("q"), arm.plant.read("qd")).tolist(),
            "actual_TCP_force": lambda: arm.wrench.tolist(),
            "target_TCP_pose": lambda: arm.target_tcp_pose.tolist(),
            "target_TCP_speed": lambda: arm.tcp_speed(arm.target_q, arm.target_qd).tolist(),
            "ft_raw_wrench": lambda: arm.wrench.tolist(),
            "joint_temperatures": lambda: (TEMPERATURE,) * JOINTS,
            "actual_joint_voltage": lambda: (MAIN_VOLTAGE,) * JOINTS,
            "actual_tool_accelerometer": lambda: (0.0, 0.0, 0.0),
            "joint_mode": lambda: (JOINT_RUNNING,) * JOINTS,
            "actual_digital_input_bits": of(0),
            "actual_digital_output_bits": of(0),
            "robot_mode": lambda: (int(arm.robot_mode),),
            "safety_mode": lambda: (int(arm.safety),),
            "runtime_state": lambda: (int(program.state),),
            "robot_status_bits": lambda: (int(arm.robot_mode != RobotMode.POWER_OFF) | int(program.is_running) << 1,),
            "safety_status_bits": lambda: (SAFETY_BITS[arm.safety],),
            "actual_execution_time": of(0.1),
            "speed_scaling": lambda: (arm.scale if arm.slider == 0.0 else arm.scale / arm.slider,),
            "target_speed_fraction": lambda: (arm.slider,),
            "actual_momentum": of(0.0),
            "actual_main_voltage": of(MAIN_VOLTAGE),
            "actual_robot_voltage": of(MAIN_VOLTAGE),
            "actual_robot_current": of(1.0),
            "standard_analog_input0": of(0.0),
            "standard_analog_input1": of(0.0),
            "standard_analog_output0": of(0.0),
            "standard_analog_output1": of(0.0),
            "payload": lambda: (arm.payload,),
            "payload_cog": lambda: arm.payload_cog.tolist(),
            "payload_inertia": lambda: ZERO,
        }
        for index in range(REGISTERS):
            self._readers[f"output_int_register_{index}"] = partial(_element, registers.output_int, index)
            self._readers[f"output_double_register_{index}"] = partial(_element, registers.output_double, index)

    def read(self, names: Iterable[str]) -> list[float]:
        """Return the values of variables one after the other, those of vectors too."""
        if self._cycle != self._arm.cycles:
            self._cycle, self._values = self._arm.cycles, {}
        values: list[float] = []
        for name in names:
            known = self._values.get(name)
            if known is None:
                known = self._values[name] = self._readers[name]()
            values.extend(known)
        return values


def _element(values: Sequence[float], index: int) -> Values:
    return (values[index],)
