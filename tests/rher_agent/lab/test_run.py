# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a run beside an arm may be asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rher_agent.lab.cell import AS_IN_LAB, EMULATED, choose_cell
from rher_agent.lab.reader import read_lab
from rher_agent.lab.run import RunRequest

TRAINING = RunRequest("train", 10, 250, 1.0, 3, output="", resume=False, checkpoint="", params_file="")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"mode": "evaluate"},
            "checkpoint is ''; allowed with mode:=evaluate: a file of a run's checkpoints, or shipped",
        ),
        (
            {"checkpoint": "/no"},
            "checkpoint is '/no'; allowed with mode:=train: a file of a run's checkpoints, or none",
        ),
        (
            {"mode": "evaluate", "checkpoint": __file__, "resume": True},
            "resume is true; allowed with mode:=evaluate: false",
        ),
        ({"resume": True}, "output is empty; allowed with resume:=true: the folder of the run to go on with"),
        (
            {"resume": True, "output": "here", "checkpoint": __file__},
            f"checkpoint is '{__file__}'; allowed with resume:=true: none, it has its own",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, message):
    with pytest.raises(ValueError) as refused:
        replace(TRAINING, **changes)
    assert str(refused.value) == message


def test_the_policy_node_gets_the_run_and_the_geometry_of_the_lab(tmp_path):
    path = tmp_path / "lab.yaml"
    path.write_text("robot:\n  ip: 127.0.0.1\nworkspace:\n  center: [0.48, 0.02]\n")
    cell = choose_cell(read_lab(path), AS_IN_LAB, AS_IN_LAB, EMULATED)
    request = replace(TRAINING, resume=True, output="here")
    full, slow = (request.parameters(cell, scale, Path("/run")) for scale in (1.0, 0.2))
    assert (full["mode"], full["seed"], full["resume"], full["checkpoint"]) == ("train", 3, True, "")
    assert full["trainer.evaluation_episodes"] == full["trainer.final_evaluation_episodes"] == 10
    assert (full["trainer.max_episodes"], full["trainer.target_success"]) == (250, 1.0)
    assert (full["output"], full["lab"], full["push.center"]) == ("/run", str(path), [0.48, 0.02])
    assert slow["push.v_max"] == pytest.approx(0.2 * full["push.v_max"])
