# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""LaunchDescriptionSource: where a launch description comes from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .launch_context import LaunchContext
from .launch_description import LaunchDescription
from .logging import get_logger
from .some_substitutions_type import SomeSubstitutionsType
from .subset import SubsetMeta
from .utilities import describe_substitutions, normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .substitution import Substitution


class LaunchDescriptionSource(metaclass=SubsetMeta):
    """A launch description with the place it was loaded from."""

    def __init__(
        self,
        launch_description: LaunchDescription | None = None,
        location: SomeSubstitutionsType = "<string>",
        method: str = "unspecified mechanism from a script",
    ) -> None:
        self.method = method
        self._launch_description = launch_description
        self._location: Sequence[Substitution] = normalize_to_list_of_substitutions(location)
        self._path: str | None = None

    @property
    def location(self) -> str:
        """The path once it is known, else its description."""
        return describe_substitutions(self._location) if self._path is None else self._path

    @property
    def path(self) -> str:
        """Absolute path of the launch file."""
        return os.path.abspath(self.location)

    @property
    def directory(self) -> str:
        """Directory of the launch file, or the location itself if that is no file."""
        return os.path.dirname(self.path) if os.path.exists(self.path) else self.location

    def get_launch_description(self, context: LaunchContext) -> LaunchDescription:
        """Return the launch description, loaded if need be."""
        if self._launch_description is None:
            self._path = perform_substitutions(context, self._location)
            self._launch_description = self._load(self._path)
        return self._launch_description

    def try_get_launch_description_without_context(self, directory: str | None = None) -> LaunchDescription | None:
        """Return the launch description, or None where it cannot be loaded before launching.

        Args:
            directory: Directory of the including launch file, for ThisLaunchFileDir.
        """
        if self._launch_description is not None:
            return self._launch_description
        context = LaunchContext()
        if directory is not None:
            context.extend_locals({"current_launch_file_directory": directory})
        try:
            self._path = perform_substitutions(context, self._location)
            return self._load(self._path)
        except Exception as error:  # whatever the launch file raises; launching it will show it
            get_logger("launch").debug("cannot look into %s before launching: %s", self.location, error)
            return None

    def _load(self, path: str) -> LaunchDescription:
        raise RuntimeError("this launch description source has no launch description")
