# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The text of a message's definition, as a recording must hold it to be read without this project."""

from __future__ import annotations

import re
from pathlib import Path

from ament_index_python.packages import get_package_share_directory

SEPARATOR = f"{'=' * 80}\n"
"""Between the definitions of a message and of the messages in it."""
MEMBER = re.compile(r"^(?:(\w+)/)?(?:msg/)?([A-Z]\w*)(?:\[[^]]*\])?\s+\w+", re.MULTILINE)
"""A member that is a message itself; those of the standard types are written small."""


def definition(kind: str) -> str:
    """Return the definition of a message, such as std_msgs/msg/Header, and of all messages in it.

    Raises:
        LookupError: The package of one is not installed.
        OSError: Its definition is not.
    """
    texts: dict[str, str] = {}
    waiting = [kind]
    while waiting:
        name = waiting.pop(0)
        if name in texts:
            continue
        package, _, message = name.split("/")
        texts[name] = (Path(get_package_share_directory(package)) / "msg" / f"{message}.msg").read_text()
        waiting += [f"{inner or package}/msg/{member}" for inner, member in MEMBER.findall(texts[name])]
    first, *others = texts
    return texts[first] + "".join(f"{SEPARATOR}MSG: {name.replace('/msg/', '/')}\n{texts[name]}" for name in others)
