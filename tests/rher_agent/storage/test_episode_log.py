# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The episode log loses nothing but the record being written, and says so when more is wrong."""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rher_agent.storage.episode import Episode
from rher_agent.storage.episode_log import MAGIC, EpisodeLog, EpisodeLogError
from rher_agent.tasks.layout import ObservationLayout
from rher_agent.tasks.push import PushTask

TASK = PushTask()
APPEND_STRIDE = 5
"""Of the cuts, one in so many is also appended to: waiting for the disk takes most of the time."""


@dataclass(frozen=True)
class SlideTask(PushTask):
    name = "slide"


@dataclass(frozen=True)
class OtherLayoutTask(PushTask):
    layout = ObservationLayout(
        size=17, tcp_position=slice(3, 6), object_positions=(slice(0, 3),), vectors=(slice(6, 9),)
    )


def make_episode(number: int, steps: int = 2) -> Episode:
    """Return an episode in which every entry tells where it belongs."""
    base = 1000.0 * number
    return Episode(
        observations=base + np.arange((steps + 1) * 17, dtype=np.float64).reshape(steps + 1, 17) / 7.0,
        actions=-base - np.arange(steps * 2, dtype=np.float64).reshape(steps, 2) / 3.0,
        desired_goal=np.array([[number + 0.1, number + 0.2, number + 0.3]]),
        usable=np.arange(steps) % 2 == number % 2,
    )


def same(a: Episode, b: Episode) -> bool:
    def bits(array: NDArray[np.float64]) -> NDArray[np.uint64]:
        return array.view(np.uint64)

    return (
        np.array_equal(bits(a.observations), bits(b.observations))
        and np.array_equal(bits(a.actions), bits(b.actions))
        and np.array_equal(bits(a.desired_goal), bits(b.desired_goal))
        and np.array_equal(a.usable, b.usable)
    )


def write_log(path: Path, count: int, steps: int = 2) -> list[int]:
    """Write `count` episodes and return the size of the file after the header and after each of them."""
    with EpisodeLog(path, TASK) as log:
        sizes = [path.stat().st_size]
        for number in range(count):
            log.append(make_episode(number, steps))
            sizes.append(path.stat().st_size)
    return sizes


def assert_holds(path: Path, count: int, steps: int = 2) -> None:
    episodes = list(EpisodeLog.read(path))
    assert len(episodes) == count
    assert all(same(episode, make_episode(number, steps)) for number, episode in enumerate(episodes))


