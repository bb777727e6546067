# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A matrix is read into cells, and what is wrong with it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from rher_agent.bench.matrix import ARM, MatrixError, read_matrix, world_maker
from rher_sim_bridge.worlds.mujoco_world import make_world

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
MATRIX = """
settings: {trainer.max_episodes: 7}
entries:
  - task: fetch_push
    algorithm: rher_paper
    seeds: [0, 1]
    settings: {learner.hidden: 64}
    variants:
      as released: {}
      noisy guide 0.5: {exploration.noise: 0.5, trainer.max_episodes: 8}
  - {task: push, algorithm: rher, seeds: [4], world: "rher_sim_bridge.worlds.mujoco_world:make_world"}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "matrix.yaml"
    path.write_text(text)
    return path


def test_every_variant_is_trained_with_every_seed(tmp_path: Path):
    cells = read_matrix(write(tmp_path, MATRIX))
    assert [(cell.folder, cell.name) for cell in cells] == [
        ("fetch_push/as_released", "seed_0"),
        ("fetch_push/as_released", "seed_1"),
        ("fetch_push/noisy_guide_0.5", "seed_0"),
        ("fetch_push/noisy_guide_0.5", "seed_1"),
        ("push/rher", "seed_4"),
    ]
    assert [cell.config.trainer.max_episodes for cell in cells] == [7, 7, 8, 8, 7]
    assert [cell.config.learner.hidden for cell in cells] == [64, 64, 64, 64, 128]
    assert cells[2].config.exploration.noise == 0.5
    assert {cell.config.learner_mode for cell in cells} == {"sync"}
    assert cells[0].config.algorithm == "rher_paper"
    assert cells[4].world == ARM


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entries: []", "has no entries"),
        ("[1, 2]", "has no entries"),
        ("entries: 3", "has no entries"),
        ("entries: [", "is no YAML"),
        ("{setting: {}, entries: [x]}", "unknown key 'setting'; allowed: settings, entries"),
        ("{settings: [a], entries: [x]}", r"settings is \['a'\]; allowed: a mapping"),
        ("entries: [{task: fetch_push, algorithm: sac, seeds: [0]}]", "allowed: rher, rher_paper"),
        (
            "entries: [{task: fetch_push, seeds: [0]}]",
            "an entry has no algorithm; allowed: task, algorithm, seeds in ev",
        ),
        ("entries: [fetch_push]", "an entry is 'fetch_push'; allowed: a mapping with task, algorithm, seeds, "),
        ("entries: [{task: push, algorithm: rher, seed: [0]}]", "unknown key 'seed' of an entry; allowed: task, algo"),
        ("entries: [{task: juggle, algorithm: rher, seeds: [0]}]", "task is 'juggle'; allowed: .*push.*fetch_push"),
        ("entries: [{task: push, algorithm: rher, seeds: 3}]", "seeds is 3; allowed: a list of whole numbers"),
        (
            "entries: [{task: push, algorithm: rher, seeds: [0], world: here}]",
            "world is 'here'; allowed: module:function",
        ),
        ("entries: [{task: push, algorithm: rher, seeds: [0], world: 3}]", "world is 3; allowed: module:function"),
        ("entries: [{task: push, algorithm: rher, seeds: []}]", r"seeds is \[\]; allowed: a list of .*, one at least"),
        ("entries: [{task: push, algorithm: rher, seeds: [0], settings: }]", "settings of an entry is None; allowed"),
        ("entries: [{task: push, algorithm: rher, seeds: [0], variants: [a]}]", r"variants is \['a'\]; allowed"),
        ("entries: [{task: push, algorithm: rher, seeds: [0], variants: }]", "variants is None; allowed: a mapping"),
        (
            "entries: [{task: push, algorithm: rher, seeds: [0], variants: {a: }}]",
            "variant 'a' is None; allowed: a",
        ),
        ("entries: [{task: push, algorithm: rher, seeds: [0], variants: {1: {}}}]", "variants is {1: {}}; allowed"),
        ("entries: [{task: fetch_push, algorithm: rher, seeds: [0], settings: {gama: 1}}]", "unknown setting 'gama'"),
        ("entries: [{task: fetch_push, algorithm: rher, seeds: [0, 0]}]", "'fetch_push/rher/seed_0' twice"),
        (
            "{settings: {seed: 3}, entries: [{task: fetch_push, algorithm: rher, seeds: [0]}]}",
            "settings has 'seed', 3, but runs are named after .*; allowed: seeds of an entry, and here others, such as",
        ),
        (
            "entries: [{task: fetch_push, algorithm: rher, seeds: [0], settings: {algorithm: her}}]",
            "settings of an entry has 'algorithm', 'her', but .*; allowed: algorithm of an entry",
        ),
        (
            "entries: [{task: fetch_push, algorithm: rher, seeds: [0], variants: {a: {task: fetch_slide}}}]",
            "variant 'a' has 'task', 'fetch_slide', but .*; allowed: task of an entry",
        ),
        (
            "entries: [{task: push, algorithm: rher, seeds: [0]}]",
            f"task 'push' is one of an arm, .*; allowed: with world: {ARM} or another, or without one .*fetch_push",
        ),
        (
            f"entries: [{{task: push, algorithm: rher, seeds: [0], world: '{ARM}s'}}]",
            f"world '{ARM}s' cannot be imported: .* no attribute 'make_worlds'; allowed: .* or {ARM}",
        ),
        (
            "entries: [{task: push, algorithm: rher, seeds: [0], world: 'no_such_module:make_world'}]",
            "world 'no_such_module:make_world' cannot be imported: No module named 'no_such_module'; allowed: mod",
        ),
        ("entries: [{task: push, algorithm: rher, seeds: [0], world: ':make'}]", "world ':make' cannot be imported"),
        ("entries: [{task: push, algorithm: rher, seeds: [0], world: 'math:pi'}]", "world 'math:pi' is no function"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str):
    with pytest.raises(MatrixError, match=message):
        read_matrix(write(tmp_path, text))


def test_the_world_that_is_advised_is_that_of_the_simulated_arm():
    assert world_maker(ARM) is make_world


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_published_matrices_can_be_read(path: Path):
    assert read_matrix(path)
