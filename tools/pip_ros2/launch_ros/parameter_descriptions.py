# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ParameterValue and ParameterFile: a parameter of a given type, and a file of parameters."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import yaml
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.subset import SubsetMeta, outside_subset
from launch.substitution import Substitution
from launch.substitutions import EnvironmentVariable, LaunchConfiguration, SubstitutionFailure, ThisLaunchFileDir
from launch.utilities import (
    coerce_to_type,
    is_instance_of,
    is_substitution,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)

from .substitutions import FindPackagePrefix, FindPackageShare

__all__ = ["ParameterFile", "ParameterValue"]


class ParameterValue(metaclass=SubsetMeta):
    """A parameter value of a given type.

    Args:
        value: A value, or substitutions whose text is converted.
        value_type: int, float, bool, str or a typing.List of one of them; None lets YAML decide.
    """

    def __init__(self, value: Any, *, value_type: Any = None) -> None:
        self._substitutions = normalize_to_list_of_substitutions(value) if is_substitution(value) else None
        if self._substitutions is None and not is_instance_of(value, value_type):
            raise TypeError(f"ParameterValue: {value!r} is not {value_type or 'a parameter value'}")
        self.value = value
        self.value_type = value_type

    def evaluate(self, context: LaunchContext) -> Any:
        """Return the value in ``context``.

        Raises:
            ValueError: The substituted text cannot be converted.
        """
        if self._substitutions is None:
            return self.value
        return coerce_to_type(perform_substitutions(context, self._substitutions), self.value_type)


_REFERENCE = re.compile(r"\$\(([^()]*)\)")


def _reference(text: str) -> Substitution:
    """Return the substitution for what is between ``$(`` and ``)`` in a parameter file."""
    name, *operands = text.split()
    if name == "var" and len(operands) in (1, 2):
        return LaunchConfiguration(operands[0], default=operands[1] if len(operands) > 1 else None)
    if name == "env" and len(operands) in (1, 2):
        return EnvironmentVariable(operands[0], default_value=operands[1] if len(operands) > 1 else None)
    if name == "find-pkg-share" and len(operands) == 1:
        return FindPackageShare(operands[0])
    if name == "find-pkg-prefix" and len(operands) == 1:
        return FindPackagePrefix(operands[0])
    if name == "dirname" and not operands:
        return ThisLaunchFileDir()
    raise SubstitutionFailure(
        f"$({text}) is outside the subset that stands in for a native ROS 2; a parameter file can have $(var NAME), "
        "$(env NAME), each with a default, $(find-pkg-share PACKAGE), $(find-pkg-prefix PACKAGE) and $(dirname)"
    )


class ParameterFile(metaclass=SubsetMeta):
    """A YAML file of parameters.

    Args:
        param_file: Its path.
        allow_substs: Whether ``$(var NAME)`` and the like are replaced in it.
    """

    def __init__(self, param_file: SomeSubstitutionsType | os.PathLike[str], *, allow_substs: bool = False) -> None:
        path = os.fspath(param_file) if isinstance(param_file, os.PathLike) else param_file
        self.param_file = normalize_to_list_of_substitutions(path)
        self.allow_substs = allow_substs

    def evaluate(self, context: LaunchContext) -> Path:
        """Return the path in ``context``."""
        return Path(perform_substitutions(context, self.param_file))

    def evaluate_text(self, context: LaunchContext) -> str | None:
        """Return the text of the file with all substitutions performed, None where they are not allowed.

        Raises:
            SubstitutionFailure: A substitution is unknown or has no value, or the result is not valid YAML.
        """
        if not self.allow_substs:
            return None
        template = self.evaluate(context).read_text(encoding="utf-8")
        text = _REFERENCE.sub(lambda match: _reference(match[1]).perform(context), template)
        try:
            yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise SubstitutionFailure(f"the substituted parameter file is not valid YAML: {error}") from error
        return text


__getattr__ = outside_subset(__name__, __all__)
