# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A run directory is made once, found again only on request, and refuses in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np
import pytest
import yaml
from rher_agent.reporting.run_directory import RunDirectory, RunDirectoryError
from rher_agent.tasks.push import PushParameters


def test_a_new_run_gets_its_directory_and_checkpoints(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "runs", "push_0", resume=False)
    assert run.path == tmp_path / "runs" / "push_0"
    assert run.checkpoints.is_dir()
    assert [item.name for item in run.path.iterdir()] == ["checkpoints"]


def test_an_empty_directory_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "push_0").mkdir()
    RunDirectory.create(tmp_path, "push_0", resume=False)


def test_a_used_directory_is_refused_with_both_ways_out(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    run.summary.write_text("{}")
    with pytest.raises(RunDirectoryError, match=r"push_0 is in use; choose another output, .* resume:=true"):
        RunDirectory.create(tmp_path, "push_0", resume=False)
    assert run.summary.read_text() == "{}"


def test_resume_finds_the_run_as_it_was(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    run.summary.write_text("{}")
    again = RunDirectory.create(tmp_path, "push_0", resume=True)
    assert again.path == run.path
    assert again.summary.read_text() == "{}"


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    with pytest.raises(RunDirectoryError, match="holds no run to resume"):
        RunDirectory.create(tmp_path, "push_0", resume=True)
    assert not (tmp_path / "push_0").exists()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b"])
def test_a_name_is_one_path_component(tmp_path: Path, name: str) -> None:
    with pytest.raises(RunDirectoryError, match="allowed: one path component"):
        RunDirectory.create(tmp_path, name, resume=False)


@pytest.mark.parametrize("resume", [False, True])
def test_a_file_in_the_place_of_the_directory_is_an_error_of_one_line(tmp_path: Path, resume: bool) -> None:
    (tmp_path / "push_0").write_text("mine")
    with pytest.raises(RunDirectoryError) as error:
        RunDirectory.create(tmp_path, "push_0", resume=resume)
    assert "choose another output" in str(error.value)
    assert "\n" not in str(error.value)
    assert (tmp_path / "push_0").read_text() == "mine"


def test_a_root_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("not a folder")
    with pytest.raises(RunDirectoryError, match=r"cannot write to .*runs/push_0: Not a directory; choose another"):
        RunDirectory.create(tmp_path / "runs", "push_0", resume=False)


def test_a_root_nobody_may_write_to_is_an_error_of_one_line() -> None:
    with pytest.raises(RunDirectoryError, match=r"cannot write to /proc/push_0: .*; choose another output"):
        RunDirectory.create(Path("/proc"), "push_0", resume=False)


class Kind(Enum):
    FAST = "fast"


@dataclass(frozen=True)
class Inner:
    rate: float = 1e-5
    """A number that YAML writes in another way than Python."""
    shape: tuple[int, ...] = (2, 3)


@dataclass(frozen=True)
class Outer:
    inner: Inner = field(default_factory=Inner)
    kind: Kind = Kind.FAST
    folder: Path = Path("/tmp/x")
    vector: object = field(default_factory=lambda: np.array([0.5, 1.5]))
    flag: bool = True
    nothing: None = None


def test_config_yaml_holds_nested_dataclasses_in_their_order(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    run.write_config({"task": "push", "learner": Outer(), "seed": np.int64(3)})
    assert yaml.safe_load(run.config.read_text()) == {
        "task": "push",
        "learner": {
            "inner": {"rate": 1e-5, "shape": [2, 3]},
            "kind": "fast",
            "folder": "/tmp/x",
            "vector": [0.5, 1.5],
            "flag": True,
            "nothing": None,
        },
        "seed": 3,
    }
    assert run.config.read_text().startswith("task: push\nlearner:\n  inner:\n")


def test_a_value_without_a_plain_form_is_refused(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path, "push_0", resume=False)
    with pytest.raises(TypeError, match="cannot write a function to config"):
        run.write_config({"learner": lambda: None})
    assert not run.config.exists()


def test_a_run_goes_on_only_with_the_parameter_file_it_began_with(tmp_path):
    run = RunDirectory.create(tmp_path, "run", resume=False)
    run.keep_parameters(b"sim: delayed", resume=False)
    again = RunDirectory.create(tmp_path, "run", resume=True)
    again.keep_parameters(b"sim: delayed", resume=True)
    for other in (b"", b"sim: ideal"):
        with pytest.raises(RunDirectoryError, match=r"allowed: params_file:=.*params.yaml"):
            again.keep_parameters(other, resume=True)
    assert run.parameters.read_bytes() == b"sim: delayed"


def test_a_run_without_a_parameter_file_takes_none_later(tmp_path):
    run = RunDirectory.create(tmp_path, "run", resume=False)
    run.keep_parameters(b"", resume=False)
    assert not run.parameters.exists()
    with pytest.raises(RunDirectoryError, match="allowed: no params_file"):
        run.keep_parameters(b"sim: delayed", resume=True)


def test_a_run_keeps_the_lab_of_its_last_day(tmp_path):
    run = RunDirectory.create(tmp_path, "run", resume=False)
    run.keep_lab(b"table: {height: 0.0}")
    RunDirectory.create(tmp_path, "run", resume=True).keep_lab(b"table: {height: 0.01}")
    assert run.lab.read_bytes() == b"table: {height: 0.01}"


def test_a_run_goes_on_only_where_its_episodes_mean_the_same(tmp_path):
    run = RunDirectory.create(tmp_path, "run", resume=False)
    run.keep_task(PushParameters(v_max=0.2), resume=False)
    again = RunDirectory.create(tmp_path, "run", resume=True)
    again.keep_task(PushParameters(v_max=0.2, center=(0.45, 0.1), table_height=-0.02), resume=True)
    with pytest.raises(RunDirectoryError, match=r"run began with v_max 0.2, and it is 0.04 now; allowed: the same"):
        again.keep_task(PushParameters(v_max=0.04), resume=True)
    with pytest.raises(RunDirectoryError, match=r"began with cube_size 0.05, and it is 0.06 now"):
        again.keep_task(PushParameters(v_max=0.2, cube_size=0.06), resume=True)


def test_a_run_from_before_the_task_was_kept_goes_on(tmp_path):
    run = RunDirectory.create(tmp_path, "run", resume=False)
    run.keep_lab(b"table: {height: 0.0}")
    RunDirectory.create(tmp_path, "run", resume=True).keep_task(PushParameters(), resume=True)
    assert run.task.exists()