def test_episodes_come_back_bit_for_bit_in_order_and_of_any_length(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    written = [make_episode(number, steps) for number, steps in enumerate((50, 1, 7))]
    written[1].observations[0, :4] = [-0.0, np.inf, 5e-324, np.frombuffer(b"\x01\x02\x03\x04\x05\x06\xf8\x7f")[0]]
    with EpisodeLog(path, TASK) as log:
        for episode in written:
            log.append(episode)
        assert len(log) == 3
    read = list(EpisodeLog.read(path))
    assert [len(episode) for episode in read] == [50, 1, 7]
    assert all(same(a, b) for a, b in zip(written, read, strict=True))
    assert read[0].observations.dtype == np.float64
    assert read[0].usable.dtype == np.bool_


def test_a_second_run_appends_after_the_first(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    write_log(path, 2)
    with EpisodeLog(path, TASK) as log:
        assert len(log) == 2
        log.append(make_episode(2))
        assert len(log) == 3
    assert_holds(path, 3)


def test_a_cut_at_any_byte_loses_at_most_the_record_cut(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    sizes = write_log(path, 2, steps=1)
    content = path.read_bytes()
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        whole = max(0, sum(size <= cut for size in sizes) - 1)
        assert_holds(path, whole, steps=1)
        with EpisodeLog(path, TASK) as log:
            assert len(log) == whole, f"cut at {cut}"
            if cut % APPEND_STRIDE:
                continue
            log.append(make_episode(whole, steps=1))
        assert_holds(path, whole + 1, steps=1)


def test_one_changed_byte_before_the_last_record_is_an_error_that_names_the_episode(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    sizes = write_log(path, 3)
    content = bytearray(path.read_bytes())
    for number, (begin, end) in enumerate(itertools.pairwise(sizes[:3]), start=1):
        for offset in range(begin, end):
            damaged = content.copy()
            damaged[offset] ^= 0x10
            path.write_bytes(damaged)
            with pytest.raises(EpisodeLogError, match=f"damaged at episode {number}"):
                EpisodeLog(path, TASK)
            assert path.read_bytes() == damaged, "a damaged log must not be changed"


def test_one_changed_byte_in_the_header_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    header = write_log(path, 1)[0]
    content = bytearray(path.read_bytes())
    length_field = range(len(MAGIC) + 4, len(MAGIC) + 8)
    for offset in set(range(header)) - set(length_field):
        damaged = content.copy()
        damaged[offset] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(EpisodeLogError):
            EpisodeLog(path, TASK)


@pytest.mark.parametrize("zeros", [1, 12, 100, 486])
def test_zeros_that_a_power_cut_leaves_at_the_end_are_dropped(tmp_path: Path, zeros: int) -> None:
    path = tmp_path / "episodes.log"
    write_log(path, 2)
    with path.open("ab") as file:
        file.write(bytes(zeros))
    assert_holds(path, 2)
    with EpisodeLog(path, TASK) as log:
        log.append(make_episode(2))
    assert_holds(path, 3)


def test_a_last_record_whose_content_never_reached_the_disk_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    sizes = write_log(path, 2)
    content = bytearray(path.read_bytes())
    content[sizes[1] + 40 :] = bytes(len(content) - sizes[1] - 40)
    path.write_bytes(content)
    assert_holds(path, 1)
    with EpisodeLog(path, TASK) as log:
        assert len(log) == 1
    assert path.stat().st_size == sizes[1]


def test_truncate_keeps_the_first_episodes(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    sizes = write_log(path, 4)
    with EpisodeLog(path, TASK) as log:
        log.truncate(2)
        assert len(log) == 2
        assert path.stat().st_size == sizes[2]
        log.append(make_episode(2))
        with pytest.raises(ValueError, match="count is 4 episodes; allowed: 0 to 3"):
            log.truncate(4)
        with pytest.raises(ValueError, match="count is -1"):
            log.truncate(-1)
    assert_holds(path, 3)
    with EpisodeLog(path, TASK) as log:
        log.truncate(0)
    assert_holds(path, 0)


def test_a_log_of_another_task_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    write_log(path, 1)
    content = path.read_bytes()
    with pytest.raises(EpisodeLogError, match="holds episodes of task 'push'; allowed: 'slide'"):
        EpisodeLog(path, SlideTask())
    with pytest.raises(EpisodeLogError, match="another layout"):
        EpisodeLog(path, OtherLayoutTask())
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"hello", b"episode,env_steps\n1,50\n" * 40])
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "episodes.log"
    path.write_bytes(content)
    with pytest.raises(EpisodeLogError, match="not an episode log"):
        EpisodeLog(path, TASK)
    with pytest.raises(EpisodeLogError, match="not an episode log"):
        list(EpisodeLog.read(path))
    assert path.read_bytes() == content


def test_a_log_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    write_log(path, 1)
    content = bytearray(path.read_bytes())
    content[len(MAGIC)] = 2
    path.write_bytes(content)
    with pytest.raises(EpisodeLogError, match="version 2; allowed: 1"):
        EpisodeLog(path, TASK)


@pytest.mark.parametrize("name", ["observations", "actions", "desired_goal"])
def test_an_episode_of_the_wrong_shape_or_type_is_refused(tmp_path: Path, name: str) -> None:
    good = make_episode(0)
    arrays = {key: getattr(good, key) for key in ("observations", "actions", "desired_goal", "usable")}
    path = tmp_path / "episodes.log"
    with EpisodeLog(path, TASK) as log:
        for wrong in (arrays[name][:, :-1], arrays[name].astype(np.float32)):
            with pytest.raises(ValueError, match=f"{name} has shape"):
                log.append(Episode(**{**arrays, name: wrong}))
        log.append(good)
    assert_holds(path, 1)


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    sizes = write_log(path, 1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with EpisodeLog(path, TASK) as log:
        resource.setrlimit(resource.RLIMIT_FSIZE, (sizes[1] + 100, limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                log.append(make_episode(1))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert path.stat().st_size == sizes[1]
        log.append(make_episode(1))
    assert_holds(path, 2)


WRITER = """
import sys
from pathlib import Path
import numpy as np
from rher_agent.storage.episode import Episode
from rher_agent.storage.episode_log import EpisodeLog
from rher_agent.tasks.push import PushTask
log = EpisodeLog(Path(sys.argv[1]), PushTask())
for number in range(100_000):
    full = lambda *shape: np.full(shape, float(number))
    log.append(Episode(full(51, 17), full(50, 2), full(1, 3), np.ones(50, dtype=bool)))
    sys.stdout.write("x")
    sys.stdout.flush()
"""


def test_kill_loses_no_episode_whose_append_returned(tmp_path: Path) -> None:
    path = tmp_path / "episodes.log"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path), "OMP_NUM_THREADS": "1"},
    ) as writer:
        assert writer.stdout is not None
        acknowledged = len(writer.stdout.read(20))
        writer.kill()
        acknowledged += len(writer.stdout.read())
    assert acknowledged >= 20
    with EpisodeLog(path, TASK) as log:
        assert acknowledged <= len(log) <= acknowledged + 1
    for number, episode in enumerate(EpisodeLog.read(path)):
        assert (episode.observations == number).all()
