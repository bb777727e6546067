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
from rher_perception.geometry import Pose
from rher_perception.objects.layout import cube_layout
from rher_perception.objects.parameters import PlanarConstraint
from rher_perception.pipeline import ObjectSetup, PipelineParameters


@dataclass(frozen=True)
class CubeObject:
    """A cube with a tag on every face."""

    name: str = "cube"
    """Of the object in /objects."""
    size: float = 0.05
    """Edge [m]."""
    tag_size: float = 0.04
    """Side of the black squares [m]."""
    first_tag: int = 0
    """Id on the face +z; the faces +x, -x, +y, -y, -z count on."""
    planar: bool = True
    """Whether it stands upright on the table."""
    table_height: float = 0.0
    """Of that table in base_link [m]."""

    def setup(self) -> ObjectSetup:
        """Return how it is seen.

        Raises:
            ValueError: A field is out of range.
        """
        layout = cube_layout(self.name, self.size, self.tag_size, self.first_tag)
        plane = PlanarConstraint(self.table_height + self.size / 2.0) if self.planar else None
        return ObjectSetup(self.name, layout, plane)

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
            ValueError: The file is missing, or no calibration of a camera that stands in base_link.
        """
        if not self.calibration:
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
