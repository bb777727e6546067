# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""What a lens and a sensor make of an ideal picture: blur, exposure and noise.

The noise of a capture is drawn from its stamp, so that the same capture always gives the same picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

MAX_EXPOSURE = 8.0
"""Beyond so many stops everything is black or white [EV]."""
WHITE = 255
"""Greatest grey level."""
GAMMA = 2.2
"""Exponent from grey levels to light (of the sRGB curve, nearly)."""
NOISE_BANK = 64
"""How much larger than the picture the store of noise is, along each axis [pixel]."""
DEPTH_HOLES = 0.0
"""Depth of a pixel where nothing was measured [m]."""


@dataclass(frozen=True)
class SensorParameters:
    """How far a simulated camera is from ideal. The defaults are those of an ordinary one in good light."""

    noise: float = 2.0
    """Standard deviation of every value of every pixel [grey level]."""
    blur: float = 0.5
    """Standard deviation of the lens's point spread [pixel]."""
    exposure: float = 0.0
    """Exposure beyond the proper one [EV]: 1 doubles the light, -1 halves it."""
    depth_noise: float = 0.004
    """Standard deviation of depth, relative to the distance."""
    depth_holes: float = 0.05
    """Share of the pixels without depth."""
    seed: int = 0
    """Of the noise."""

    def __post_init__(self) -> None:
        for name in ("noise", "blur", "depth_noise"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name} is {value}; allowed: 0 or more")
        if not abs(self.exposure) <= MAX_EXPOSURE:
            raise ValueError(f"exposure is {self.exposure} EV; allowed: -{MAX_EXPOSURE} to {MAX_EXPOSURE}")
        if not 0.0 <= self.depth_holes < 1.0:
            raise ValueError(f"depth_holes is {self.depth_holes}; allowed: 0 to less than 1")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; allowed: 0 or more")


class CameraSensor:
    """Spoils the pictures of one camera.

    Args:
        parameters: By how much.
        width: Of the pictures [pixel].
        height: Of the pictures [pixel].
    """

    def __init__(self, parameters: SensorParameters, width: int, height: int) -> None:
        self._parameters = parameters
        self._size = (height, width)
        # Drawing a million normal numbers for each picture would take longer than rendering it.
        rng = np.random.default_rng(parameters.seed)
        self._bank = rng.standard_normal((height + NOISE_BANK, width + NOISE_BANK, 3), dtype=np.float32)
        levels = np.arange(WHITE + 1) / WHITE
        exposed = (levels**GAMMA * 2.0**parameters.exposure) ** (1.0 / GAMMA)
        self._curve = np.clip(np.rint(WHITE * exposed), 0, WHITE).astype(np.uint8)

    def expose(self, rgb: Picture, stamp_ns: int) -> Picture:
        """Return the picture that the camera gives of a scene.

        Args:
            rgb: The ideal picture, shape (height, width, 3).
            stamp_ns: Time of the capture [ns].
        """
        parameters = self._parameters
        if parameters.blur > 0.0:
            rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), parameters.blur), np.uint8)
        if parameters.exposure != 0.0:
            rgb = np.asarray(cv2.LUT(rgb, self._curve), np.uint8)
        if parameters.noise > 0.0:
            spread = self._window(self._rng(stamp_ns))
            noisy = cv2.scaleAdd(spread, parameters.noise, rgb.astype(np.float32))
            rgb = np.asarray(cv2.convertScaleAbs(np.maximum(noisy, 0.0)), np.uint8)
        return rgb

    def measure(self, depth: NDArray[np.float32], stamp_ns: int) -> NDArray[np.float32]:
        """Return the depth [m] that the camera gives of a scene, 0 where unknown.

        Args:
            depth: The ideal one along the optical axis [m], shape (height, width).
            stamp_ns: Time of the capture [ns].
        """
        rng = self._rng(stamp_ns)
        spread = self._window(rng)[..., 0]
        measured = depth * (1.0 + np.float32(self._parameters.depth_noise) * spread)
        measured[rng.random(self._size) < self._parameters.depth_holes] = DEPTH_HOLES
        return np.asarray(measured, np.float32)

    def _rng(self, stamp_ns: int) -> np.random.Generator:
        return np.random.default_rng((self._parameters.seed, stamp_ns))

    def _window(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return a piece of the stored noise, shape (height, width, 3)."""
        row, column = rng.integers(NOISE_BANK, size=2)
        height, width = self._size
        return np.ascontiguousarray(self._bank[row : row + height, column : column + width])
