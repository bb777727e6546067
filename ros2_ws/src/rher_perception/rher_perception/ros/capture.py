# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""A thread that reads a camera, and starts it again whenever it is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rher_perception.camera.errors import CameraError
from rher_perception.camera.realsense import CameraFrame, CameraIdentity, RealSenseCamera


class Capture:
    """Reads a camera until it is closed.

    Args:
        camera: What is read.
        retry_period: Between two attempts to start it [s].
        begun: Called at every start of the camera.
        taken: Called with every picture.
        failed: Called with why there are no pictures.
    """

    def __init__(
        self,
        camera: RealSenseCamera,
        retry_period: float,
        begun: Callable[[CameraIdentity], None],
        taken: Callable[[CameraFrame], None],
        failed: Callable[[CameraError], None],
    ) -> None:
        self._camera, self._retry_period = camera, retry_period
        self._begun, self._taken, self._failed = begun, taken, failed
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop the camera and end the thread."""
        self._closing.set()
        self._camera.interrupt()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._read_until_lost()
        finally:
            self._camera.stop()

    def _read_until_lost(self) -> None:
        try:
            self._begun(self._camera.start())
            while not self._closing.is_set():
                self._taken(self._camera.read())
        except Exception as error:
            # Whatever it is: a thread that ends without a word would leave a node that looks well and sees nothing.
            self._camera.stop()
            if not self._closing.is_set():
                self._failed(error if isinstance(error, CameraError) else CameraError(f"reading failed: {error}"))
                self._closing.wait(self._retry_period)
