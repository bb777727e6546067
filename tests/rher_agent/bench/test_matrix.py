# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A matrix is read into cells, and what is wrong with it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from rher_agent.bench.matrix import MatrixError, read_matrix

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
  - {task: push, algorithm: rher, seeds: [4], world: "some.module:make"}
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
    assert cells[4].world == "some.module:make"


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
        ("entries: [{task: push, algorithm: rher, seeds: [0], settings: {gama: 1}}]", "unknown setting 'gama'"),
        ("entries: [{task: push, algorithm: rher, seeds: [0, 0]}]", "'push/rher/seed_0' twice"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str):
    with pytest.raises(MatrixError, match=message):
        read_matrix(write(tmp_path, text))


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_published_matrices_can_be_read(path: Path):
    assert read_matrix(path)
