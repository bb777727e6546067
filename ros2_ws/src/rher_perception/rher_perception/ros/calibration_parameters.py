# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the command `calibrate`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from rher_perception.calibration.collector import CollectionParameters
from rher_perception.calibration.hand_eye import HandEyeParameters
from rher_perception.calibration.planner import Region, Spread, Triple
from rher_perception.calibration.samples import Setup
from rher_perception.calibration.standstill import StandstillParameters
from rher_perception.objects.layout import TagLayout, board_layout
from rher_perception.tags.parameters import DetectionParameters

COMMANDED = "commanded"
HAND_GUIDED = "hand_guided"


@dataclass(frozen=True)
class TargetParameters:
    """The board with tags that is looked at."""

    columns: int = 2
    """Tags along its x."""
    rows: int = 2
    """Tags along its y."""
    tag_size: float = 0.04
    """Side of the black squares as measured on the print [m]; the result errs by the same share as this."""
    gap: float = 0.01
    """White between the black squares of neighbours [m]."""
    first_tag: int = 20
    """Id at the top left; the others count on along each row, then row by row."""

    def layout(self) -> TagLayout:
        """Return where its tags are.

        Raises:
            ValueError: A field is out of range.
        """
        return board_layout("target", self.columns, self.rows, self.tag_size, self.gap, self.first_tag)

    def __post_init__(self) -> None:
        self.layout()


@dataclass(frozen=True)
class MotionParameters:
    """How the arm moves in commanded mode. The poses lie around where the tool is at the start."""

    lower: Triple = (-1.0, -1.0, 0.12)
    """Lower corner of the box for the TCP in base_link [m]; the driver's own box bounds it further. What hangs beside
    the tool reaches below the TCP when the tool is tilted."""
    upper: Triple = (1.0, 1.0, 1.0)
    """Upper corner of that box [m]."""
    max_tilt: float = 0.5
    """Greatest angle between the tool and straight down [rad]; the driver's own limit bounds it further."""
    spread: Spread = field(default_factory=Spread)
    """How far the poses are from the pose at the start."""
    speed: float = field(default=0.1, metadata={"range": (0.005, 0.25)})
    """Of the TCP [m/s]."""
    turn_speed: float = field(default=0.4, metadata={"range": (0.02, 1.0)})
    """Of the tool [rad/s]."""
    patience: float = field(default=4.0, metadata={"range": (0.5, 60.0)})
    """Time at a pose after which it is skipped when the target is not seen there [s]."""

    @property
    def region(self) -> Region:
        """Where the TCP may be."""
        return Region(self.lower, self.upper, self.max_tilt)

    def __post_init__(self) -> None:
        Region(self.lower, self.upper, self.max_tilt)


@dataclass(frozen=True)
class CalibrateParameters:
    """All of the command."""

    setup: str = field(default=Setup.EYE_TO_HAND.value, metadata={"choices": tuple(item.value for item in Setup)})
    """eye_to_hand: the camera stands still, the tool holds the target; eye_in_hand: the tool carries the camera."""
    mode: str = field(default=COMMANDED, metadata={"choices": (COMMANDED, HAND_GUIDED)})
    """commanded: the arm moves by itself; hand_guided: a person moves it, the command only watches."""
    output: str = "calibration.yaml"
    """File that is written."""
    poses: int = field(default=20, metadata={"range": (3, 200)})
    """Standstills that are asked for."""
    robot: str = ""
    """Model or serial number of the arm for the file; empty to ask the driver for the model."""
    camera_serial: str = ""
    """Serial number for the file; empty to take it from the camera's diagnostics."""
    driver: str = "driver"
    """Name of the driver's node, which is asked for its limits."""
    seed: int = field(default=0, metadata={"range": (0, 1_000_000)})
    """Chooses the poses of the commanded mode."""
    time_limit: float = field(default=900.0, metadata={"range": (1.0, 86_400.0)})
    """Time after which a collection ends with what it has [s]."""
    connect_time: float = field(default=10.0, metadata={"range": (0.1, 600.0)})
    """Longest wait for camera, arm and driver [s]."""
    max_intrinsics_shift: float = 2.0
    """Difference between the camera's intrinsics and those by the target that is warned of [pixel]."""
    target: TargetParameters = field(default_factory=TargetParameters)
    """What is looked at."""
    motion: MotionParameters = field(default_factory=MotionParameters)
    """How the arm moves in commanded mode."""
    standstill: StandstillParameters = field(default_factory=StandstillParameters)
    """When the arm rests."""
    collection: CollectionParameters = field(default_factory=CollectionParameters)
    """What counts as a sample."""
    detection: DetectionParameters = field(default_factory=DetectionParameters)
    """What counts as a tag."""
    hand_eye: HandEyeParameters = field(default_factory=HandEyeParameters)
    """When a calibration is good enough."""

    @property
    def path(self) -> Path:
        """File that is written."""
        return Path(self.output).expanduser()

    def __post_init__(self) -> None:
        least = self.hand_eye.coverage.min_poses
        if self.poses < least:
            raise ValueError(f"poses is {self.poses}; allowed: {least} or more, which is hand_eye.coverage.min_poses")
        if not (math.isfinite(self.max_intrinsics_shift) and self.max_intrinsics_shift > 0.0):
            raise ValueError(f"max_intrinsics_shift is {self.max_intrinsics_shift} pixels; allowed: more than 0")
        if not self.output or self.path.is_dir():
            raise ValueError(f"output is '{self.output}'; allowed: the path of a file")
