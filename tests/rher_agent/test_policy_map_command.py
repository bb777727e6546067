# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command that draws what a learner thinks of the table."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from rher_agent import policy_map_command
from rher_agent.runners.config import RunConfig
from rher_agent.runners.local_learner import LATEST, LearnerSetup, LocalLearner, export_policy
from rher_agent.tasks.push import PushTask


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Of a learner that has learned nothing."""
    with closing(
        LocalLearner(LearnerSetup(RunConfig(), PushTask(), tmp_path / "episodes.log", tmp_path, resume=False))
    ) as learner:
        learner.save({}, keep=False)
    return tmp_path / LATEST


def test_the_command_draws_a_map(checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    output = checkpoint.with_name("map.png")
    policy_map_command.main(["policy_map", str(checkpoint), "--goal", "0.4", "0.1", "--output", str(output)])
    assert capsys.readouterr().out == f"{output}\n"
    assert output.is_file()


def test_the_command_says_what_is_wrong(checkpoint: Path):
    alone = checkpoint.with_name("alone.safetensors")
    export_policy(checkpoint, alone)
    with pytest.raises(
        SystemExit, match=r"policy_map: .* holds a policy alone; allowed: a file of a run's checkpoints"
    ):
        policy_map_command.main(["policy_map", str(alone)])
    with pytest.raises(SystemExit, match="policy_map: cube is"):
        policy_map_command.main(["policy_map", str(checkpoint), "--cube", "9", "9"])
