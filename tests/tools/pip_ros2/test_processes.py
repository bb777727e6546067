# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Processes: output, environment, events, exit codes."""

import re

import pytest


def labelled(text):
    """Return the lines of processes by the label of the process without its number."""
    lines = {}
    for line in text.splitlines():
        match = re.match(r"(?:[\d.]+ )?\[(\w+)-\d+\] (.*)", line)
        if match:
            lines.setdefault(match[1], []).append(match[2].rstrip())
    return lines


def test_output_goes_where_the_action_says(ros2):
    result = ros2.launch("processes")
    assert result.returncode == 0  # although one of the processes failed
    both = ["to stderr", "to stdout"]
    screen = {name: sorted(lines) for name, lines in labelled(result.stdout).items()}
    assert screen == {
        "on_screen": both,
        "in_log": ["to stderr"],
        "in_both": both,
        "by_source": ["to stderr"],
        "in_shell": ["no newline 3"],
        "own_env": ["only"],
        "more_env": ["more home"],
        "elsewhere": ["/"],
        "tty": ["tty"],
        "pipe": ["pipe"],
    }
    log = {name: sorted(lines) for name, lines in labelled(ros2.log()).items()}
    assert log == {"in_log": both, "in_both": both, "by_source": ["to stdout"], "echo": ["by default"]}


def test_start_and_end_are_told(ros2):
    result = ros2.launch("processes")
    assert re.search(r"^\[INFO\] \[on_screen-1\]: process started with pid \[\d+\]$", result.stdout, re.M)
    assert re.search(r"^\[INFO\] \[on_screen-1\]: process has finished cleanly \[pid \d+\]$", result.stdout, re.M)
    died = r"^\[ERROR\] \[fails-\d+\]: process has died \[pid \d+, exit code 3, cmd '\S*sh -c exit 3'\]\.$"
    assert re.search(died, result.stdout, re.M)
    assert f"[INFO] [launch]: All log files can be found below {ros2.log_dir}" in result.stdout
    assert "[INFO] [launch]: Default logging verbosity is set to INFO" in result.stdout


def test_override_of_the_output(ros2):
    result = ros2.launch("processes", OVERRIDE_LAUNCH_PROCESS_OUTPUT="screen")
    assert labelled(result.stdout)["echo"] == ["by default"]
    assert "by default" not in ros2.log()


def test_missing_program_does_not_stop_the_others(ros2):
    result = ros2.launch("missing_program")
    assert result.returncode == 0
    assert "[ERROR] [program-1]: " in result.stdout
    assert "/no/such/program" in result.stdout
    assert labelled(result.stdout)["echo"] == ["still here"]


@pytest.mark.parametrize("code", [0, 3])
def test_exit_of_a_required_process_shuts_the_others_down(ros2, code):
    result = ros2.launch("on_exit", f"code:={code}")
    assert result.returncode == 0
    assert re.search(
        r"\[INFO\] \[launch\]: process\[leave-2\] was required: shutting down launched system", result.stdout
    )
    assert "sending signal 'SIGINT' to process[wait-1]" in result.stdout
    assert ("exit code 3" in result.stdout) == (code == 3)


def test_event_handlers(ros2):
    result = ros2.launch("events")
    assert result.returncode == 0
    interesting = [
        line
        for line in result.stdout.splitlines()
        if line.startswith(("[INFO] [launch.user]", "[second")) and "process" not in line
    ]
    assert interesting == [
        "[INFO] [launch.user]: opaque x y",
        "[INFO] [launch.user]: first started",
        "[INFO] [launch.user]: first returned 7",
        "[second-2] second runs",
        "[INFO] [launch.user]: second ended",
        "[INFO] [launch.user]: shutdown because of second",
    ]
