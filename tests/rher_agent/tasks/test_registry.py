# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Tasks are made by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rher_agent.tasks
from rher_agent.tasks.push import PushParameters, PushTask
from rher_agent.tasks.registry import (
    UnknownTaskError,
    gym_task_names,
    make_gym_task,
    make_relay_task,
    make_task,
    task_names,
)


@pytest.fixture
def write_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return what writes shelve.py where Python finds it as if it were in the folder of the tasks."""
    monkeypatch.setattr(rher_agent.tasks, "__path__", [*rher_agent.tasks.__path__, str(tmp_path)])

    def write(text: str) -> None:
        (tmp_path / "shelve.py").write_text(text)

    yield write
    sys.modules.pop("rher_agent.tasks.shelve", None)


IMPORTS = "from rher_agent.tasks.push import PushTask\nfrom rher_agent.tasks.tabletop import TabletopTask\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("class ShelveTask(TabletopTask):\n    name = 'shelf'\n", "shelf"),
        ("class ShelveTask(PushTask):\n    horizon = 7\n", "push"),
    ],
)
def test_a_task_with_another_name_than_its_file_is_refused(write_task: Callable[[str], None], text: str, name: str):
    write_task(IMPORTS + text)
    with pytest.raises(
        UnknownTaskError, match=rf"^ShelveTask of .*shelve\.py has the name '{name}'; allowed: 'shelve'"
    ):
        task_names()


def test_what_a_file_imports_and_what_is_no_task_by_itself_is_let_be(write_task: Callable[[str], None]):
    before = task_names()
    write_task(
        f"{IMPORTS}class _Shelf(PushTask):\n    name = ''\n\n\nclass Board:\n    name = 'oak'\n\n\n"
        "class ShelveTask(TabletopTask):\n    name = 'shelve'\n"
    )
    assert set(task_names()) == {*before, "shelve"}


def test_every_task_is_made_under_its_own_name():
    assert "push" in task_names()
    assert [make_task(name).name for name in task_names()] == list(task_names())


def test_push_has_its_published_defaults():
    assert make_task("push") == PushTask()


def test_an_unknown_task_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"^unknown task 'juggle'; allowed: .*push"):
        make_task("juggle")


def test_every_gym_task_is_made_under_its_own_name_and_is_known_to_the_learner():
    assert set(gym_task_names()) == {"fetch_reach", "fetch_push", "fetch_pick_and_place", "fetch_slide"}
    for name in gym_task_names():
        assert make_gym_task(name).name == make_relay_task(name).name == name
    assert make_relay_task("push") == PushTask()


def test_an_arm_does_no_gym_task():
    with pytest.raises(ValueError, match=r"^unknown task 'fetch_push'; allowed: double_push, drawer"):
        make_task("fetch_push")


def test_a_task_is_made_with_parameters_of_its_own():
    parameters = PushParameters(center=(0.4, 0.1))
    assert make_task("push", parameters) == PushTask(parameters)
