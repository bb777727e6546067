# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Runs drawn beside each other: what is read, what is written, what is refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import yaml
from rher_agent.compare_command import compare, main


@pytest.fixture
def make_run(tmp_path):
    """Make the folder of a run with evaluations at steps."""

    def make(name: str, *, task: str = "push", algorithm: str = "rher", steps=(500, 1000), success=0.5):
        run = tmp_path / name
        run.mkdir()
        (run / "config.yaml").write_text(yaml.safe_dump({"run": {"task": task, "algorithm": algorithm, "seed": 0}}))
        rows = [f"{index},{step},{success}" for index, step in enumerate(steps, start=1)]
        (run / "progress.csv").write_text("\n".join(["episode,env_steps,success", *rows, ""]))
        return run

    return make


def test_the_runs_of_a_task_share_a_picture_and_their_colours_tell_the_methods(make_run, tmp_path):
    runs = [make_run("a"), make_run("b", success=0.7), make_run("c", algorithm="her", success=0.1)]
    (picture,) = compare(runs, tmp_path / "compare.png")
    assert picture == tmp_path / "compare.png"
    colours = {tuple(colour) for colour in cv2.imread(str(picture)).reshape(-1, 3)[:, ::-1].tolist()}
    assert {(0x3F, 0x90, 0xDA), (0xFF, 0xA9, 0x0E)} <= colours


def test_each_task_gets_a_picture_of_its_own(make_run, tmp_path):
    pictures = compare([make_run("a"), make_run("b", task="drawer")], tmp_path / "all.png")
    assert [picture.name for picture in pictures] == ["all_push.png", "all_drawer.png"]
    assert all(np.any(cv2.imread(str(picture)) < 255) for picture in pictures)


def test_a_run_begun_with_what_another_learned_is_drawn_from_its_first_step_on(make_run, tmp_path):
    runs = [make_run("begun", steps=(0, 500, 1000)), make_run("young", algorithm="her", steps=(0,))]
    (picture,) = compare(runs, tmp_path / "compare.png")
    assert np.any(cv2.imread(str(picture)) < 255)


def test_what_is_no_run_or_has_no_row_is_refused(make_run, tmp_path):
    with pytest.raises(ValueError, match=r"is no run; allowed: a folder with config\.yaml"):
        compare([tmp_path], tmp_path / "compare.png")
    with pytest.raises(ValueError, match=r"has no evaluation yet; allowed: a run with a row in progress\.csv"):
        compare([make_run("young", steps=())], tmp_path / "compare.png")


def test_the_command_says_what_it_wrote_and_fails_in_one_line(make_run, tmp_path, capsys):
    main(["compare", str(make_run("a")), "--output", str(tmp_path / "one.png")])
    assert capsys.readouterr().out == f"{tmp_path / 'one.png'}\n"
    with pytest.raises(SystemExit, match=r"compare: .* is no run"):
        main(["compare", str(tmp_path)])
