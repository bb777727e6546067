# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A node that writes its name and parameters as one line of JSON."""

import json
import sys

import rclpy

rclpy.init()
node = rclpy.create_node("unnamed", automatically_declare_parameters_from_overrides=True)
names = ("an_int", "a_float", "a_bool", "a_string", "floats", "strings", "nested.deep")
values = {name: node.get_parameter(name).value for name in names}
values = {name: value if isinstance(value, (str, int, float)) else list(value) for name, value in values.items()}
sys.stdout.write(json.dumps({"name": node.get_fully_qualified_name(), "parameters": values}) + "\n")
sys.stdout.flush()
rclpy.shutdown()
