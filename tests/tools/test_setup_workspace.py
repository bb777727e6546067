# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The set-up tells where it is and how long is left, and does nothing twice."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "setup_workspace.py"


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """tools/setup_workspace.py, as if in an empty folder."""
    spec = importlib.util.spec_from_file_location("setup_workspace", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # where its dataclasses look for their types
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


@pytest.fixture
def plan(tool):
    plan = tool.Plan("kilted", native=False)
    plan.folder.mkdir(parents=True)
    return plan


def test_each_step_tells_its_number_its_time_and_what_is_left(tool, plan, capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(tool, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def take(seconds: float) -> None:
        now[0] += seconds

    steps = [
        tool.Step("venv", "a", lambda: take(4.0), 5),
        tool.Step("requirements", "b", lambda: take(80.0), 70),
        tool.Step("workspace", "c", lambda: take(30.0), 40),
    ]
    tool.do(plan, steps)
    assert capsys.readouterr().out.splitlines() == [
        "-- 1 of 3: venv, usually 5 s, and 115 s to the end",
        "   done in 4 s",
        "-- 2 of 3: requirements, usually 70 s, and 110 s to the end",
        "   done in 80 s",
        "-- 3 of 3: workspace, usually 40 s, and 40 s to the end",
        "   done in 30 s",
    ]
    tool.do(plan, [*steps[:2], tool.Step("workspace", "changed", lambda: take(10.0), 40)])
    assert capsys.readouterr().out.splitlines() == [
        "-- 1 of 1: workspace, usually 40 s, and 40 s to the end",
        "   done in 10 s",
    ]
    tool.do(plan, [*steps[:2], tool.Step("workspace", "changed", lambda: take(10.0), 40)])
    assert capsys.readouterr().out == ""


def test_a_step_that_failed_is_done_again(tool, plan, capsys):
    def fail() -> None:
        raise tool.SetupError("no network")

    tool.do(plan, [tool.Step("venv", "a", lambda: None, 5)])
    with pytest.raises(tool.SetupError, match="no network"):
        tool.do(plan, [tool.Step("venv", "b", fail, 5)])
    done = []
    tool.do(plan, [tool.Step("venv", "a", lambda: done.append("venv"), 5)])
    assert done == ["venv"]
