# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The part of the real ``launch`` that the launch files of this project use, for machines without a native ROS 2.

The names, keywords and semantics are those of the real package, whose documentation is the specification.
"""

from __future__ import annotations

from . import (
    actions,
    conditions,
    event_handlers,
    events,
    launch_description_sources,
    logging,
    substitutions,
    utilities,
)
from .action import Action
from .condition import Condition
from .event import Event
from .event_handler import EventHandler
from .launch_context import LaunchContext
from .launch_description import LaunchDescription
from .launch_description_entity import LaunchDescriptionEntity, SomeEntitiesType
from .launch_description_source import LaunchDescriptionSource
from .launch_service import LaunchService
from .some_substitutions_type import SomeSubstitutionsType
from .subset import outside_subset
from .substitution import Substitution

REDRAWS_STATUS_LINES = True
"""Whether a line that a process redraws after a carriage return is shown; the real launch waits for its end."""

__all__ = [
    "REDRAWS_STATUS_LINES",
    "Action",
    "Condition",
    "Event",
    "EventHandler",
    "LaunchContext",
    "LaunchDescription",
    "LaunchDescriptionEntity",
    "LaunchDescriptionSource",
    "LaunchService",
    "SomeEntitiesType",
    "SomeSubstitutionsType",
    "Substitution",
    "actions",
    "conditions",
    "event_handlers",
    "events",
    "launch_description_sources",
    "logging",
    "substitutions",
    "utilities",
]

__getattr__ = outside_subset(__name__, __all__)
