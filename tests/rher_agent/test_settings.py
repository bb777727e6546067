# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Settings are checked when made, and their plain form gives the same settings back."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field

import pytest
from rher_agent.algorithms.config import LearnerConfig
from rher_agent.exploration.config import ExplorationConfig
from rher_agent.runners.config import RunConfig, TrainerConfig
from rher_agent.settings import check, choice, from_plain, ranged
from rher_agent.storage.hindsight import HindsightConfig


@dataclass(frozen=True)
class Inner:
    share: float = ranged(0.5, 0.0, 1.0)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Outer:
    count: int = ranged(3, 1, 5)
    mode: str = choice("sync", "sync", "async")
    free: str = "anything"
    inner: Inner = field(default_factory=Inner)

    def __post_init__(self) -> None:
        check(self)


@pytest.mark.parametrize("count", [0, 6, math.nan, -math.inf])
def test_a_value_out_of_range_is_named_with_what_is_allowed(count: float):
    with pytest.raises(ValueError, match=rf"^count is {count}; allowed: 1 to 5$"):
        Outer(count=count)  # type: ignore[arg-type]  # a user's number may be of any kind


@pytest.mark.parametrize("count", [1, 5])
def test_the_bounds_are_allowed(count: int):
    assert Outer(count=count).count == count


def test_a_wrong_choice_is_named_with_what_is_allowed():
    with pytest.raises(ValueError, match=r"^mode is 'both'; allowed: sync, async$"):
        Outer(mode="both")


def test_a_field_without_range_or_choices_takes_anything():
    assert Outer(free="").free == ""


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (RunConfig, "seed", -1),
        (TrainerConfig, "max_episodes", -3),
        (TrainerConfig, "target_success", 1.5),
        (LearnerConfig, "gamma", 1.0),
        (ExplorationConfig, "mastery_window", 0),
        (HindsightConfig, "relabel_share", -0.1),
    ],
)
def test_the_settings_of_a_run_are_checked(kind: type, name: str, value: float):
    with pytest.raises(ValueError, match=f"^{name} is {value}; allowed: "):
        kind(**{name: value})


def test_the_plain_form_of_a_run_gives_the_same_run_back():
    config = RunConfig(
        seed=7,
        learner_mode="async",
        trainer=TrainerConfig(max_episodes=5, target_success=0.3),
        exploration=ExplorationConfig(noise=0.05),
        learner=LearnerConfig(hidden=16, symmetry=False, hindsight=HindsightConfig(precision=0.7)),
    )
    assert from_plain(RunConfig, asdict(config)) == config
    assert from_plain(RunConfig, json.loads(json.dumps(asdict(config)))) == config


def test_what_the_plain_form_leaves_out_has_its_default():
    assert from_plain(Outer, {"inner": {}}) == Outer()


def test_a_plain_form_is_checked_at_every_depth():
    with pytest.raises(ValueError, match=r"share is 2\.0; allowed: 0\.0 to 1\.0"):
        from_plain(Outer, {"inner": {"share": 2.0}})
    with pytest.raises(TypeError, match="colour"):
        from_plain(Outer, {"inner": {"colour": "red"}})
