# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Includes, groups, conditions and substitutions, by what they log."""

import os
import shutil

import pytest

USER = "[INFO] [launch.user]: "


def messages(result):
    assert result.returncode == 0, result.stdout + result.stderr
    return [line.removeprefix(USER) for line in result.stdout.splitlines() if line.startswith(USER)]


def test_included_arguments_stay_in_the_scope_of_the_include(ros2, workspace):
    outer = workspace / "share" / "fake_nodes" / "launch"
    inner = outer / "inner"
    assert messages(ros2.launch("include")) == [
        f"outer dir={outer}",
        "inner colour=red size=small",
        f"inner dir={inner}",
        "outer colour=unset",
        "inner colour=green size=small",
        f"inner dir={inner}",
        "outer colour=green",
        "outer size=small",
    ]


def test_argument_of_an_included_file_can_be_given_from_outside(ros2):
    assert "inner colour=red size=huge" in messages(ros2.launch("include", "size:=huge"))


def test_include_without_a_required_argument_fails(ros2):
    result = ros2.launch("include_incomplete")
    assert result.returncode == 1
    assert "missing required argument 'colour' (description: 'of the cube'), given: [size]" in result.stdout


def test_groups_bound_launch_configurations_and_environment(ros2):
    unset = {"GROUPS_A": "", "GROUPS_B": "0"}
    assert messages(ros2.launch("groups", **unset)) == [
        "begin: a=1 b=unset GROUPS_A=1 GROUPS_B=0:1",
        "scoped: a=2 b=unset GROUPS_A=0-1:2 GROUPS_B=unset",
        "after scoped: a=1 b=unset GROUPS_A=1 GROUPS_B=0:1",
        "not forwarding: a=unset b=kept GROUPS_A= GROUPS_B=0",
        "after not forwarding: a=1 b=unset GROUPS_A=1 GROUPS_B=0:1",
        "after condition: a=1 b=unset GROUPS_A=1 GROUPS_B=0:1",
        "after not scoped: a=2 b=unset GROUPS_A=0-1:2 GROUPS_B=unset",
    ]


def test_conditions_and_truth(ros2):
    assert messages(ros2.launch("conditions")) == [
        "if",
        "equals",
        "unset",
        "equals substitution",
        "number",
        "boolean",
        "not false",
        "and true",
        "or true",
        "chosen",
    ]
    assert messages(ros2.launch("conditions", "flag:=0", "word:=reach")) == [
        "unless",
        "not equals",
        "unset",
        "not equals substitution",
        "number",
        "not true",
        "and false",
        "or false",
        "other",
    ]


def test_condition_without_truth_fails(ros2):
    result = ros2.launch("conditions", "flag:=maybe")
    assert result.returncode == 1
    assert "maybe" in result.stdout


def test_substitutions(ros2, workspace):
    assert messages(ros2.launch("substitutions", SUBSTITUTIONS_X="x")) == [
        "text fixed",
        "default 0.5",
        "environment x",
        "python 10",
        f"module {os.sep}",
        "command hello",
        f"executable {shutil.which('sh')}",
        f"join {workspace}/share/fake_nodes/config/a.yaml",
        f"prefix {workspace}",
        f"program {workspace}/lib/fake_nodes/report",
    ]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("exception", "no luck"),
        ("environment", "THIS_IS_NOT_SET"),
        ("package", "no_such_package"),
        ("executable", "no_such_executable"),
        ("node_name", "node name"),
    ],
)
def test_error_while_launching_ends_everything_with_a_failing_exit_code(ros2, how, words):
    result = ros2.launch("fails", f"how:={how}")
    assert result.returncode == 1
    assert "Caught exception in launch (see debug for traceback): " in result.stdout
    assert words in result.stdout
    assert "Traceback" not in result.stdout


def test_debug_shows_the_traceback(ros2):
    result = ros2.launch("fails", "how:=exception", "--debug")
    assert "Traceback" in result.stdout


@pytest.mark.usefixtures("ours_only")  # the real ones have it from Kilted on
def test_paths_by_the_slash_operator(ros2, workspace):
    assert messages(ros2.launch("paths", "map:=hall")) == [
        f"{workspace}/share/fake_nodes/config/map_hall.yaml",
        f"{workspace}/share/fake_nodes/launch",
        "/a/b_hall/c",
    ]
