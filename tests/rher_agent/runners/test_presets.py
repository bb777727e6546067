# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Every method is a set of settings, and every set can act and learn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.exploration.sges import SelfGuidedExploration
from rher_agent.runners.config import ALGORITHMS, RunConfig
from rher_agent.runners.presets import METHODS, changed, preset
from rher_agent.storage.episode import Episode
from rher_agent.tasks.registry import gym_task_names, make_relay_task, task_names


def test_this_method_on_an_arm_is_the_default():
    assert preset("rher", "push") == RunConfig()


@pytest.mark.parametrize("name", ["push", "fetch_push", "stack"])
def test_the_methods_it_is_measured_against_may_take_ten_times_as_long(name: str):
    assert preset("her", name).trainer.max_episodes == 10 * preset("rher", name).trainer.max_episodes


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", [*task_names(), *gym_task_names()])
def test_every_method_learns_from_any_data(algorithm: str, name: str):
    task = make_relay_task(name)
    config = changed(preset(algorithm, name), {"learner.hidden": 16, "learner.updates_per_episode": 4})
    rng = np.random.default_rng(0)
    learner = RelayLearner(task, config.learner, seed=0)
    observations = rng.normal(size=(task.horizon + 1, task.layout.size))
    actions = rng.uniform(-0.5, 0.5, (task.horizon, task.action_size))
    learner.add(Episode(observations, actions, np.zeros((1, 3)), np.ones(task.horizon, dtype=bool)))
    assert np.isfinite(learner.learn()["critic_loss"])
    assert learner.updates == 4


def test_the_released_mix_before_contact():
    """Half the steps are the guide's, 0.4 one's own and 0.1 random; after contact 0.8 and 0.2."""
    task = make_relay_task("fetch_push")
    exploration = SelfGuidedExploration(task, preset("rher_paper", "fetch_push").exploration)
    rng = np.random.default_rng(1)
    assert not exploration.begin(rng)
    own = np.full(task.action_size, 0.123)

    def shares(at_hand: int) -> tuple[float, float]:
        """Return the shares of guided and of random actions; noise is 0.2, so what is far away is random."""
        guided = random = 0
        for _ in range(DRAWS):
            choice = exploration.choose(at_hand, rng)
            guided += choice.guided
            random += bool(np.abs(exploration.perturb(own, choice, rng) - own).max() > FAR)
        return guided / DRAWS, random / DRAWS

    before, after = shares(0), shares(1)
    assert before == pytest.approx((0.5, 0.1 * RECOGNISED), abs=0.02)
    assert after == pytest.approx((0.0, 0.2 * RECOGNISED), abs=0.02)


DRAWS = 8000
FAR = 0.8
"""Four standard deviations of the noise."""
RECOGNISED = 1.0 - ((2.0 * FAR - (FAR - (1.0 - 0.123))) / 2.0) ** 4
"""Share of random actions of which some entry is that far from 0.123: all four within it have this chance."""


@pytest.mark.parametrize("algorithm", ["rher_paper", "her", "her_ebp"])
def test_what_is_tuned_for_this_method_changes_no_other(algorithm: str):
    """Every setting of learner and exploration is given by name, but for the machine that learns."""
    config = asdict(RunConfig())
    known = {name for part in ("learner", "exploration") for name in leaves(config[part], f"{part}.")}
    assert known - set(METHODS[algorithm]) == {"learner.device"}


def leaves(values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def test_plain_her_knows_no_guide_and_learns_only_the_last_stage():
    task = make_relay_task("fetch_push")
    config = preset("her", "fetch_push")
    exploration, rng = SelfGuidedExploration(task, config.exploration), np.random.default_rng(2)
    assert not any(exploration.choose(at_hand, rng).guided for at_hand in (0, 1) for _ in range(200))
    assert config.learner.reach_weight == 0.0


def test_changes_by_name_are_checked():
    assert changed(RunConfig(), {"learner.gamma": 0.9, "seed": 3}).learner.gamma == 0.9
    assert changed(RunConfig(), {"learner.gamma": 0.9, "exploration.noise": 1}).exploration.noise == 1.0
    for name in ("gamma", "learner.gama", "learner", "learner.gamma.deeper"):
        with pytest.raises(ValueError, match=f"unknown setting '{name}'"):
            changed(RunConfig(), {name: 0.9})
    with pytest.raises(ValueError, match=r"learner.gamma is 'high'; allowed: such as 0\.98"):
        changed(RunConfig(), {"learner.gamma": "high"})
    with pytest.raises(ValueError, match=r"gamma is 1\.5; allowed"):
        changed(RunConfig(), {"learner.gamma": 1.5})


def test_unknown_methods_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="allowed: rher, rher_paper, her, her_ebp"):
        preset("sac", "push")
    assert set(gym_task_names()) <= {preset("rher", name).task for name in gym_task_names()}
