# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A parameter file of a launch: the refusal of what the nodes would pass over, and what it gives to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from rher_agent.settings import flat


def check_params_file(path: str, allowed: Sequence[str]) -> None:
    """Refuse a parameter file that the nodes would pass over.

    Args:
        path: Of the file.
        allowed: Nodes that it may name.

    Raises:
        RuntimeError: It cannot be read, or has a section for a node that is not there.
    """
    try:
        sections = yaml.safe_load(Path(path).read_text())
    except (OSError, yaml.YAMLError) as error:
        raise RuntimeError(f"params_file is '{path}'; allowed: the path of a YAML file") from error
    unknown = sorted(set(sections or {}) - set(allowed)) if isinstance(sections, dict) else [str(sections)]
    if unknown:
        raise RuntimeError(f"params_file has the section {', '.join(unknown)}; allowed: {', '.join(allowed)}")


def given_parameters(path: str, node: str) -> dict[str, Any]:
    """Return what a parameter file that check_params_file let pass, empty for none, gives a node, by dotted name.

    Args:
        path: Of the file.
        node: Section of the file.
    """
    sections = yaml.safe_load(Path(path).read_text()) if path else None
    return flat(((sections or {}).get(node) or {}).get("ros__parameters") or {})


def sets_parameter(path: str, node: str, name: str) -> bool:
    """Return whether given_parameters has a value of that name that is not empty."""
    return bool(given_parameters(path, node).get(name))


def task_settings(path: str, node: str, task: str) -> dict[str, Any]:
    """Return those of given_parameters that are of a task, such as push.square."""
    return {name: value for name, value in given_parameters(path, node).items() if name.startswith(f"{task}.")}
