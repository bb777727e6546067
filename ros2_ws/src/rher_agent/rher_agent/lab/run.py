# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a run beside an arm is asked for, and the parameters of its policy node."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rher_agent.lab.cell import Cell
from rher_agent.lab.parameters import Parameters, task_parameters
from rher_agent.storage.checkpoint import SHIPPED

TARGET_SUCCESS = 1.0
"""Mean success of two successive evaluations at which a run beside an arm is done: with ten goals each, one that is
missed may be chance."""


@dataclass(frozen=True)
class RunRequest:
    """What is asked for.

    Raises:
        ValueError: Mode, checkpoint and resume do not fit together. The policy node would refuse them too, but only
            when everything else runs.
    """

    mode: str
    """train or evaluate."""
    episodes: int
    """Fresh goals of an evaluation, during training and at its end."""
    max_episodes: int
    """Training episodes after which the run gives up."""
    target_success: float
    """Mean success of two successive evaluations at which the run is done."""
    seed: int
    """Of everything drawn at random."""
    output: str
    """Folder of the run; empty for a new one."""
    resume: bool
    """Whether to go on with the run in the output."""
    checkpoint: str
    """Path of the one to evaluate, or to begin training from; empty for none."""
    params_file: str
    """Parameter file of the launch, empty for none."""

    def __post_init__(self) -> None:
        is_evaluation = self.mode == "evaluate"
        if (is_evaluation or self.checkpoint) and not Path(self.checkpoint).is_file():
            other = SHIPPED if is_evaluation else "none"
            allowed = f"a file of a run's checkpoints, or {other}"
            raise ValueError(f"checkpoint is '{self.checkpoint}'; allowed with mode:={self.mode}: {allowed}")
        if self.resume and is_evaluation:
            raise ValueError("resume is true; allowed with mode:=evaluate: false")
        if self.resume and not self.output:
            raise ValueError("output is empty; allowed with resume:=true: the folder of the run to go on with")
        if self.resume and self.checkpoint:
            raise ValueError(f"checkpoint is '{self.checkpoint}'; allowed with resume:=true: none, it has its own")

    def parameters(self, cell: Cell, scale: float, folder: Path) -> Parameters:
        """Return the parameters of the policy node.

        Args:
            cell: Where the run takes place.
            scale: Share of the full speed.
            folder: Of the run.
        """
        return {
            "task": cell.lab.task.name,
            "mode": self.mode,
            "learner_mode": "async",
            "seed": self.seed,
            "trainer.max_episodes": self.max_episodes,
            "trainer.target_success": self.target_success,
            "trainer.evaluation_episodes": self.episodes,
            "trainer.final_evaluation_episodes": self.episodes,
            "output": str(folder),
            "resume": self.resume,
            "checkpoint": self.checkpoint,
            "params_file": self.params_file,
            "lab": str(cell.file.path),
            **task_parameters(cell.lab, scale),
        }
