# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Starts an emulated controller for as long as a with-block lasts: for tests, benchmarks and launch files."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import TracebackType

from rher_sim_bridge.ur_controller.faults import FaultClient
from rher_sim_bridge.ur_controller.main import READY
from rher_sim_bridge.ur_controller.options import ControllerOptions

ATTEMPTS = 20
"""Addresses tried before giving up."""
END_TIMEOUT = 10.0
"""After which an emulator that was told to end is killed [s]."""
TAKEN = "cannot be served"
"""In the message of an emulator whose address is taken."""


@dataclass(frozen=True)
class _Started:
    process: subprocess.Popen[str]
    address: str


class ControllerProcess:
    """An emulator in a process of its own, on an address of 127.0.0.0/8 that nobody uses, which dies with this one.

    Args:
        options: The arm; the address is replaced by a free one, and the log gets a file when it has none.

    Raises:
        RuntimeError: It did not start; the message is the emulator's.
    """

    def __init__(self, options: ControllerOptions | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ur_controller_")
        folder = Path(self._folder.name)
        wanted = options or ControllerOptions()
        self.log_path = wanted.log or folder / "motion.log"
        """File of the motion log."""
        self._messages_path = folder / "messages.txt"
        started = self._start(replace(wanted, log=self.log_path))
        self.process = started.process
        self.address = started.address
        """Where it listens."""
        self.faults = FaultClient(self.address)
        """Injects faults and tells what is true."""

    def __enter__(self) -> ControllerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def messages(self) -> str:
        """What it said so far."""
        return self._messages_path.read_text()

    def kill(self) -> None:
        """End it as kill -9 does. The log stays until close."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as SIGTERM does, or kill it when it hangs, and return its exit status. The log stays until close."""
        self.process.terminate()
        try:
            return self.process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.wait()

    def close(self) -> None:
        """End it if it still runs, and remove its files."""
        self.faults.close()
        self.stop()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        self._folder.cleanup()

    def _start(self, options: ControllerOptions) -> _Started:
        for _ in range(ATTEMPTS):
            address = f"127.{random.randint(1, 254)}.{random.randint(0, 255)}.{random.randint(1, 254)}"
            process = self._launch(replace(options, address=address))
            assert process.stdout is not None
            if process.stdout.readline().startswith(READY):
                return _Started(process, address)
            process.wait()
            if TAKEN not in self.messages:
                break
        raise RuntimeError(f"the emulated controller did not start: {self.messages.strip()}")

    def _launch(self, options: ControllerOptions) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "rher_sim_bridge.ur_controller", "--die-with-parent"]
        for item in fields(options):
            command += ["--" + item.name.replace("_", "-"), str(getattr(options, item.name))]
        # Imported from a source tree or from an overlay, the child must find the same packages.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with self._messages_path.open("w") as messages:
            return subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                text=True,
                # Ctrl-C in a terminal is for the driver; this one ends with its parent.
                start_new_session=True,
            )
