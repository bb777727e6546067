# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Entry point of the policy node, which takes seconds to import: interrupted before that, it ends without a word."""

from __future__ import annotations

import importlib
import signal


def main() -> int:
    """Run the policy node; return its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code: int = importlib.import_module("rher_agent.ros.policy_node").main()
    return code
