# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Every method is a set of settings, and every set can act and learn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from rher_agent.algorithms.relay_learner import RelayLearner
from rher_agent.exploration.sges import SelfGuidedExploration
from rher_agent.runners.config import ALGORITHMS, RunConfig
from rher_agent.runners.presets import METHODS, changed, preset
from rher_agent.storage.episode import Episode
from rher_agent.tasks.registry import gym_task_names, make_relay_task, task_names

PUBLISHED = (
    *("push", "pick_and_place", "drawer", "insert", "obstacle_push", "double_push"),
    *("stack", "drawer_box", "triple_push", "triple_stack"),
)
"""Tasks that docs/results/tasks tells of; a task of one's own may have the settings of its kind."""
ABLATIONS = Path(__file__).parents[3] / "benchmarks" / "fetch_ablations.yaml"


def test_this_method_on_an_arm_is_the_default():
    assert preset("rher", "push") == RunConfig()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", [*PUBLISHED, *gym_task_names()])
def test_no_published_task_is_trained_with_the_settings_of_its_kind(
    algorithm: str, name: str, monkeypatch: pytest.MonkeyPatch
):
    published = preset(algorithm, name)
    monkeypatch.setattr("rher_agent.runners.presets.task_names", tuple)  # so that nothing is known to open its gripper
    assert preset(algorithm, name) == published


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
    goals = np.zeros((len(task.object_names), 3))
    learner.add(Episode(observations, actions, goals, np.ones(task.horizon, dtype=bool)))
    assert np.isfinite(learner.learn()["critic_loss"])
    assert learner.updates == 4


def shares(config: RunConfig, at_hand: int) -> tuple[float, float]:
    """Return the shares of guided and of random actions; noise is 0.2, so what is far away is random."""
    task = make_relay_task("fetch_push")
    exploration, rng = SelfGuidedExploration(task, config.exploration), np.random.default_rng(1)
    while exploration.begin(rng):
        pass
    own = np.full(task.action_size, 0.123)
    guided = random = 0
    for _ in range(DRAWS):
        choice = exploration.choose(at_hand, rng)
        action = exploration.perturb(own, choice, rng)
        is_random = bool(np.abs(action - own).max() > FAR)
        guided += choice.guided and not is_random
        random += is_random
    return guided / DRAWS, random / DRAWS


def test_the_released_mix_before_contact():
    """Half the steps are the guide's, 0.4 one's own and 0.1 random; after contact 0.8 and 0.2."""
    config = preset("rher_paper", "fetch_push")
    assert shares(config, 0) == pytest.approx((0.5, 0.1 * RECOGNISED), abs=0.02)
    assert shares(config, 1) == pytest.approx((0.0, 0.2 * RECOGNISED), abs=0.02)


@pytest.mark.parametrize(
    ("variant", "random", "guided"),
    [("published", 0.2, 0.4), ("mix as coded, 154", 0.1, 0.5), ("mix 370", 0.3, 0.7), ("mix 307", 0.3, 0.0)],
)
def test_the_mixes_of_the_ablations_are_what_their_digits_say(variant: str, random: float, guided: float):
    """Digits are tenths of random, guided and own steps before contact."""
    (entry,) = yaml.safe_load(ABLATIONS.read_text())["entries"]
    config = changed(preset("rher", "fetch_push"), {**entry["variants"][variant], "learner.action_shape": "box"})
    found = shares(changed(config, {"exploration.action_shape": "box"}), 0)
    # What is random and not far away counts as guided where the guide was to act.
    assert found[1] == pytest.approx(random * RECOGNISED, abs=0.02)
    assert found[0] == pytest.approx(guided, abs=0.02 + random * (1.0 - RECOGNISED))


DRAWS = 8000
FAR = 0.8
"""Four standard deviations of the noise."""
RECOGNISED = 1.0 - FAR**4
"""Share of random actions of which some entry is that far from 0.123: each is as near with a chance of 2 FAR / 2."""


