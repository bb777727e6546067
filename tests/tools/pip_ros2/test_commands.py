# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The other commands: run and pkg, and what is not found."""

import json
import os
import signal
import subprocess

import pytest


def test_run_passes_arguments_on(ros2):
    result = ros2("run", "fake_nodes", "report", "--flag", "x", "--ros-args", "-p", "a:=1")
    assert result.returncode == 0
    assert json.loads(result.stdout)["arguments"] == ["--flag", "x", "--ros-args", "-p", "a:=1"]


def test_run_gives_the_exit_code(ros2):
    assert ros2("run", "fake_nodes", "leave", "5").returncode == 5


def test_run_passes_an_interrupt_on(ros2):
    process = subprocess.Popen(
        [*ros2.command, "run", "fake_nodes", "wait"],
        env=ros2.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert "ready" in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "got SIGINT\n")


def test_run_with_a_prefix(ros2):
    result = ros2("run", "--prefix", "echo in front", "fake_nodes", "report")
    assert result.stdout.startswith("in front /")


def test_pkg(ros2, workspace):
    listed = ros2("pkg", "list").stdout.splitlines()
    assert "fake_nodes" in listed
    assert listed == sorted(listed)
    assert ros2("pkg", "prefix", "fake_nodes").stdout == f"{workspace}\n"
    programs = ros2("pkg", "executables", "fake_nodes").stdout.splitlines()
    assert "fake_nodes report" in programs
    assert "fake_nodes README" not in programs


@pytest.mark.parametrize(
    "words",
    [
        ["launch", "no_such_package", "x.launch.py"],
        ["launch", "fake_nodes", "no_such.launch.py"],
        ["launch", "no/such/file.launch.py"],
        ["run", "no_such_package", "report"],
        ["run", "fake_nodes", "no_such_executable"],
        ["run", "fake_nodes", "README"],
        ["pkg", "prefix", "no_such_package"],
    ],
)
def test_what_is_not_found_fails(ros2, words):
    result = ros2(*words)
    assert result.returncode == 1
    assert result.stderr.strip()


@pytest.mark.usefixtures("ours_only")
@pytest.mark.parametrize(
    ("words", "there"),
    [
        (["launch", "no_such_package", "x.launch.py"], "fake_nodes"),
        (["launch", "fake_nodes", "no_such.launch.py"], "arguments.launch.py, conditions.launch.py"),
        (["launch", "fake_nodes"], "arguments.launch.py, conditions.launch.py"),
        (["launch", "no/such/file.launch.py"], "no/such/file.launch.py"),
        (["run", "fake_nodes", "no_such_executable"], "leave, parameters, report"),
        (["pkg", "prefix", "no_such_package"], "fake_nodes"),
    ],
)
def test_what_is_not_found_is_told_in_one_line_with_what_is_there(ros2, words, there):
    result = ros2(*words)
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert there in line


@pytest.mark.usefixtures("ours_only")
def test_without_a_sourced_workspace(ros2):
    result = ros2("pkg", "list", AMENT_PREFIX_PATH="")
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert "AMENT_PREFIX_PATH" in line


@pytest.mark.usefixtures("ours_only")
def test_help(ros2):
    result = ros2()
    assert result.returncode == 0
    assert "launch|pkg|run" in result.stdout


@pytest.mark.usefixtures("ours_only")
def test_without_a_log_directory(ros2):
    result = ros2.launch("no_arguments", ROS_LOG_DIR="/dev/null/log")
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert "ROS_LOG_DIR" in line
