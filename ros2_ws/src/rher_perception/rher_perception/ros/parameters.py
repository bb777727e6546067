# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the perception node: the object, where the camera stands, and those of all parts of the core."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from rher_agent.ros.conversions import BASE_FRAME

from rher_perception.calibration.record import CalibrationRecord
from rher_perception.calibration.samples import Setup
from rher_perception.cubes.parameters import MAX_HUE, CubeParameters
from rher_perception.geometry import Pose
from rher_perception.objects.layout import cube_layout
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.pipeline import ObjectSetup, PipelineParameters

HUE = {"range": (0, MAX_HUE)}
LEVEL = {"range": (0, 255)}


@dataclass(frozen=True)
class CubeColour:
    """By what a cube is seen when none of its tags is: its colour, and depth aligned to it. Coarser than tags."""

    enabled: bool = False
    """Whether to look for it; needs camera/aligned_depth_to_color/image_raw."""
    first_hue: int = field(default=140, metadata=HUE)
    """Of its hues, in OpenCV's 0 to 179; the default is magenta, which no arm has. May exceed last_hue, for red."""
    last_hue: int = field(default=170, metadata=HUE)
    """Of its hues."""
    min_saturation: int = field(default=90, metadata=LEVEL)
    """Of its pixels, 0 to 255."""
    min_value: int = field(default=20, metadata=LEVEL)
    """Of its pixels, 0 to 255."""

    def cube(self, size: float, table_height: float) -> CubeParameters:
        """Return how a cube of that edge [m] on a table of that height in base_link [m] is seen.

        Raises:
            ValueError: A field is out of range.
        """
        hue = (self.first_hue, self.last_hue)
        return CubeParameters(hue, size, table_height, self.min_saturation, self.min_value)


@dataclass(frozen=True)
class CubeObject:
    """A cube with a tag on every face, or with a colour, or both."""

    name: str = "cube"
    """Of the object in /objects."""
    size: float = 0.05
    """Edge [m]."""
    tags: bool = True
    """Whether it carries tags."""
    tag_size: float = 0.04
    """Side of the black squares [m]."""
    first_tag: int = 0
    """Id on the face +z; the faces +x, -x, +y, -y, -z count on."""
    planar: bool = True
    """Whether it stands upright on the table."""
    table_height: float = 0.0
    """Of that table in base_link [m]."""
    colour: CubeColour = field(default_factory=CubeColour)
    """By what it is seen without tags."""

    def setup(self) -> ObjectSetup:
        """Return how it is seen.

        Raises:
            ValueError: A field is out of range.
        """
        if not (self.tags or self.colour.enabled):
            raise ValueError("tags and colour.enabled are false; allowed: at least one of them true")
        if self.colour.enabled and not self.planar:
            raise ValueError("planar is false with colour.enabled, which sees a cube only on the table; allowed: true")
        layout = cube_layout(self.name, self.size, self.tag_size, self.first_tag) if self.tags else None
        plane = PlanarConstraint(self.table_height + self.size / 2.0) if self.planar else None
        cube = self.colour.cube(self.size, self.table_height) if self.colour.enabled else None
        return ObjectSetup(self.name, layout, plane, cube)

    def __post_init__(self) -> None:
        self.setup()


@dataclass(frozen=True)
class Mounting:
    """Where the camera stands: a calibration, or a pose."""

    calibration: str = ""
    """File that the calibration wrote; empty for position and orientation."""
    max_age: float = 30.0
    """After so long the calibration is called old [day]."""
    robot: str = ""
    """Model or serial number of the arm in use, compared with the calibration's; empty not to compare."""
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Of the optical frame in base_link [m]."""
    orientation: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    """Of the optical frame in base_link, quaternion w, x, y, z."""
    publish_frame: bool = True
    """Whether to tell /tf_static where the camera stands; not when its driver gives the optical frame another parent.
    """

    def __post_init__(self) -> None:
        if not (math.isfinite(self.max_age) and self.max_age > 0.0):
            raise ValueError(f"max_age is {self.max_age} days; allowed: more than 0")
        Pose.from_quaternion(self.orientation, self.position)

    @property
    def greatest_age(self) -> timedelta:
        """The age after which a calibration is old."""
        return timedelta(days=self.max_age)

    def load(self) -> CalibrationRecord | None:
        """Return the calibration, None when the camera's pose is given without one.

        Raises:
            ValueError: Neither a file nor a pose is given, or the file is no calibration of a camera in base_link.
        """
        if not self.calibration:
            if not any(self.position):
                raise ValueError(
                    "calibration is empty; allowed: a file that calibrate wrote, or position and orientation"
                )
            return None
        try:
            record = CalibrationRecord.load(Path(self.calibration))
        except OSError as error:
            raise ValueError(f"calibration is '{self.calibration}', which cannot be read: {error}") from error
        if record.setup is not Setup.EYE_TO_HAND or record.parent_frame != BASE_FRAME:
            raise ValueError(
                f"calibration is of a camera in {record.parent_frame}, {record.setup.value}; "
                f"allowed: in {BASE_FRAME}, {Setup.EYE_TO_HAND.value}"
            )
        return record


@dataclass(frozen=True)
class PerceptionParameters:
    """All of the node."""

    object: CubeObject = field(default_factory=CubeObject)
    """What is looked for."""
    camera: Mounting = field(default_factory=Mounting)
    """Where the camera stands."""
    pipeline: PipelineParameters = field(default_factory=PipelineParameters)
    """Limits of detection, estimation, guard and tracker."""
