# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Substitutions by the result of a Python expression or of a command."""

from __future__ import annotations

import importlib
import shlex
import subprocess
from typing import TYPE_CHECKING

from ..logging import get_logger
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import describe_substitutions, normalize_to_list_of_substitutions, perform_substitutions
from .failure import SubstitutionFailure

if TYPE_CHECKING:
    from ..launch_context import LaunchContext


class PythonExpression(Substitution):
    """The value of a Python expression; the names of the ``math`` module can be used without its prefix."""

    def __init__(self, expression: SomeSubstitutionsType, python_modules: SomeSubstitutionsType = ("math",)) -> None:
        self.expression = normalize_to_list_of_substitutions(expression)
        self.python_modules = normalize_to_list_of_substitutions(python_modules)

    def describe(self) -> str:
        """Return the expression within the description of this substitution."""
        modules = ", ".join(sub.describe() for sub in self.python_modules)
        return f"PythonExpr({describe_substitutions(self.expression)}, [{modules}])"

    def perform(self, context: LaunchContext) -> str:
        """Evaluate the expression.

        Raises:
            SubstitutionFailure: It cannot be evaluated.
        """
        names: dict = {}
        for module in (sub.perform(context) for sub in self.python_modules):
            names[module] = importlib.import_module(module)
            if module == "math":
                names.update(vars(names[module]))
        text = perform_substitutions(context, self.expression)
        try:
            # A launch file is trusted code, and this substitution is defined as the evaluation of an expression.
            return str(eval(text, {}, names))
        except Exception as error:
            raise SubstitutionFailure(f"cannot evaluate Python expression {text!r}: {error}") from error


class Command(Substitution):
    """The standard output of a command."""

    def __init__(self, command: SomeSubstitutionsType, *, on_stderr: SomeSubstitutionsType = "fail") -> None:
        self.command = normalize_to_list_of_substitutions(command)
        self.on_stderr = normalize_to_list_of_substitutions(on_stderr)

    def describe(self) -> str:
        """Return the command within the description of this substitution."""
        return f"Command({describe_substitutions(self.command)})"

    def perform(self, context: LaunchContext) -> str:
        """Run the command and return what it wrote.

        Raises:
            SubstitutionFailure: It cannot be started, it fails, or it writes to stderr where that must not be.
        """
        command = perform_substitutions(context, self.command)
        on_stderr = perform_substitutions(context, self.on_stderr)
        if on_stderr not in ("fail", "ignore", "warn", "capture"):
            raise SubstitutionFailure(f"on_stderr={on_stderr!r} is none of 'fail', 'ignore', 'warn', 'capture'")
        stderr = subprocess.STDOUT if on_stderr == "capture" else subprocess.PIPE
        try:
            result = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, stderr=stderr, text=True, check=False)
        except OSError as error:
            raise SubstitutionFailure(f"cannot run command {command!r}: {error}") from error
        if result.returncode != 0:
            raise SubstitutionFailure(f"command {command!r} failed with {result.returncode}: {result.stderr or ''}")
        if result.stderr and on_stderr == "fail":
            raise SubstitutionFailure(f"command {command!r} wrote to stderr: {result.stderr}")
        if result.stderr and on_stderr == "warn":
            get_logger("launch").warning("command %r wrote to stderr: %s", command, result.stderr)
        return result.stdout
