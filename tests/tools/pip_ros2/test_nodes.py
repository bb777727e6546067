# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes: names, namespaces, parameters and remappings as ROS arguments."""

import json
import re

import pytest
import yaml


class TupleLoader(yaml.SafeLoader):
    """Reads the tuples that the real launch_ros writes; rcl reads them as lists."""


TupleLoader.add_constructor(
    "tag:yaml.org,2002:python/tuple", lambda loader, node: list(map(loader.construct_object, node.value))
)


@pytest.fixture
def reports(ros2):
    result = ros2.launch("nodes")
    assert result.returncode == 0, result.stdout + result.stderr
    found = {}
    for line in result.stdout.splitlines():
        match = re.match(r"\[(\w+)-\d+\] (\{.*)", line)
        if match:
            report = json.loads(match[2])
            arguments = report["arguments"]
            files = [yaml.load(text, TupleLoader) for text in report["files"]]
            paths = [i + 1 for i, argument in enumerate(arguments) if argument == "--params-file"]
            for number, index in enumerate(paths):
                arguments[index] = f"FILE{number}"
            found[match[1]] = (rules(arguments), files)
    return found


def rules(arguments):
    """Return the arguments with flags and values in pairs, those in front of --ros-args as they are."""
    joined = re.sub(r" (-r|-p|--params-file) ", r"|\1 ", " ".join(arguments))
    return joined.split("|")


def test_bare_node(reports):
    assert reports["bare"] == (["--ros-args"], [])


def test_full_node(reports):
    command, files = reports["full"]
    assert command[0] == "--flag ab --ros-args --log-level info --ros-args"
    assert sorted(command[1:3]) == ["-r __node:=learner", "-r __ns:=/arm"]
    assert command[3:] == [
        "--params-file FILE0",
        "--params-file FILE1",
        "--params-file FILE2",
        "-r chatter:=/talk",
        "-r input:=output",
    ]
    assert files[0] == {
        "/arm/learner": {
            "ros__parameters": {
                "an_int": 3,
                "a_float": 0.25,
                "a_bool": True,
                "a_string": "1.0",
                "empty": "",
                "substituted": 0.5,
                "joined": "0.5e1",  # without a sign in the exponent YAML 1.1 reads a string
                "kept": "0.5",
                "converted": 0.5,
                "as_list": "[1, 2]",
                "typed_list": [0.5],
                "ints": [1, 2, 3],
                "mixed": [1.0, 2.5],
                "strings": ["yes", "2"],
                "bools": [True, False],
                "sub_list": [0.5, 1.5],
                "nested.inner.deep": 1,
                "0.5_key": "by substitution",
            }
        }
    }
    assert type(files[0]["/arm/learner"]["ros__parameters"]["mixed"][0]) is float
    assert files[1] == {"/**": {"ros__parameters": {"from_file": "$(var number)"}}}
    assert files[2] == {"/**": {"ros__parameters": {"from_file": 0.5}}}


def test_settings_of_the_scope(reports):
    command, files = reports["pushed"]
    assert command[0] == "--ros-args"
    assert sorted(command[1:3]) == ["-r __node:=n", "-r __ns:=/cell/left"]
    assert [rule.lower() for rule in command[3:]] == [
        "-p use_sim_time:=true",
        "--params-file file0",
        "-r a:=b",
        "-r c:=d",
    ]
    assert files == [{"/cell/left/n": {"ros__parameters": {"x": 1}}}]


def test_namespaces(reports):
    assert "-r __ns:=/cell/left/arm" in reports["relative"][0]
    assert "-r __ns:=/arm" in reports["absolute"][0]


def test_node_with_a_name_but_no_namespace(reports):
    command, files = reports["named"]
    assert command == ["--ros-args", "-r __node:=n", "--params-file FILE0"]
    assert files == [{"/**": {"ros__parameters": {"x": 1}}}]


@pytest.mark.graph
def test_a_real_node_gets_name_and_typed_parameters(ros2):
    pytest.importorskip("rclpy")
    result = ros2.launch("rclpy_node")
    [line] = [line for line in result.stdout.splitlines() if line.startswith("[parameters-1] {")]
    report = json.loads(line.removeprefix("[parameters-1] "))
    assert report == {
        "name": "/cell/learner",
        "parameters": {
            "an_int": 3,
            "a_float": 1e-6,
            "a_bool": False,
            "a_string": "1.0",
            "floats": [1.0, 2.5],
            "strings": ["yes", "2"],
            "nested.deep": 1,
        },
    }
