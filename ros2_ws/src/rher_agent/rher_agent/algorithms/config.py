# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Hyper-parameters of the learner; the defaults are those of the published run."""

from __future__ import annotations

from dataclasses import dataclass, field

from rher_agent.settings import check, choice, ranged
from rher_agent.storage.hindsight import HindsightConfig


@dataclass(frozen=True)
class LearnerConfig:
    """How the actor-critic learns."""

    hidden: int = ranged(128, 8, 1024)
    """Units of each hidden layer."""
    layers: int = ranged(3, 1, 6)
    """Hidden layers."""
    initial_weights: str = choice("fan_in", "fan_in", "glorot")
    """How weights are drawn: fan_in, weights and biases uniformly within one over the root of the inputs (torch);
    glorot, weights within the root of six over inputs and outputs, biases 0 (Glorot and Bengio 2010)."""
    learning_rate: float = ranged(1e-3, 1e-6, 0.1)
    """Of actor and critics (Adam)."""
    gamma: float = ranged(0.98, 0.5, 0.999)
    """Discount per step."""
    batch_size: int = ranged(256, 8, 8192)
    """Transitions of one update, all stages together."""
    updates_per_episode: int = ranged(120, 1, 10_000)
    """Critic updates after each episode."""
    critics: int = ranged(2, 1, 10)
    """Action values whose least is the target: 2 for TD3, 1 for DDPG."""
    layer_norm: bool = False
    """Normalise each hidden layer of the critics to zero mean and unit deviation (Ba et al. 2016, without a gain)."""
    policy_delay: int = ranged(2, 1, 10)
    """Critic updates per actor update."""
    gradients: str = choice("in_turn", "in_turn", "joint")
    """Of one update: in_turn, the actor's from the critic that has just stepped (TD3); joint, both before either steps,
    as in the released RHER."""
    target_rate: float = ranged(0.05, 1e-4, 1.0)
    """Share of the online weights that enters the target weights at each update."""
    target_interval: int = ranged(1, 1, 10_000)
    """Critic updates from one update of the target weights to the next."""
    average_rate: float = ranged(0.01, 1e-4, 1.0)
    """Share of the online actor that enters the averaged actor, which acts in evaluations, at each update."""
    action_l2: float = ranged(0.5, 0.0, 100.0)
    """Weight of the mean squared action in the actor's loss."""
    action_shape: str = choice("ball", "ball", "box")
    """Set of the policy's actions: ball, the groups of the task; box, every entry by itself."""
    reach_weight: float = ranged(1.0, 0.0, 100.0)
    """Relative share of rows of each REACH stage in a batch; with 0 none but a last one is learned."""
    move_weight: float = ranged(3.0, 0.01, 100.0)
    """Relative share of rows of each MOVE stage in a batch."""
    learned_stages: str = choice("all", "all", "unmastered", "last")
    """Stages that batches hold: all; unmastered, the highest stage mastered and what follows it, as in RHER's released
    code for several objects; last, the task itself alone, which is HER. Shares within them are those of the weights."""
    batch_stages: str = choice("mixed", "mixed", "in_turn")
    """Stages of a batch: mixed, of every row by itself; in_turn, one stage a batch, the last stage first."""
    bound_targets: bool = True
    """Clip targets to [-1 / (1 - gamma), 0], where every value of a reward of -1 or 0 lies."""
    normalize: bool = True
    """Scale features to zero mean and unit deviation."""
    view: str = choice("relative", "relative", "absolute")
    """What the networks see: relative, positions relative to TCP and goal; absolute, also where on the table."""
    symmetry: bool = True
    """Show the networks one canonical view of every situation, where the task allows it."""
    exchange: bool = True
    """Show alike objects in the order in which they have to be moved, where the task has some."""
    mirror: bool = False
    """Mirror every transition of a batch at the x and the y axis by chance, where the task allows it."""
    masked: str = choice("zero", "zero", "raw_zero")
    """Slots that a stage does not use: zero, after scaling; raw_zero, before it, as in the released RHER, which turns
    them into a constant, mostly plus or minus normalizer_clip."""
    normalizer_epsilon: float = ranged(0.01, 1e-6, 1.0)
    """Least deviation of a feature, in its own unit."""
    normalizer_clip: float = ranged(5.0, 1.0, 100.0)
    """Greatest absolute value of a normalised feature."""
    device: str = choice("auto", "auto", "cpu", "cuda")
    """Where updates are made: auto, on a GPU where torch finds one. Acting stays on the processor."""
    capacity: int = ranged(20_000, 1, 1_000_000)
    """Episodes held in the replay buffer."""
    hindsight: HindsightConfig = field(default_factory=HindsightConfig)
    """How goals are drawn."""

    def __post_init__(self) -> None:
        check(self)
        if self.symmetry + self.mirror + (self.view == "absolute") > 1:
            given = f"view is '{self.view}' with symmetry {self.symmetry} and mirror {self.mirror}"
            raise ValueError(f"{given}; allowed: the view 'absolute', or symmetry, or mirror, or none of them")

    @property
    def lowest_value(self) -> float:
        """What it is worth never to be done, at a cost of 1 a step."""
        return -1.0 / (1.0 - self.gamma)
