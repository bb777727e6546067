# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The real package's other place for the parameter descriptions."""

from __future__ import annotations

from launch.subset import outside_subset

from .parameter_descriptions import ParameterFile, ParameterValue

__all__ = ["ParameterFile", "ParameterValue"]

__getattr__ = outside_subset(__name__, __all__)
