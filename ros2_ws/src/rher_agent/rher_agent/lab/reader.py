# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the file of a lab. Every mistake is told by file, line, key and value, with what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml

from rher_agent.lab.settings import Lab


class LabError(ValueError):
    """The file of a lab cannot be used; the message is one line."""


@dataclass(frozen=True)
class LabFile:
    """A lab as read from its file."""

    path: Path
    lab: Lab
    lines: Mapping[str, int]
    """Where each key that is given stands, by dotted name; the first line is 1."""

    @property
    def calibration(self) -> Path:
        """The file of the camera's calibration."""
        return self.path.parent / Path(self.lab.camera.calibration).expanduser()

    def error(self, key: str, problem: str) -> LabError:
        """Return the error of a key that is given, or of one that is not.

        Args:
            key: Dotted name.
            problem: The value and what is allowed, as in "is 3; allowed: 1, 2".
        """
        return _error(self.path, self.lines.get(key, 0), f"{key} {problem}")


def read_lab(path: Path) -> LabFile:
    """Read the file of a lab; what it leaves out has the defaults of Lab.

    Raises:
        LabError: It cannot be read, is no YAML, or has a key or a value that is not allowed.
    """
    path = path.expanduser().absolute()
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise LabError(f"lab is '{path}': {reason}; allowed: the path of a YAML file") from error
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _error(path, line, f"{error.problem or error.context}; allowed: YAML") from error
    except yaml.YAMLError as error:
        raise _error(path, 0, f"{' '.join(str(error).split())}; allowed: YAML") from error
    reader = _Reader(path)
    lab = Lab() if root is None else reader.section(root, Lab(), "")
    return LabFile(path, lab, reader.lines)


def _error(path: Path, line: int, message: str) -> LabError:
    place = f"{path}, line {line}" if line else f"{path}"
    return LabError(f"{place}: {message}")


class _Reader:
    """Turns nodes of YAML, which know their lines, into dataclasses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: dict[str, int] = {}

    def section(self, node: yaml.Node, defaults: Any, name: str) -> Any:
        """Return a dataclass like the defaults, changed by a mapping.

        Raises:
            LabError: It is none, or holds what is not allowed.
        """
        known = [item.name for item in fields(defaults)]
        if not isinstance(node, yaml.MappingNode):
            what = name or "the file"
            raise self._refuse(node, f"{what} is {_shown(node)}; allowed: the keys {', '.join(known)}")
        values = {item: getattr(defaults, item) for item in known}
        prefix = f"{name}." if name else ""
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else _shown(key_node)
            if key not in known:
                raise self._refuse(key_node, _unknown(prefix, key, known))
            if prefix + key in self.lines:
                first = self.lines[prefix + key]
                raise self._refuse(key_node, f"{prefix}{key} stands here again; allowed: once, as in line {first}")
            self.lines[prefix + key] = key_node.start_mark.line + 1
            if is_dataclass(values[key]):
                values[key] = self.section(value_node, values[key], prefix + key)
            else:
                values[key] = self._value(value_node, values[key], prefix + key)
        try:
            return type(defaults)(**values)
        except ValueError as error:
            # Such a message begins with the name of the field.
            field, _, problem = str(error).partition(" ")
            key = prefix + field
            given = self.lines.get(key)
            told = key if given else f"{key}, left out,"
            raise _error(self._path, given or node.start_mark.line + 1, f"{told} {problem}") from error

    def _value(self, node: yaml.Node, like: Any, key: str) -> Any:
        """Return a value in the type of a default."""
        if isinstance(like, tuple):
            if isinstance(node, yaml.SequenceNode) and len(node.value) == len(like):
                return tuple(self._value(item, part, key) for item, part in zip(node.value, like, strict=True))
            raise self._refuse(node, f"{key} is {_shown(node)}; allowed: a list of {len(like)} numbers")
        if isinstance(node, yaml.ScalarNode):
            if isinstance(like, str):
                # As written: a serial number is no number, though YAML may take it for one.
                return "" if node.tag == "tag:yaml.org,2002:null" else node.value
            value = _scalar(node)
            if isinstance(like, float) and isinstance(value, int | float) and not isinstance(value, bool):
                return float(value)
            if type(value) is type(like):
                return value
        kind = {str: "a text", int: "a whole number", float: "a number"}[type(like)]
        raise self._refuse(node, f"{key} is {_shown(node)}; allowed: {kind}")

    def _refuse(self, node: yaml.Node, message: str) -> LabError:
        return _error(self._path, node.start_mark.line + 1, message)


def _scalar(node: yaml.ScalarNode) -> Any:
    """Return the plain value of a scalar; its text where YAML's own type does not fit, as of 12:99."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.YAMLError):
        return node.value
    finally:
        loader.dispose()


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return f"'{node.value}'" if node.value else "empty"
    if isinstance(node, yaml.SequenceNode):
        return f"a list of {len(node.value)}"
    return "a mapping"


def _unknown(prefix: str, key: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
    return f"unknown key {prefix}{key}, is {prefix}{nearest} meant? allowed: {', '.join(known)}"
