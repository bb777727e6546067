# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The motion log on disk."""

from __future__ import annotations

import numpy as np
import pytest
from rher_sim_bridge.ur_controller.motion_log import RECORD, MotionLog, MotionLogWriter


@pytest.fixture
def path(tmp_path):
    return tmp_path / "motion.log"


def write(path, count):
    writer = MotionLogWriter(path)
    for step in range(count):
        writer.record["step"] = step
        writer.record["q"] = step + np.arange(6) / 10.0
        writer.record["tcp_linear_velocity"] = (3.0 * step, 0.0, 4.0 * step)
        writer.write()
    return writer


def test_records_are_read_back_before_the_writer_closes(path):
    writer = write(path, 5)
    log = MotionLog.read(path)
    writer.close()
    assert log.step.tolist() == [0, 1, 2, 3, 4]
    assert log.q[3].tolist() == pytest.approx([3.0, 3.1, 3.2, 3.3, 3.4, 3.5])
    assert log.tcp_speed.tolist() == pytest.approx([0.0, 5.0, 10.0, 15.0, 20.0])
    assert log.time[4] == pytest.approx(0.008)
    assert (np.diff(log.clock_ns) >= 0).all()


@pytest.mark.parametrize("cut", [1, RECORD.itemsize - 1])
def test_a_record_that_was_cut_off_is_left_out(path, cut):
    write(path, 3).close()
    path.write_bytes(path.read_bytes()[:-cut])
    assert MotionLog.read(path).step.tolist() == [0, 1]


def test_another_file_is_refused(path):
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match="no motion log"):
        MotionLog.read(path)
