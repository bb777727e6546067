# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Launch arguments: shown, given, defaulted, required, limited."""

import pytest

USER = "[INFO] [launch.user]: "


def messages(result):
    return [line.removeprefix(USER) for line in result.stdout.splitlines() if line.startswith(USER)]


def test_show_args_describes_every_argument(ros2):
    result = ros2.launch("arguments", "--show-args")
    assert result.returncode == 0
    assert (
        result.stdout
        == """\
Arguments (pass arguments as '<name>:=<value>'):

    'task':
        what to learn

    'seed':
        of all random numbers.
        (default: '0')

    'mode':
        One of: ['train', 'evaluate']
        (default: 'train')

    'home':
        no description given
        (default: 'in ' + EnvVar('ARGUMENTS_HOME'))

    'unused':
        letters. Valid choices are: ['x', 'y']
        (default: 'x')
"""
    )


def test_show_args_without_arguments(ros2):
    result = ros2.launch("no_arguments", "-s")
    assert (result.returncode, result.stdout) == (
        0,
        "Arguments (pass arguments as '<name>:=<value>'):\n\n  No arguments.\n",
    )


def test_show_args_looks_into_included_files(ros2):
    result = ros2.launch("include_incomplete", "--show-args")
    assert "'colour':\n        of the cube" in result.stdout
    assert "'size':\n        no description given\n        (default: 'small')" in result.stdout


def test_defaults(ros2):
    result = ros2.launch("arguments", "task:=push")
    assert result.returncode == 0
    assert messages(result) == ["task=push", "seed=0", "mode=train", "home=in nowhere"]


def test_given_values_win_and_the_last_one_of_them(ros2):
    result = ros2.launch("arguments", "task:=a:=b", "seed:=1", "seed:=2", "mode:=evaluate", ARGUMENTS_HOME="here")
    assert messages(result) == ["task=a:=b", "seed=2", "mode=evaluate", "home=in here"]


def test_launch_file_by_path(ros2, workspace):
    path = workspace / "share" / "fake_nodes" / "launch" / "arguments.launch.py"
    result = ros2("launch", str(path), "task:=push", "seed:=1")
    assert messages(result)[:2] == ["task=push", "seed=1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["task:=push", "mode:=play"], ["mode", "play", "['train', 'evaluate']"]),
        (["mode:=train"], ["task", "what to learn"]),
        (["task:=push", "seed=1"], ["malformed launch argument 'seed=1'", "<name>:=<value>"]),
        (["task:=push", "seed:="], ["malformed launch argument 'seed:='"]),
    ],
)
def test_bad_arguments_fail_and_name_what_is_allowed(ros2, arguments, words):
    result = ros2.launch("arguments", *arguments)
    assert result.returncode == 1
    output = result.stdout + result.stderr
    assert all(word in output for word in words)
    assert messages(result) == []


@pytest.mark.usefixtures("ours_only")
@pytest.mark.parametrize("arguments", [["task:=p", "mode:=play"], ["mode:=train"], ["seed"], ["task:=p", "sed:=1"]])
def test_bad_arguments_are_told_in_one_line_before_anything_starts(ros2, arguments):
    result = ros2.launch("arguments", *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert not ros2.log_dir.exists()


@pytest.mark.usefixtures("ours_only")
def test_unknown_argument_names_the_known_ones(ros2):
    result = ros2.launch("arguments", "task:=push", "sed:=1")
    assert result.returncode == 1
    assert "unknown launch argument 'sed'; this launch file has: home, mode, seed, task, unused" in result.stderr


def test_launch_configurations_of_launch_itself_can_be_given(ros2):
    result = ros2.launch("arguments", "task:=push", "sigterm_timeout:=1", "sigkill_timeout:=1", "emulate_tty:=true")
    assert result.returncode == 0
