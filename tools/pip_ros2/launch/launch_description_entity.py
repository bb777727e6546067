# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""LaunchDescriptionEntity: whatever a launch description can hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .subset import SubsetMeta

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class LaunchDescriptionEntity(metaclass=SubsetMeta):
    """A node of the tree that launching visits depth first."""

    def visit(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Do what the entity stands for and return the entities to be visited next, or None."""
        raise NotImplementedError

    def get_asyncio_future(self) -> asyncio.Future[Any] | None:
        """Return the future of the work that visiting began, or None."""
        return None

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities that are known before launching."""
        return []


SomeEntitiesType = LaunchDescriptionEntity | Iterable[LaunchDescriptionEntity]


def normalize_entities(entities: SomeEntitiesType | None, what: str) -> list[LaunchDescriptionEntity]:
    """Return ``entities`` as a list.

    Args:
        entities: One entity, several, or None.
        what: Where they come from, for the error.

    Raises:
        TypeError: An item is not an entity.
    """
    if entities is None:
        return []
    items = [entities] if isinstance(entities, LaunchDescriptionEntity) else list(entities)
    for item in items:
        if not isinstance(item, LaunchDescriptionEntity):
            raise TypeError(f"{what} must be launch entities, got {item!r} of type {type(item).__name__}")
    return items
