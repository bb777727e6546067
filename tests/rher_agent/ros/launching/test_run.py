# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The checkpoint of a launch."""

from __future__ import annotations

from pathlib import Path

import pytest
from launch import LaunchContext
from rher_agent.ros.launching.run import checkpoint_file
from rher_agent.runners.local_learner import load_policy


def told(checkpoint: str, mode: str = "evaluate") -> LaunchContext:
    """Return the context of a launch with these arguments."""
    context = LaunchContext()
    context.launch_configurations.update(checkpoint=checkpoint, mode=mode)
    return context


def test_the_shipped_checkpoint_is_a_policy_of_its_task():
    path = Path(checkpoint_file(told("shipped"), "push"))
    assert path.name == "push.safetensors"
    # Raises where it cannot act.
    load_policy(path, "push")


def test_any_other_checkpoint_is_left_as_it_is_named():
    assert checkpoint_file(told("runs/mine/latest.safetensors", "train"), "push") == "runs/mine/latest.safetensors"


def test_the_shipped_checkpoint_is_refused_where_it_is_of_no_use():
    with pytest.raises(RuntimeError, match="with mode:=train: a file of a run's checkpoints, or none"):
        checkpoint_file(told("shipped", "train"), "push")
    with pytest.raises(RuntimeError, match=r"none of task juggle is; there is one of: .*drawer, .*\bpush\b"):
        checkpoint_file(told("shipped"), "juggle")
