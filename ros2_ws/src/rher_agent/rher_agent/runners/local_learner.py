# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A learner in this process, with its files: the episode log and the checkpoints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rher_agent.algorithms.acting import PARTS, restore_policy
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.exploration.mastery import Mastery
from rher_agent.modules.policy import Policy
from rher_agent.runners.config import RunConfig
from rher_agent.settings import from_plain
from rher_agent.storage.checkpoint import SUFFIX, Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from rher_agent.storage.episode import Episode
from rher_agent.storage.episode_log import EpisodeLog
from rher_agent.tasks.registry import make_relay_task
from rher_agent.tasks.task import RelayTask

LATEST = f"latest{SUFFIX}"
"""Name of the checkpoint that is rewritten after every episode."""
MEANING = (
    *("hidden", "layers", "critics", "layer_norm", "view", "symmetry", "exchange", "action_shape"),
    *("normalize", "masked", "normalizer_epsilon", "normalizer_clip"),
)
"""Settings of a learner that give its weights their meaning."""
UPDATES_DUE = "updates_due"
"""Key of whether a checkpoint was made before the updates of its last episode."""
POLICY_ALONE = "policy_alone"
"""Key of what a checkpoint says that holds nothing to learn on with."""


@dataclass(frozen=True)
class LearnerSetup:
    """What a learner is made from; small enough to be sent to another process."""

    run: RunConfig
    task: RelayTask
    """That of the world acted in, with its geometry and pace."""
    log: Path
    """The episode log."""
    checkpoints: Path
    """Folder of the checkpoints."""
    resume: bool
    """Go on from the latest checkpoint."""
    start: Path | None = None
    """Checkpoint of another run whose networks, optimiser, normaliser and mastery to begin from."""


class LocalLearner:
    """Learns in the calling thread: slower, but the same seed gives the same run to the last bit."""

    def __init__(self, setup: LearnerSetup) -> None:
        """Make a learner, or load one with its episodes.

        Raises:
            CheckpointError: The run to resume, or to start from, has no usable checkpoint.
            EpisodeLogError: The log is not usable, or another process writes it.
        """
        self._setup = setup
        self._learner = RelayLearner(setup.task, setup.run.learner, seed=setup.run.seed)
        self.restored: dict[str, Any] | None = None
        # The log first: opening it waits until nobody else writes this run, checkpoints included.
        self._log = EpisodeLog(setup.log, setup.task)
        try:
            if setup.resume:
                self._load(load_checkpoint(setup.checkpoints / LATEST, task=setup.task.name))
            elif setup.start is not None:
                self._start_from(load_start(setup.start, setup.run))
        except CheckpointError:
            self.close()
            raise

    @property
    def updates(self) -> int:
        """Critic updates made so far."""
        return self._learner.updates

    def learn(self, episode: Episode, loop: dict[str, Any]) -> dict[str, float]:
        """Keep an episode, make the updates that are due after it, and save; return their mean metrics.

        Saved before the updates too, which take a while beside an arm: a power cut then loses no whole episode.
        """
        self._log.append(episode)
        self._learner.add(episode)
        self._save(loop, LATEST, updates_due=True)
        metrics = self._learner.learn(self._mastered(loop))
        self.save(loop, keep=False)
        return metrics

    def policy(self, *, averaged: bool) -> Policy:
        """Return a frozen policy, of the averaged weights or of the online ones."""
        return self._learner.policy(averaged=averaged)

    def save(self, loop: dict[str, Any], *, keep: bool) -> None:
        """Write the latest checkpoint, and one that stays when `keep` is set."""
        kept = (f"episode_{len(self._log):06d}{SUFFIX}",) if keep else ()
        self._save(loop, LATEST, *kept)

    def catch_up(self) -> None:
        """Nothing is ever behind here."""

    def close(self) -> None:
        """Close the episode log."""
        self._log.close()

    def _mastered(self, loop: dict[str, Any]) -> int:
        """Return the index of the highest stage mastered, read off the state of the loop; 0 where all are learned."""
        if self._setup.run.learner.learned_stages != "unmastered":
            return 0
        exploration = self._setup.run.exploration
        mastery = Mastery(len(self._setup.task.stages), window=exploration.mastery_window)
        mastery.load_state(loop["mastery"])
        return mastery.highest(exploration.mastery_threshold)

    def _save(self, loop: dict[str, Any], *names: str, updates_due: bool = False) -> None:
        arrays, plain = self._learner.state()
        state = {
            "run": asdict(self._setup.run),
            "start": None if self._setup.start is None else str(self._setup.start),
            "learner": plain,
            "loop": loop,
            "episodes": len(self._log),
            UPDATES_DUE: updates_due,
        }
        checkpoint = Checkpoint(self._setup.run.task, arrays, state)
        for name in names:
            save_checkpoint(self._setup.checkpoints / name, checkpoint)

    def _load(self, checkpoint: Checkpoint) -> None:
        """Go back to the checkpoint, and make the updates that were due when the run was killed."""
        _refuse_policy_alone(checkpoint, self._setup.checkpoints / LATEST)
        episodes = checkpoint.state["episodes"]
        if len(self._log) < episodes:
            raise CheckpointError(
                f"'{self._setup.log}' holds {len(self._log)} episodes; the checkpoint was made after {episodes}"
            )
        self._log.truncate(episodes)
        for episode in EpisodeLog.read(self._setup.log):
            self._learner.add(episode)
        try:
            self._learner.load_state(checkpoint.arrays, checkpoint.state["learner"])
        except (ValueError, KeyError) as error:
            raise CheckpointError(f"'{self._setup.checkpoints / LATEST}' does not fit: {error}") from error
        self.restored = checkpoint.state["loop"]
        if checkpoint.state.get(UPDATES_DUE, False):
            self._learner.learn(self._mastered(checkpoint.state["loop"]))

    def _start_from(self, checkpoint: Checkpoint) -> None:
        """Begin with what another run learned, without its episodes; what is drawn is still of this run's seed."""
        own = self._learner.state()[1]
        learned = {**checkpoint.state["learner"], "generator": own["generator"], "updates": 0}
        try:
            self._learner.load_state(checkpoint.arrays, learned)
        except (ValueError, KeyError) as error:
            raise CheckpointError(f"'{self._setup.start}' does not fit: {error}") from error
        self.restored = {"mastery": checkpoint.state["loop"]["mastery"]}


