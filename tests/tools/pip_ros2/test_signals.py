# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Signals: how processes end, and that none is left behind."""

import os
import pty
import re
import select
import signal
import subprocess

import pytest


def wait_for_end(pid):
    """Wait until the process has ended, whoever its parent is."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(handle, "rb"):
        ended, _, _ = select.select([handle], [], [], 60.0)
    assert ended, f"process {pid} still runs"


def test_interrupt_escalates_until_every_process_has_ended(start):
    run = start("stubborn", "sigterm_timeout:=0.3", "sigkill_timeout:=0.3")
    pids = run.pids(3)
    os.kill(run.process.pid, signal.SIGINT)
    code, output = run.finish()
    assert code == 0
    assert "[WARNING] [launch]: user interrupted with ctrl-c (SIGINT)" in output
    for number in (1, 2, 3):
        assert f"sending signal 'SIGINT' to process[wait-{number}]" in output
    assert "[wait-1] got SIGINT" in output
    assert "process[wait-1] failed" not in output
    assert re.search(r"process\[wait-2\] failed to terminate '0.3' seconds after receiving 'SIGINT', ", output)
    assert "process[wait-2] failed to terminate '0.6'" not in output
    assert re.search(r"process\[wait-3\] failed .* after receiving 'SIGTERM', escalating to 'SIGKILL'", output)
    assert f"[pid {pids[1]}, exit code -15" in output
    assert f"[pid {pids[2]}, exit code -9" in output


@pytest.mark.usefixtures("ours_only")
def test_second_and_third_interrupt_do_not_wait(start):
    run = start("stubborn", "sigterm_timeout:=3600", "sigkill_timeout:=3600")
    run.pids(3)
    os.kill(run.process.pid, signal.SIGINT)
    run.wait_for("sending signal 'SIGINT'", 3)
    os.kill(run.process.pid, signal.SIGINT)
    run.wait_for("exit code -15")
    os.kill(run.process.pid, signal.SIGINT)
    code, output = run.finish()
    assert code == 0
    assert "exit code -9" in output


@pytest.mark.usefixtures("ours_only")
def test_terminated_launch_ends_its_processes_and_fails(start):
    run = start("forever")
    [pid] = run.pids(1)
    run.process.terminate()
    code, output = run.finish()
    assert code == 1
    assert "[wait-1] got SIGINT" in output
    wait_for_end(pid)


@pytest.mark.usefixtures("ours_only")
def test_killed_launch_takes_its_processes_with_it(start):
    run = start("forever")
    [pid] = run.pids(1)
    run.process.kill()
    wait_for_end(pid)


@pytest.mark.usefixtures("ours_only")
def test_children_of_a_process_end_with_it(start):
    run = start("family")
    parent, child = run.pids(1)
    os.kill(parent, signal.SIGINT)
    code, _ = run.finish()
    assert code == 0
    wait_for_end(child)


@pytest.mark.usefixtures("ours_only")
def test_status_line_stays_below_the_other_lines_of_a_terminal(ros2):
    ours, theirs = pty.openpty()
    command = [*ros2.command, "launch", "fake_nodes", "status.launch.py"]
    with subprocess.Popen(command, env=ros2.environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        text = ""
        while "step 2" not in text or "ready" not in text:
            text += os.read(ours, 4096).decode()
        os.kill(int(re.search(r"ready (\d+)", text)[1]), signal.SIGUSR1)
        while "finished cleanly" not in text:
            text += os.read(ours, 4096).decode()
        assert process.wait() == 0
    os.close(ours)
    assert "[status-1] step 2" in text
    assert "step 1\rstep 2" not in text
    # The status line is cleared before another line is written, and is no line of its own at the end.
    assert re.search(r"\r\x1b\[K\[status-1\] done\r\n", text)
    assert not re.search(r"step 2\r?\n", text)


@pytest.mark.usefixtures("ours_only")
def test_status_line_without_a_terminal_leaves_its_last_state(start):
    run = start("status")
    [pid] = run.pids(1)
    os.kill(pid, signal.SIGUSR1)
    _, output = run.finish()
    assert "[status-1] done" in output
    assert "step" not in output
