# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The launch file with real processes: what it starts, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time

import cv2
import pytest
import rclpy
from rclpy.task import Future
from rher_agent.ros.operator_call import OPERATOR_MARKER
from rher_agent.ros.quality import LATCHED, LOCKSTEP, MARKERS, WORLD_EPISODE
from rher_agent.runners.config import ALGORITHMS
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import Episode
from visualization_msgs.msg import MarkerArray

from tests.rviz_displays import displays, unheard, unserved

pytestmark = pytest.mark.graph

HANG = 60.0
"""Time after which a wait is a failure [s]."""

INTERRUPTED = 0
"""Exit code of a launch that was asked to end, and did."""
SHORT_RUN = """
policy:
  ros__parameters:
    trainer:
      evaluation_interval: 1
      evaluation_episodes: 1
      final_evaluation_episodes: 1
"""


@pytest.fixture
def launch(start, tmp_path, monkeypatch):
    """Launch with arguments and a parameter file; logs and runs go to a temporary folder."""
    monkeypatch.setenv("ROS_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)
    command = shutil.which("ros2")
    assert command is not None

    def run(*arguments: str, parameters: str = SHORT_RUN):
        file = tmp_path / "parameters.yaml"
        file.write_text(parameters)
        return start(command, "launch", "rher_agent", "sim.launch.py", f"params_file:={file}", *arguments)

    return run


def test_run_trains_saves_and_ends_the_whole_graph(launch, tmp_path):
    process = launch("max_episodes:=2", "learner_mode:=sync", f"output:={tmp_path / 'run'}", "seed:=3")
    code, output = process.finish()
    assert code == 1, output
    assert "the target was not met" in output
    assert re.search(r"\[sim_node-1\]: process has finished cleanly", output)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (summary["world"], summary["task"], summary["seed"]) == ("ros", "push", 3)
    assert (summary["episodes"], summary["env_steps"], summary["reached_target"]) == (2, 100, False)


def test_a_policy_that_comes_with_the_project_is_shown_in_a_film(launch, tmp_path):
    film = tmp_path / "demo.mp4"
    process = launch("mode:=evaluate", "checkpoint:=shipped", "episodes:=2", f"film:={film}", parameters="{}")
    code, output = process.finish()
    assert code == 0, output
    assert "2/2 fresh goals met" in output
    pictures = cv2.VideoCapture(str(film)).get(cv2.CAP_PROP_FRAME_COUNT)
    assert pictures == 2 * (PushTask().horizon + 1)


def test_who_looks_at_an_evaluation_sees_how_it_goes_and_who_acts(launch, ros):
    process = launch("mode:=evaluate", "checkpoint:=shipped", "episodes:=20", "real_time_factor:=1.0", parameters="{}")
    viewer = rclpy.create_node("viewer")
    seen: Future[dict[str, str]] = Future()

    def look(message: MarkerArray) -> None:
        words = {marker.ns: marker.text for marker in message.markers}
        if words.get("stage") and not seen.done():
            seen.set_result(words)

    viewer.create_subscription(MarkerArray, MARKERS, look, LOCKSTEP)
    rclpy.spin_until_future_complete(viewer, seen, timeout_sec=HANG)
    viewer.destroy_node()
    code, output = process.interrupt()
    assert code == INTERRUPTED, output
    assert re.fullmatch(r"evaluation: goal \d+ of 20\n\d+ met", seen.result()["panel"])
    assert seen.result()["stage"] == "push"


def test_every_display_of_rviz2_is_served_and_hears_something(launch, ros, tmp_path):
    """But what an operator is asked for, which nobody is in a simulation."""
    process = launch("perception:=camera", "learner_mode:=sync", f"output:={tmp_path / 'run'}")
    process.read_until(r"episode 1/")
    viewer = rclpy.create_node("viewer")
    # The graph is complete when an episode is over, but this node hears of it by and by.
    hang = time.monotonic() + HANG
    while (missing := unserved(viewer)) != {f"/{OPERATOR_MARKER}"}:
        assert time.monotonic() < hang, missing
        rclpy.spin_once(viewer, timeout_sec=0.05)
    topics = {display.topic for display in displays()} - {f"/{OPERATOR_MARKER}"}
    assert {"/robot_description", "/tf", "/tf_static"} <= topics
    assert unheard(viewer, topics, patience=HANG) == set()
    viewer.destroy_node()
    code, output = process.interrupt()
    assert code == INTERRUPTED, output


def test_run_learns_from_what_a_camera_sees(launch, tmp_path):
    process = launch("perception:=camera", "max_episodes:=1", "learner_mode:=sync", f"output:={tmp_path / 'run'}")
    code, output = process.finish()
    assert code == 1, output
    assert "the target was not met" in output
    assert "cube: seen" in output
    for node in ("sim_node-1", "sim_camera_node-2", "perception_node-3"):
        assert re.search(rf"\[{node}\]: process has finished cleanly", output), output
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["episodes"] == 1


def test_a_camera_that_refuses_its_parameters_ends_the_graph(launch, tmp_path):
    parameters = f"{SHORT_RUN}\ncamera:\n  ros__parameters:\n    sensor.noise: -1.0\n"
    code, output = launch("perception:=camera", f"output:={tmp_path / 'run'}", parameters=parameters).finish()
    assert code == 1, output
    assert "sim_camera_node: sensor.noise is -1.0; allowed: 0 or more" in output


def test_a_parameter_file_may_not_choose_who_tells_of_the_objects(launch):
    parameters = f"{SHORT_RUN}\nsim:\n  ros__parameters:\n    perception: camera\n"
    code, output = launch(parameters=parameters).finish()
    assert code == 1, output
    assert "params_file sets perception of sim; allowed: the argument perception:=" in output


SMALL_SQUARE = "    push.square: 0.2\n    push.cube_size: 0.045\n"


def test_what_is_set_of_the_task_is_what_is_simulated(launch, ros, tmp_path):
    listener = rclpy.create_node("listener")
    begun: Future[Episode] = Future()
    listener.create_subscription(
        Episode, WORLD_EPISODE, lambda episode: begun.done() or begun.set_result(episode), LATCHED
    )
    process = launch("max_episodes:=2", f"output:={tmp_path / 'run'}", parameters=f"{SHORT_RUN}{SMALL_SQUARE}")
    rclpy.spin_until_future_complete(listener, begun, timeout_sec=HANG)
    listener.destroy_node()
    assert process.finish()[0] == 1, "two episodes are too few"
    cube = begun.result().objects.objects[0].pose.position
    assert cube.z == pytest.approx(0.0225, abs=1e-3), "half of the cube that was set"


@pytest.mark.parametrize(
    ("arguments", "parameters", "message"),
    [
        ((), f"{SHORT_RUN}sim:\n  ros__parameters:\n    push.square: 0.2\n", "params_file sets push.square of sim"),
        (
            ("perception:=camera",),
            f"{SHORT_RUN}{SMALL_SQUARE}",
            "params_file sets push.cube_size; allowed: with camera",
        ),
    ],
)
def test_geometry_that_would_not_reach_everyone_is_refused(launch, arguments, parameters, message):
    code, output = launch(*arguments, parameters=parameters).finish()
    assert code == 1, output
    assert message in output
    assert "process started" not in output


def test_killed_simulation_ends_the_run_with_an_error(launch, tmp_path):
    process = launch("learner_mode:=sync", f"output:={tmp_path / 'run'}")
    started = process.read_until(r"\[sim_node-1\]: process started with pid \[(\d+)\]")
    process.read_until(r"episode 2/")
    os.kill(int(started.group(1)), signal.SIGKILL)
    code, output = process.finish()
    assert code == 1, output
    assert re.search(r"policy_node: no (/arm/state for step \d+|answer to the reset) of episode", output), output
    assert "the policy node failed" in output
    assert (tmp_path / "run" / "checkpoints").is_dir()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tsk:=push"], "tsk"),
        (["task:=fly"], "fly"),
        (["mode:=rest"], "rest"),
        (
            ["algorithm:=jsrl"],
            f"algorithm is 'jsrl'; allowed: {', '.join(ALGORITHMS)}; jsrl is a guide of rher",
        ),
        (["perception:=luck"], "luck"),
        (["perception:=camera", "task:=stack"], "perception is 'camera' with task:=stack; allowed: ground_truth"),
        (["episodes:=many"], "episodes is 'many'; allowed: a whole number"),
        (["max_episodes:=many"], "max_episodes is 'many'; allowed: a whole number"),
        (["domain_id:=many"], "domain_id is 'many'; allowed: auto, or 0 to 232"),
        (["params_file:=/nowhere.yaml"], "params_file is '/nowhere.yaml'; allowed: the path of a YAML file"),
    ],
)
def test_wrong_argument_is_refused(launch, arguments, message):
    code, output = launch(*arguments).finish()
    assert code == 1
    assert message in output
    assert "Traceback" not in output
    assert "process started" not in output