RELEASED = {
    "learner.hidden": 256,
    "learner.layers": 3,
    "learner.initial_weights": "glorot",
    "learner.learning_rate": 1e-3,
    "learner.gamma": 0.98,
    "learner.batch_size": 256,
    "learner.updates_per_episode": 80,
    "learner.critics": 1,
    "learner.layer_norm": False,
    "learner.policy_delay": 1,
    "learner.gradients": "joint",
    "learner.target_rate": 0.05,
    "learner.target_interval": 80,
    "learner.average_rate": 1.0,
    "learner.action_l2": 1.0,
    "learner.action_shape": "box",
    "learner.reach_weight": 1.0,
    "learner.move_weight": 3.0,
    "learner.learned_stages": "all",
    "learner.batch_stages": "in_turn",
    "learner.bound_targets": True,
    "learner.normalize": True,
    "learner.view": "absolute",
    "learner.symmetry": False,
    "learner.exchange": False,
    "learner.mirror": False,
    "learner.masked": "raw_zero",
    "learner.normalizer_epsilon": 0.01,
    "learner.normalizer_clip": 5.0,
    "learner.device": "auto",
    "learner.capacity": 20_000,
    "learner.hindsight.precision": 1.0,
    "learner.hindsight.loosest_precision": 0.0,
    "learner.hindsight.reach_precision": 0.0,
    "learner.hindsight.astray_precision": 0.0,
    "learner.hindsight.relabel_share": 0.8,
    "learner.hindsight.lost_is_final": False,
    "learner.hindsight.stop_is_final": False,
    "learner.hindsight.priority": "uniform",
    "learner.hindsight.at_hand_weight": 1.0,
    "learner.hindsight.redraw_probability": 0.0,
    "learner.hindsight.redraw_rounds": 0,
    "learner.hindsight.steps": 1,
    "exploration.guide": "learned",
    "exploration.reached_radius": 0.03,
    "exploration.guide_probability": 0.5,
    "exploration.press_probability": 0.0,
    "exploration.relay_gate": True,
    "exploration.guide_until": 2.0,
    "exploration.noise": 0.2,
    "exploration.random_probability": 0.2,
    "exploration.random_guide": False,
    "exploration.random_hold": 1.0,
    "exploration.least_noise": 1.0,
    "exploration.mastery_threshold": 0.8,
    "exploration.mastery_window": 10,
    "exploration.least_solo": 0.0,
    "exploration.practice_probability": 0.0,
    "exploration.calmest": 1.0,
    "exploration.calm_guide": False,
    "exploration.shared_mastery": False,
    "exploration.end_when_lost": False,
    "exploration.end_on_success": False,
    "exploration.action_shape": "box",
}
"""Everything, but for the device as in the single-process TensorFlow code released with Luo et al. 2023."""
PLAIN = {
    "learner.learned_stages": "last",
    "learner.updates_per_episode": 40,
    "learner.target_interval": 40,
    "exploration.guide_probability": 0.0,
    "exploration.random_probability": 0.3,
    "exploration.least_solo": 1.0,
}
"""What HER with the same network and schedule changes of it."""
TORCH = {
    "learner.layers": 2,
    "learner.initial_weights": "fan_in",
    "learner.batch_size": 8192,
    "learner.updates_per_episode": 40,
    "learner.critics": 2,
    "learner.policy_delay": 2,
    "learner.gradients": "in_turn",
    "learner.target_rate": 0.01,
    "learner.target_interval": 2,
    "learner.move_weight": 1.0,
    "learner.learned_stages": "unmastered",
    "learner.batch_stages": "mixed",
    "exploration.random_guide": True,
    "exploration.least_noise": 0.0,
}
"""What their code for several objects changes of it."""


@pytest.mark.parametrize(
    ("algorithm", "changes"),
    [
        ("rher_paper", {}),
        ("rher_torch", TORCH),
        ("her", PLAIN),
        ("her_ebp", {**PLAIN, "learner.hindsight.priority": "energy"}),
    ],
)
def test_the_baselines_are_the_released_settings_but_for_what_makes_them_another_method(
    algorithm: str, changes: Mapping[str, Any]
):
    """40 updates an episode for each stage that is learned, and the target networks move once, after the last."""
    config = asdict(preset(algorithm, "fetch_push"))
    found = {name: value for part in ("learner", "exploration") for name, value in leaves(config[part], f"{part}.")}
    assert found == {**RELEASED, **changes}


@pytest.mark.parametrize("algorithm", ["rher_paper", "rher_torch", "her", "her_ebp"])
def test_what_is_tuned_for_this_method_changes_no_other(algorithm: str):
    """Every setting of learner and exploration is given by name, but for the machine that learns."""
    config = asdict(RunConfig())
    known = {name for part in ("learner", "exploration") for name, _ in leaves(config[part], f"{part}.")}
    assert known - set(METHODS[algorithm]) == {"learner.device"}


def leaves(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


@pytest.mark.parametrize("name", ["fetch_push", "double_push"])
def test_plain_her_acts_with_the_last_stage_alone_and_learns_no_other(name: str):
    task = make_relay_task(name)
    config = preset("her", name)
    exploration, rng = SelfGuidedExploration(task, config.exploration), np.random.default_rng(2)
    last = len(task.stages) - 1
    for at_hand in range(len(task.stages)):
        exploration.begin(rng)
        assert {exploration.choose(at_hand, rng).stage for _ in range(200)} == {last}
    assert config.learner.learned_stages == "last"


def test_the_released_code_for_several_objects_draws_2048_rows_for_each_stage_of_two():
    task = make_relay_task("double_push")
    assert preset("rher_torch", "double_push").learner.batch_size == 2048 * len(task.stages)


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
    with pytest.raises(ValueError, match="allowed: rher, rher_paper, rher_torch, her, her_ebp"):
        preset("sac", "push")
    assert set(gym_task_names()) <= {preset("rher", name).task for name in gym_task_names()}


@pytest.mark.parametrize("guide", ["p_controller", "jsrl"])
def test_a_guide_taken_for_a_method_is_refused_with_the_setting_that_chooses_it(guide: str):
    with pytest.raises(ValueError, match=rf"'{guide}'; allowed: .*; .* algorithm rher with exploration.guide {guide}$"):
        preset(guide, "push")
    assert changed(preset("rher", "push"), {"exploration.guide": guide}).exploration.guide == guide
