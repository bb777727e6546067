# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Clear errors for whatever lies outside the supplied subset of launch and launch_ros.

A missing name or keyword must say that the real packages have it and these do not, or a launch file that runs
on a native ROS 2 would fail here with a riddle.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any


def outside_subset(module: str, names: Iterable[str]) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a module of the subset.

    Args:
        module: Full name of the module.
        names: Public names the module has.

    Returns:
        A function that raises ImportError naming the missing name and the ones that exist. Dunder names raise
        AttributeError, because Python itself probes for them.
    """
    known = ", ".join(sorted(names))

    def missing(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        raise ImportError(
            f"{module}.{name} is outside the subset that stands in for a native ROS 2; {module} has: {known}"
        )

    return missing


def keyword_names(cls: type) -> set[str]:
    """Return the names that the constructor of ``cls`` takes, those it forwards to its bases included."""
    names: set[str] = set()
    for base in cls.__mro__:
        init = base.__dict__.get("__init__")
        if init is None:
            continue
        parameters = list(inspect.signature(init).parameters.values())[1:]
        names.update(p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
    return names


class SubsetMeta(type):
    """Metaclass that names the allowed keywords when a constructor of the subset gets another one."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Construct an instance.

        Raises:
            TypeError: A keyword is not one of the subset's.
        """
        if cls.__module__.partition(".")[0] in ("launch", "launch_ros"):
            allowed = keyword_names(cls)
            for name in kwargs:
                if name not in allowed:
                    raise TypeError(
                        f"{cls.__name__}({name}=...) is outside the subset that stands in for a native ROS 2; "
                        f"allowed: {', '.join(sorted(allowed))}"
                    )
        return super().__call__(*args, **kwargs)
