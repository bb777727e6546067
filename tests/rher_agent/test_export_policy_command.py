# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command that makes a small file of a policy."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from rher_agent import export_policy_command
from rher_agent.runners.config import RunConfig
from rher_agent.runners.local_learner import LATEST, LearnerSetup, LocalLearner, load_policy
from rher_agent.tasks.push import PushTask


def test_the_command_writes_a_policy_and_tells_its_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with closing(
        LocalLearner(LearnerSetup(RunConfig(), PushTask(), tmp_path / "episodes.log", tmp_path, resume=False))
    ) as learner:
        learner.save({}, keep=False)
    output = tmp_path / "push.safetensors"
    export_policy_command.main(["export_policy", str(tmp_path / LATEST), str(output)])
    assert capsys.readouterr().out == f"{output}: {output.stat().st_size / 1000:.0f} kB\n"
    load_policy(output, "push")


def test_the_command_says_what_is_wrong(tmp_path: Path):
    with pytest.raises(SystemExit, match="export_policy: no checkpoint at"):
        export_policy_command.main(["export_policy", str(tmp_path / "none.safetensors"), str(tmp_path / "out")])
