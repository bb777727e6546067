# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Where launch writes: its own messages and the lines of its processes, to the screen and to ``launch.log``."""

from __future__ import annotations

import contextlib
import datetime
import functools
import logging
import os
import socket
import sys
from pathlib import Path
from typing import TextIO

_SCREEN_FORMAT = "[{levelname}] [{name}]: {message}"
_FILE_FORMAT = "{created:.7f} [{levelname}] [{name}]: {message}"
_CLEAR_LINE = "\r\x1b[K"


class Screen:
    """Standard output, with at most one live status line below the lines written last."""

    def __init__(self) -> None:
        self._status = ""

    def write_line(self, text: str) -> None:
        """Write a line above the status line."""
        self._write(f"{_CLEAR_LINE}{text}\n{self._status}" if self._status else f"{text}\n")

    def show_status(self, text: str) -> None:
        """Replace the status line; an empty text removes it. Without a terminal nothing is shown."""
        if text != self._status and sys.stdout.isatty():
            self._status = text
            self._write(f"{_CLEAR_LINE}{text}")

    @staticmethod
    def _write(text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of a pipe has gone; the launched system must still be shut down in order.
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (stays open as the standard output)


class LaunchConfig:
    """Level, screen and log directory of this run."""

    def __init__(self) -> None:
        self.screen = Screen()

    @property
    def level(self) -> int:
        """The level from which messages are shown."""
        return logging.root.getEffectiveLevel()

    @level.setter
    def level(self, level: int) -> None:
        logging.root.setLevel(level)

    @functools.cached_property
    def log_dir(self) -> str:
        """Directory of this run below $ROS_LOG_DIR, $ROS_HOME/log or ~/.ros/log, made when first asked for."""
        home = os.environ.get("ROS_HOME") or "~/.ros"
        base = Path(os.environ.get("ROS_LOG_DIR") or f"{home}/log").expanduser().absolute()
        stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H-%M-%S-%f")
        log_dir = base / f"{stamp}-{socket.gethostname()}-{os.getpid()}"
        log_dir.mkdir(parents=True)
        with contextlib.suppress(OSError):  # the link is a convenience; runs side by side may race for it
            newest = base / f".latest-{os.getpid()}"
            newest.symlink_to(log_dir)
            newest.replace(base / "latest")
        return str(log_dir)

    @functools.cached_property
    def log_file(self) -> TextIO:
        """The file ``launch.log`` of this run, opened when first asked for."""
        return open(os.path.join(self.log_dir, "launch.log"), "w", encoding="utf-8", buffering=1)


launch_config = LaunchConfig()


class _ScreenHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        launch_config.screen.write_line(self.format(record))


class _FileHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        launch_config.log_file.write(self.format(record) + "\n")


_HANDLERS: tuple[logging.Handler, ...] = (_ScreenHandler(), _FileHandler())
_HANDLERS[0].setFormatter(logging.Formatter(_SCREEN_FORMAT, style="{"))
_HANDLERS[1].setFormatter(logging.Formatter(_FILE_FORMAT, style="{"))


def get_logger(name: str | None = None) -> logging.Logger:
    """Return a logger that writes to the screen and to ``launch.log``."""
    logger = logging.getLogger(name)
    logger.propagate = False
    for handler in _HANDLERS:
        if handler not in logger.handlers:
            logger.addHandler(handler)
    return logger
