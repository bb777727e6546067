# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The actions of the subset."""

from __future__ import annotations

from launch.subset import outside_subset

from .node import Node
from .node_settings import PushROSNamespace, SetParameter, SetRemap

PushRosNamespace = PushROSNamespace

__all__ = ["Node", "PushROSNamespace", "PushRosNamespace", "SetParameter", "SetRemap"]

__getattr__ = outside_subset(__name__, __all__)
