# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from rher_agent.ros.parameters import ParameterError, declare_parameters, refuse_unknown_parameters


@dataclass(frozen=True)
class Inner:
    gamma: float = field(default=0.98, metadata={"range": (0.0, 1.0)})
    """Discount
    per step."""
    hidden: int = 128
    """Units."""

    def __post_init__(self) -> None:
        if self.hidden < 1:
            raise ValueError(f"hidden is {self.hidden}; allowed: 1 or more")


@dataclass(frozen=True)
class Outer:
    mode: str = field(default="train", metadata={"choices": ("train", "evaluate")})
    """What to do."""
    resume: bool = False
    center: tuple[float, float] = (0.5, 0.0)
    updates: int = field(default=8, metadata={"range": (1, 100)})
    learner: Inner = field(default_factory=Inner)


def test_defaults_come_back_unchanged(ros):
    assert declare_parameters(ros(), Outer()) == Outer()


def test_values_of_the_user_are_read_with_dotted_names(ros):
    node = ros(mode="evaluate", resume=True, center=[0.25, 1.0], updates=3, learner__gamma=0.5, learner__hidden=64)
    expected = Outer("evaluate", True, (0.25, 1.0), 3, Inner(0.5, 64))
    assert declare_parameters(node, Outer()) == expected
    assert node.get_parameter("learner.gamma").value == 0.5
    refuse_unknown_parameters(node)


def test_whole_numbers_pass_for_decimal_ones(ros):
    parameters = declare_parameters(ros(learner__gamma=1, center=[1, 2]), Outer())
    assert parameters.learner.gamma == 1.0
    assert isinstance(parameters.learner.gamma, float)
    assert parameters.center == (1.0, 2.0)


def test_descriptors_document_and_bound(ros):
    node = ros()
    declare_parameters(node, Outer())
    gamma = node.describe_parameter("learner.gamma")
    assert gamma.description == "Discount\nper step."
    assert (gamma.floating_point_range[0].from_value, gamma.floating_point_range[0].to_value) == (0.0, 1.0)
    updates = node.describe_parameter("updates")
    assert (updates.integer_range[0].from_value, updates.integer_range[0].to_value) == (1, 100)
    assert node.describe_parameter("mode").additional_constraints == "one of: train, evaluate"
    assert gamma.read_only


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"mode": "fly"}, "mode is 'fly'; allowed: train, evaluate"),
        ({"learner__gamma": 1.5}, "learner.gamma is 1.5; allowed: 0.0 to 1.0"),
        ({"learner__gamma": "high"}, "learner.gamma is 'high'; allowed: a number"),
        ({"learner__hidden": 0}, "learner.hidden is 0; allowed: 1 or more"),
        ({"learner__hidden": 1.5}, "learner.hidden is 1.5; allowed: a whole number"),
        ({"learner__hidden": True}, "learner.hidden is True; allowed: a whole number"),
        ({"updates": 101}, "updates is 101; allowed: 1 to 100"),
        ({"resume": "yes"}, "resume is 'yes'; allowed: true or false"),
        ({"center": [0.1]}, "center is .*; allowed: a list of 2, each a number"),
    ],
)
def test_wrong_value_is_refused_with_what_is_allowed(ros, overrides, message):
    with pytest.raises(ParameterError, match=f"^{message}$"):
        declare_parameters(ros(**overrides), Outer())


def test_misspelt_name_is_refused(ros):
    node = ros(learner__gama=0.5)
    declare_parameters(node, Outer())
    with pytest.raises(ParameterError, match=r"unknown parameter learner\.gama; allowed: center, learner\.gamma"):
        refuse_unknown_parameters(node)
