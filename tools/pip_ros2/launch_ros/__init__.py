# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The part of the real ``launch_ros`` that the launch files of this project use, for machines without a native ROS 2.

The names, keywords and semantics are those of the real package, whose documentation is the specification.
"""

from __future__ import annotations

from launch.subset import outside_subset

from . import actions, descriptions, parameter_descriptions, substitutions

__all__ = ["actions", "descriptions", "parameter_descriptions", "substitutions"]

__getattr__ = outside_subset(__name__, __all__)
