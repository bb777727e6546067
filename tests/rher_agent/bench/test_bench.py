# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Runs of a matrix in processes of their own: finished ones are skipped, others go on, and tables tell what came."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest
from rher_agent.bench.cell import KEPT, MEASURED, STARTS, is_finished, run_cell
from rher_agent.bench.main import main
from rher_agent.bench.matrix import MatrixError, read_matrix

HERE = Path(__file__).parent


def test_runs_tables_pictures_and_nothing_twice(matrix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    output, published = tmp_path / "out", tmp_path / "published"
    command = [str(matrix), "--output", str(output), "--jobs", "1"]
    main(command)
    runs = [output / "push" / "rher" / f"seed_{seed}" for seed in (0, 1)]
    made = [(run / MEASURED).stat().st_mtime_ns for run in runs]
    measured = json.loads((runs[0] / MEASURED).read_text())
    assert measured["peak_memory_mib"] > 50.0
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert (measured["code"] or "").removesuffix("-dirty") == head.stdout.strip(), "a run tells of what code it is"
    main([*command, "--publish", str(published)])
    assert [(run / MEASURED).stat().st_mtime_ns for run in runs] == made, "finished runs are left alone"

    with (output / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["task"], row["label"], row["seed"], row["env_steps"]) for row in rows] == [
        ("push", "rher", "0", "100"),
        ("push", "rher", "1", "100"),
    ]
    assert "| push | rher | 2 |" in capsys.readouterr().out
    for name in ("push.png", "informative.png"):
        assert (published / name).stat().st_size > 0
    for seed in (0, 1):
        assert {path.name for path in (published / "push" / "rher" / f"seed_{seed}").iterdir()} == set(KEPT)


def test_a_run_cut_short_goes_on_to_the_same_end(matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cell = read_matrix(matrix)[0]
    whole = run_cell(cell, tmp_path / "whole")

    asked: list[None] = []

    def once() -> bool:
        asked.append(None)
        return len(asked) > 2

    cut = run_cell(cell, tmp_path / "cut", should_stop=once)
    assert not (cut / MEASURED).exists()
    assert len((cut / "progress.csv").read_text().splitlines()) < len((whole / "progress.csv").read_text().splitlines())
    monkeypatch.chdir(tmp_path)
    assert run_cell(cell, tmp_path / "cut") == cut
    assert columns_but_time(cut) == columns_but_time(whole)


def columns_but_time(run: Path) -> list[dict[str, str]]:
    with (run / "progress.csv").open() as file:
        return [{name: value for name, value in row.items() if name != "wall_s"} for row in csv.DictReader(file)]


def test_a_run_tells_every_commit_that_it_was_started_at(matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cell = read_matrix(matrix)[0]

    def start(commit: str | None) -> Path:
        """Start the run, which is then as if it had been killed before it was measured."""
        monkeypatch.setattr("rher_agent.bench.cell._commit", lambda: commit)
        run = run_cell(cell, tmp_path)
        told.append(json.loads((run / MEASURED).read_text())["code"])
        (run / MEASURED).unlink()
        return run

    told: list[str | None] = []
    for commit in ("aaaaaaa", "bbbbbbb-dirty", "aaaaaaa", None):
        run = start(commit)
    assert told == ["aaaaaaa", "aaaaaaa, bbbbbbb-dirty", "aaaaaaa, bbbbbbb-dirty", "aaaaaaa, bbbbbbb-dirty, unknown"]
    (run / STARTS).unlink()  # as of a run that was begun before it was kept
    start("ccccccc")
    assert told[-1] == "unknown, ccccccc"


def test_a_run_begun_anew_tells_nothing_of_what_is_gone(matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    cell = read_matrix(matrix)[0]
    failed = tmp_path / cell.folder / cell.name
    failed.mkdir(parents=True)
    (failed / STARTS).write_text("aaaaaaa\n")
    monkeypatch.setattr("rher_agent.bench.cell._commit", lambda: None)
    assert json.loads((run_cell(cell, tmp_path) / MEASURED).read_text())["code"] is None


def test_what_a_run_was_started_at_is_kept_before_it_is_trained(
    matrix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cell = read_matrix(matrix)[0]
    monkeypatch.setattr("rher_agent.bench.cell._commit", lambda: "aaaaaaa")
    run = run_cell(cell, tmp_path, should_stop=lambda: True)
    assert not (run / MEASURED).exists()
    assert (run / STARTS).read_text() == "aaaaaaa\n"


def test_a_failed_run_is_told_and_the_others_go_on(matrix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = matrix.read_text() + "  - {task: push, algorithm: her, seeds: [9], world: 'builtins:int'}\n"
    matrix.write_text(text)
    with pytest.raises(SystemExit, match="1 of 3 runs are not finished"):
        main([str(matrix), "--output", str(tmp_path / "out"), "--jobs", "2"])
    assert "| push | rher | 2 |" in capsys.readouterr().out
    assert "ValueError: invalid literal" in (tmp_path / "out" / "push" / "her" / "seed_9.log").read_text()


def test_a_run_that_failed_before_its_first_checkpoint_is_run_again(matrix: Path, tmp_path: Path):
    cell = read_matrix(matrix)[0]
    left = tmp_path / "out" / cell.folder / cell.name / "checkpoints"
    left.mkdir(parents=True)
    run = run_cell(cell, tmp_path / "out")
    assert is_finished(cell, tmp_path / "out")
    assert (run / "checkpoints" / "latest.safetensors").exists()


def test_a_finished_run_of_other_settings_is_not_taken_for_the_one_of_the_matrix(matrix: Path, tmp_path: Path):
    (cell, _), output = read_matrix(matrix), tmp_path / "out"
    run_cell(cell, output)
    matrix.write_text(matrix.read_text().replace("learner.hidden: 8", "learner.hidden: 16"))
    with pytest.raises(MatrixError, match=r"seed_0 was begun with learner.hidden 8, and the matrix says 16; allowed"):
        is_finished(read_matrix(matrix)[0], output)
    with pytest.raises(SystemExit, match=r"learner.hidden 8"):
        main([str(matrix), "--output", str(output), "--jobs", "1"])


def test_a_run_of_a_setting_that_is_gone_is_not_taken_for_one_without(matrix: Path, tmp_path: Path):
    (cell, _), output = read_matrix(matrix), tmp_path / "out"
    config = run_cell(cell, output) / "config.yaml"
    config.write_text(config.read_text().replace("    hidden: 8\n", "    hidden: 8\n    old: 3\n"))
    with pytest.raises(MatrixError, match=r"seed_0 was begun with learner.old 3, which is gone; allowed"):
        is_finished(cell, output)


def test_a_run_cut_short_goes_on_longer_but_with_no_other_settings(matrix: Path, tmp_path: Path):
    (cell, _), output = read_matrix(matrix), tmp_path / "out"
    (run_cell(cell, output) / MEASURED).unlink()
    text = matrix.read_text()
    matrix.write_text(text.replace("learner.hidden: 8", "learner.hidden: 8\n  trainer.target_success: 0.5"))
    assert not is_finished(read_matrix(matrix)[0], output)
    matrix.write_text(text.replace("learner.hidden: 8", "learner.hidden: 16"))
    with pytest.raises(SystemExit, match=r"seed_0 was begun with learner.hidden 8, and the matrix says 16"):
        main([str(matrix), "--output", str(output), "--jobs", "1"])
