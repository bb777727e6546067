# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A learner in its own process learns the same, saves what it was asked to, and never outlives its parent."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rher_agent.algorithms.learner import Learner, LearnerError
from rher_agent.modules.policy import Policy
from rher_agent.runners.config import RunConfig
from rher_agent.runners.learner_process import LearnerProcess
from rher_agent.runners.local_learner import LearnerSetup, LocalLearner
from rher_agent.storage import episode_log
from rher_agent.storage.checkpoint import CheckpointError, load_checkpoint
from rher_agent.storage.episode import Episode
from rher_agent.storage.episode_log import EpisodeLogError
from rher_agent.tasks.push import PushTask
from rher_agent.tasks.stage_rules import StageRules

TASK = PushTask()
PATIENCE = 60.0
"""Only guards against a hang [s]."""

PARENT = """
import multiprocessing
import signal
import sys
from pathlib import Path
from rher_agent.runners.config import RunConfig
from rher_agent.runners.learner_process import LearnerProcess
from rher_agent.runners.local_learner import LearnerSetup
from rher_agent.tasks.push import PushTask

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    setup = LearnerSetup(RunConfig(), PushTask(), folder / "episodes.log", folder, resume=False)
    learner = LearnerProcess(setup, max_lag=1)
    print(multiprocessing.active_children()[0].pid, flush=True)
    signal.pause()
"""


KILLED_PARENT = (
    PARENT.replace("import multiprocessing\n", "import os\nimport numpy as np\n")
    .replace(
        """    print(multiprocessing.active_children()[0].pid, flush=True)
    signal.pause()
""",
        """    episode = Episode(np.zeros((3, 17)), np.zeros((2, 2)), np.zeros((1, 3)), np.ones(2, dtype=bool))
    for number in range(2):
        learner.learn(episode, {"number": number})
    os.kill(os.getpid(), signal.SIGKILL)
""",
    )
    .replace("import LearnerSetup\n", "import LearnerSetup\nfrom rher_agent.storage.episode import Episode\n")
)


def make_setup(folder: Path, config: RunConfig, *, resume: bool = False) -> LearnerSetup:
    folder.mkdir(exist_ok=True)
    return LearnerSetup(config, TASK, folder / "episodes.log", folder, resume)


def episode(seed: int, steps: int = 20) -> Episode:
    rng = np.random.default_rng(seed)
    observations = np.cumsum(rng.normal(0.0, 0.01, (steps + 1, TASK.layout.size)), axis=0)
    return Episode(observations, rng.uniform(-0.7, 0.7, (steps, 2)), np.zeros((1, 3)), np.ones(steps, dtype=bool))


def acts(policy: Policy) -> np.ndarray:
    rules, rows = StageRules(TASK), episode(99).observations
    starts, desired = np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1)
    return np.array([policy.act(row, rules.goals(row[None], starts, desired, np.array([1]))) for row in rows])


def learn_three(learner: Learner) -> list[np.ndarray]:
    """Return what both policies do at the start and after each of three episodes."""
    seen = []
    for index in range(4):
        learner.catch_up()
        seen += [acts(learner.policy(averaged=averaged)) for averaged in (False, True)]
        if index < 3:
            learner.learn(episode(index), {"episode": index})
    return seen


def test_learns_what_a_local_learner_learns_and_closes_only_when_all_is_saved(tmp_path: Path, config: RunConfig):
    with closing(LocalLearner(make_setup(tmp_path / "local", config))) as local:
        expected = learn_three(local)
    with closing(LearnerProcess(make_setup(tmp_path / "process", config), max_lag=1)) as process:
        assert process.restored is None
        found = learn_three(process)
        assert process.updates == local.updates
        for index in range(3, 6):
            process.learn(episode(index), {"episode": index})
        process.save({"episode": 5}, keep=True)
    assert np.array_equal(found, expected)
    for name in ("latest", "episode_000006"):
        saved = load_checkpoint(tmp_path / "process" / f"{name}.safetensors", task="push")
        assert (saved.state["episodes"], saved.state["loop"]) == (6, {"episode": 5})

    with (
        closing(LocalLearner(make_setup(tmp_path / "process", config, resume=True))) as resumed,
        closing(LocalLearner(make_setup(tmp_path / "local", config, resume=True))) as local,
    ):
        for index in range(3, 6):
            local.learn(episode(index), {"episode": index})
        assert np.array_equal(acts(resumed.policy(averaged=False)), acts(local.policy(averaged=False)))


def test_errors_in_the_process_reach_the_one_that_acts(tmp_path: Path, config: RunConfig):
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        LearnerProcess(make_setup(tmp_path, config, resume=True), max_lag=1)


def test_a_process_that_died_is_told_at_the_next_request_and_at_the_end(tmp_path: Path, config: RunConfig):
    slow = replace(config, learner=replace(config.learner, updates_per_episode=10_000))
    learner = LearnerProcess(make_setup(tmp_path, slow), max_lag=10)
    learner.learn(episode(0), {})
    (child,) = multiprocessing.active_children()
    child.kill()
    with pytest.raises(LearnerError, match="the learner's process died"):
        learner.catch_up()
    with pytest.raises(LearnerError, match="the learner's process died"):
        learner.close()
    assert multiprocessing.active_children() == []


def test_a_killed_parent_takes_the_learner_with_it(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        try:
            assert not select.select([child], [], [], 0.0)[0], "the learner runs"
            parent.send_signal(signal.SIGKILL)
            assert select.select([child], [], [], PATIENCE)[0], "the learner ended"
        finally:
            os.close(child)


def test_what_was_sent_is_learned_and_saved_though_the_sender_was_killed(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(KILLED_PARENT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), str(tmp_path)]
    assert subprocess.run(command, env=environment, timeout=PATIENCE).returncode == -signal.SIGKILL
    # Opening the log waits until the orphan has ended.
    with closing(LocalLearner(make_setup(tmp_path, RunConfig(), resume=True))) as resumed:
        assert resumed.restored == {"number": 1}


def test_a_run_that_is_being_written_is_not_resumed(tmp_path: Path, config: RunConfig, monkeypatch):
    monkeypatch.setattr(episode_log, "LOCK_PATIENCE_S", 0.0)
    setup = make_setup(tmp_path, config)
    with closing(LocalLearner(setup)), pytest.raises(EpisodeLogError, match="is being written by another run"):
        LocalLearner(replace(setup, resume=True))


def test_many_great_episodes_and_policies_may_be_under_way_at_once(tmp_path: Path, config: RunConfig):
    """More than pipes hold, both ways: neither end may wait for the other to read."""
    task = PushTask(replace(TASK.parameters, horizon=2000))
    slow = replace(config, learner=replace(config.learner, hidden=256, updates_per_episode=40, capacity=10))
    learner = LearnerProcess(replace(make_setup(tmp_path, slow), task=task), max_lag=10)

    def learn() -> None:
        for index in range(6):
            learner.learn(episode(index, steps=task.horizon), {})
        learner.catch_up()

    sender = threading.Thread(target=learn, daemon=True)
    sender.start()
    sender.join(PATIENCE)
    if sender.is_alive():
        multiprocessing.active_children()[0].kill()
        pytest.fail("both ends wait for each other")
    learner.close()
    assert learner.updates == 6 * slow.learner.updates_per_episode
