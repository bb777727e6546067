# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The command that measures a cell: a parameter file, or what is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from rher_agent import fit_twin_command
from rher_agent.ros.cell_log import CellLog
from rher_agent.twin.measurement import Sight, StepTiming


def a_quiet_cell(paths: list[Path]) -> CellLog:
    sights = [Sight(index / 15.0, np.array((0.5, 0.0, 0.025)), 0.0) for index in range(100)]
    return CellLog([StepTiming(duration=0.12, age=0.06)] * 30, [sights for _ in paths])


def test_the_command_writes_a_parameter_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "one.mcap").touch()
    monkeypatch.setattr(fit_twin_command, "read_recordings", a_quiet_cell)
    fit_twin_command.main(["fit_twin", str(tmp_path), "--output", str(tmp_path / "twin.yaml")])
    parameters = yaml.safe_load((tmp_path / "twin.yaml").read_text())["sim"]["ros__parameters"]
    assert parameters["observation_latency"] == pytest.approx(0.06)
    assert f"params_file:={tmp_path / 'twin.yaml'}" in capsys.readouterr().out


def test_the_command_says_what_is_missing(tmp_path: Path):
    with pytest.raises(SystemExit, match="fit_twin: no recording is at"):
        fit_twin_command.main(["fit_twin", str(tmp_path)])


def test_the_command_says_when_recordings_tell_too_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "one.mcap").touch()
    monkeypatch.setattr(fit_twin_command, "read_recordings", lambda paths: CellLog())
    with pytest.raises(SystemExit, match="fit_twin: 0 steps of a policy with pictures were recorded"):
        fit_twin_command.main(["fit_twin", str(tmp_path)])
    assert not (tmp_path / "twin.yaml").exists()