def test_simulation_that_refuses_its_parameters_ends_the_graph(launch, tmp_path):
    parameters = f"{SHORT_RUN}\nsim:\n  ros__parameters:\n    action_delay: -1\n"
    code, output = launch(f"output:={tmp_path / 'run'}", parameters=parameters).finish()
    assert code == 1, output
    assert "sim_node: action_delay is -1; allowed: 0 or more control periods" in output


def test_a_film_that_cannot_be_written_ends_the_graph(launch, tmp_path):
    code, output = launch("film:=demo.avi", f"output:={tmp_path / 'run'}").finish()
    assert code == 1, output
    assert "sim_node: film is 'demo.avi'; allowed: a file name that ends in .mp4" in output


def test_runs_side_by_side_use_different_domains(launch, monkeypatch, tmp_path):
    monkeypatch.delenv("ROS_DOMAIN_ID")
    processes = [launch("learner_mode:=sync", f"output:={tmp_path / name}") for name in ("one", "two")]
    domains = [process.read_until(r"export ROS_DOMAIN_ID=(\d+)").group(1) for process in processes]
    assert domains[0] != domains[1]
    for process in processes:
        process.read_until("episode 1/")
        code, output = process.interrupt()
        assert code == INTERRUPTED, output


def test_interrupted_launch_ends_cleanly_with_the_run_saved(launch, tmp_path):
    process = launch("learner_mode:=sync", f"output:={tmp_path / 'run'}")
    process.read_until("episode 2/")
    code, output = process.interrupt()
    assert code == INTERRUPTED, output
    assert "Traceback" not in output
    assert re.search(r"\[sim_node-1\]: process has finished cleanly", output)
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["interrupted"]
    assert (tmp_path / "run" / "checkpoints" / "latest.safetensors").is_file()


@pytest.mark.skipif(shutil.which("rviz2") is not None, reason="rviz2 is installed")
def test_absent_rviz_is_said_plainly(launch, tmp_path):
    process = launch("view:=rviz", "learner_mode:=sync", "max_episodes:=1", f"output:={tmp_path / 'run'}")
    _, output = process.finish()
    assert "rviz2 is not installed here" in output