def load_start(path: Path, run: RunConfig) -> Checkpoint:
    """Load a checkpoint of another run to begin a run with.

    Raises:
        CheckpointError: The file is missing, damaged, of another task, or was learned with networks that see or act in
            another way.
    """
    checkpoint = load_checkpoint(path, task=run.task)
    _refuse_policy_alone(checkpoint, path)
    learned, own = _config_of(checkpoint, path).learner, run.learner
    for name in MEANING:
        theirs, ours = getattr(learned, name), getattr(own, name)
        if theirs != ours:
            raise CheckpointError(f"'{path}' was learned with learner.{name} {theirs}; allowed: {ours}, as in this run")
    return checkpoint


def saved_config(path: Path, task: str) -> RunConfig:
    """Return the settings of the run that a checkpoint is of.

    Raises:
        CheckpointError: The file is missing, damaged, or of another task.
    """
    return _config_of(load_checkpoint(path, task=task), path)


def saved_start(path: Path, task: str) -> Path | None:
    """Return the checkpoint that the run of a checkpoint began with, None when it began from scratch.

    Raises:
        CheckpointError: The file is missing, damaged, or of another task.
    """
    start = load_checkpoint(path, task=task).state.get("start")
    return None if start is None else Path(start)


def load_policy(path: Path, task: str) -> Policy:
    """Load the averaged policy of a checkpoint.

    Raises:
        CheckpointError: The file is missing, damaged, or of another task.
    """
    checkpoint = load_checkpoint(path, task=task)
    config = _config_of(checkpoint, path).learner
    try:
        return restore_policy(make_relay_task(task), config, checkpoint.arrays, checkpoint.state["learner"])
    except (ValueError, KeyError) as error:
        raise CheckpointError(f"'{path}' does not fit: {error}") from error


def load_learner(path: Path, task: str) -> RelayLearner:
    """Load the learner of a checkpoint, without its episodes, to ask what it thinks situations are worth.

    Raises:
        CheckpointError: The file is missing, damaged, of another task, or holds a policy alone.
    """
    checkpoint = load_checkpoint(path, task=task)
    _refuse_policy_alone(checkpoint, path)
    learner = RelayLearner(make_relay_task(task), _config_of(checkpoint, path).learner, seed=0)
    try:
        learner.load_state(checkpoint.arrays, checkpoint.state["learner"])
    except (ValueError, KeyError) as error:
        raise CheckpointError(f"'{path}' does not fit: {error}") from error
    return learner


def export_policy(path: Path, output: Path) -> None:
    """Write what load_policy needs of a checkpoint into a file of its own.

    Raises:
        CheckpointError: The file is missing or damaged, or its policy cannot be loaded.
        FileExistsError: There is a file already, such as a checkpoint.
        OSError: The output cannot be written.
    """
    if output.exists():
        raise FileExistsError(f"'{output}' exists; allowed: the name of a new file")
    checkpoint = load_checkpoint(path)
    load_policy(path, checkpoint.task)
    arrays = {name: array for name, array in checkpoint.arrays.items() if name.startswith(PARTS)}
    learner = {"normalizer_count": checkpoint.state["learner"]["normalizer_count"]}
    state = {"run": checkpoint.state["run"], "learner": learner, POLICY_ALONE: True}
    save_checkpoint(output, Checkpoint(checkpoint.task, arrays, state))


def _refuse_policy_alone(checkpoint: Checkpoint, path: Path) -> None:
    if checkpoint.state.get(POLICY_ALONE):
        raise CheckpointError(f"'{path}' holds a policy alone; allowed: a file of a run's checkpoints folder")


def _config_of(checkpoint: Checkpoint, path: Path) -> RunConfig:
    try:
        return from_plain(RunConfig, checkpoint.state["run"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"'{path}' holds settings that this version does not know: {error}") from error
