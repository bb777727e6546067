# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The type of one or several launch entities."""

from __future__ import annotations

from .launch_description_entity import SomeEntitiesType

__all__ = ["SomeEntitiesType"]
