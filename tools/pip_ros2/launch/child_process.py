# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""ChildProcess: one process in its own session, with its output as text, that ends when launch ends.

A process of its own session does not get the Ctrl-C of the terminal, so that launch alone decides who gets which
signal and when; a signal goes to the whole process group, so that helpers of a child are not left behind.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import ctypes
import fcntl
import os
import pty
import shutil
import signal
import struct
import termios
from collections.abc import Callable

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_DRAIN_TIMEOUT_S = 1.0  # a process that left its group may hold the pipes of a dead child open for ever
_CHUNK_BYTES = 65536

OutputCallback = Callable[[str, str], None]


def _die_with(parent_pid: int) -> None:
    """Ask the kernel, in the child, for SIGTERM when the parent dies, however it dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGTERM)


def _open_terminal(label_width: int) -> tuple[int, int]:
    """Open a pseudo terminal that is narrower than the real one by the label of each line."""
    reader, writer = pty.openpty()
    columns, rows = shutil.get_terminal_size()
    size = struct.pack("HHHH", rows, max(columns - label_width, 1), 0, 0)
    fcntl.ioctl(writer, termios.TIOCSWINSZ, size)
    return reader, writer


class ChildProcess:
    """A started process.

    Attributes:
        pid: Its process id, which is also its process group and session.
    """

    def __init__(self, process: asyncio.subprocess.Process, readers: list[asyncio.Task[None]], stdin: int) -> None:
        self._process = process
        self._readers = readers
        self._stdin = stdin
        self.pid = process.pid

    @classmethod
    async def start(
        cls,
        cmd: list[str],
        *,
        cwd: str | None,
        env: dict[str, str],
        shell: bool,
        emulate_tty: bool,
        label_width: int,
        on_output: OutputCallback,
    ) -> ChildProcess:
        """Start a process.

        Args:
            cmd: Command line; with ``shell``, its parts are joined by blanks and given to the shell.
            cwd: Working directory, None for that of this process.
            env: Environment.
            shell: Whether a shell runs the command.
            emulate_tty: Whether stdout and stderr are terminals.
            label_width: Columns taken by the label in front of each line of output.
            on_output: Called with ``stdout`` or ``stderr`` and a piece of text; an empty one at its end.

        Raises:
            OSError: The command cannot be started.
        """
        stdin_reader, stdin_writer = os.pipe()
        pipes = {name: _open_terminal(label_width) if emulate_tty else os.pipe() for name in ("stdout", "stderr")}
        parent_pid = os.getpid()
        try:
            process = await asyncio.create_subprocess_exec(
                *(["/bin/sh", "-c", " ".join(cmd)] if shell else cmd),
                cwd=cwd,
                env=env,
                stdin=stdin_reader,
                stdout=pipes["stdout"][1],
                stderr=pipes["stderr"][1],
                start_new_session=True,
                preexec_fn=lambda: _die_with(parent_pid),
            )
        except OSError:
            for descriptor in (stdin_writer, pipes["stdout"][0], pipes["stderr"][0]):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (stdin_reader, pipes["stdout"][1], pipes["stderr"][1]):
                os.close(descriptor)
        readers = [
            asyncio.create_task(_read(pipe[0], lambda text, name=name: on_output(name, text)))  # type: ignore[misc]
            for name, pipe in pipes.items()
        ]
        return cls(process, readers, stdin_writer)

    def send_signal(self, signum: signal.Signals) -> None:
        """Send a signal to the process group; nothing happens if all of it has ended."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signum)

    async def wait(self) -> int:
        """Wait for the end of the process and of its output.

        What is left of its process group gets SIGTERM.

        Returns:
            The exit code, or minus the number of the signal that ended it.
        """
        returncode = await self._process.wait()
        self.send_signal(signal.SIGTERM)
        _, unfinished = await asyncio.wait(self._readers, timeout=_DRAIN_TIMEOUT_S)
        for reader in unfinished:
            reader.cancel()
        os.close(self._stdin)
        return returncode


async def _read(descriptor: int, on_text: Callable[[str], None]) -> None:
    """Hand over what can be read from ``descriptor`` as text, and an empty text at the end."""
    loop = asyncio.get_running_loop()
    stream = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), pipe)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    try:
        # A terminal whose other side is closed ends with EIO instead of an empty read.
        with contextlib.suppress(OSError):
            while chunk := await stream.read(_CHUNK_BYTES):
                on_text(decoder.decode(chunk))
    finally:
        transport.close()
        on_text(decoder.decode(b"", final=True))
        on_text("")
