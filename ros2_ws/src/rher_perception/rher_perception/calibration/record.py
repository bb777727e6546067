# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The file that keeps a calibration: when it was made, with which robot and camera, and what it is worth."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from rher_perception.calibration.hand_eye import HandEyeResult
from rher_perception.calibration.samples import Setup
from rher_perception.geometry import Pose

FORMAT = 1
"""Version of the file's layout."""
DEFAULT_MAX_AGE = timedelta(days=30)
"""After that a calibration should be checked."""
UNIT_TOLERANCE = 1e-3
"""How far the norm of a quaternion in the file may be from 1."""


@dataclass(frozen=True, eq=False)
class CalibrationRecord:
    """A calibration as kept in a file."""

    date: datetime
    """When it was made, with time zone."""
    setup: Setup
    robot: str
    """Model or serial number of the arm."""
    camera_serial: str
    parent_frame: str
    """Frame in which the camera stands: base_link, or the tool's."""
    child_frame: str
    """The camera's optical frame."""
    transform: Pose
    """parent_from_child."""
    method: str
    poses_used: int
    poses_left_out: int
    residual_mm: float
    """Of held-out samples, root mean square [mm]."""
    residual_deg: float
    """[deg]"""

    def __post_init__(self) -> None:
        if self.date.tzinfo is None:
            raise ValueError(f"date is {self.date}, without time zone; allowed: with one")
        for name in ("robot", "camera_serial", "parent_frame", "child_frame", "method"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value:
                raise ValueError(f"{name} is {value!r}; allowed: a text that is not empty")
        for name in ("poses_used", "poses_left_out"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ValueError(f"{name} is {value!r}; allowed: a whole number, 0 or more")
        for name in ("residual_mm", "residual_deg"):
            value = getattr(self, name)
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not (math.isfinite(value) and value >= 0)
            ):
                raise ValueError(f"{name} is {value!r}; allowed: a finite number, 0 or more")

    @classmethod
    def of(
        cls, result: HandEyeResult, robot: str, camera_serial: str, parent_frame: str, child_frame: str, date: datetime
    ) -> CalibrationRecord:
        """Return the record of a calibration made at a date with time zone."""
        metres, radians = result.held_out.rms
        return cls(
            date=date,
            setup=result.setup,
            robot=robot,
            camera_serial=camera_serial,
            parent_frame=parent_frame,
            child_frame=child_frame,
            transform=result.camera,
            method=result.method,
            poses_used=len(result.used),
            poses_left_out=len(result.left_out),
            residual_mm=1e3 * metres,
            residual_deg=math.degrees(radians),
        )

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        content = {
            "format": FORMAT,
            "date": self.date.astimezone(timezone.utc).isoformat(timespec="seconds"),
            "setup": self.setup.value,
            "robot": self.robot,
            "camera_serial": self.camera_serial,
            "parent_frame": self.parent_frame,
            "child_frame": self.child_frame,
            "translation_m": [float(x) for x in self.transform.translation],
            "quaternion_wxyz": [float(x) for x in self.transform.quaternion],
            "method": self.method,
            "poses_used": self.poses_used,
            "poses_left_out": self.poses_left_out,
            "residual_mm": round(self.residual_mm, 4),
            "residual_deg": round(self.residual_deg, 5),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".draft")
        with draft.open("w") as file:
            yaml.safe_dump(content, file, sort_keys=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> CalibrationRecord:
        """Read a file.

        Raises:
            ValueError: The file is no calibration; the message names the file and what is wrong.
            OSError: The file cannot be read.
        """
        try:
            content = yaml.safe_load(path.read_text())
            if not isinstance(content, dict):
                raise ValueError("it holds no names with values")
            return cls._parse(content)
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
            wrong = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ValueError(f"{path} is no calibration: {wrong}") from error

    @classmethod
    def _parse(cls, content: dict[str, Any]) -> CalibrationRecord:
        if content["format"] != FORMAT:
            raise ValueError(f"format is {content['format']}; allowed: {FORMAT}")
        date = content["date"]
        quaternion = _numbers("quaternion_wxyz", content["quaternion_wxyz"], 4)
        if abs(math.hypot(*quaternion) - 1.0) > UNIT_TOLERANCE:
            raise ValueError(f"quaternion_wxyz is {quaternion}; allowed: norm 1")
        translation = _numbers("translation_m", content["translation_m"], 3)
        names = ("robot", "camera_serial", "parent_frame", "child_frame", "method", "poses_used", "poses_left_out")
        return cls(
            date=date if isinstance(date, datetime) else datetime.fromisoformat(str(date)),
            setup=Setup(content["setup"]),
            transform=Pose.from_quaternion(quaternion, translation),
            residual_mm=content["residual_mm"],
            residual_deg=content["residual_deg"],
            **{name: content[name] for name in names},
        )

    def warnings(
        self, now: datetime, camera_serial: str, robot: str, max_age: timedelta = DEFAULT_MAX_AGE
    ) -> tuple[str, ...]:
        """Return why the calibration should not be relied upon, in words; empty when nothing speaks against it.

        Args:
            now: With time zone.
            camera_serial: Of the camera in use.
            robot: Model or serial number of the arm in use.
            max_age: After that a calibration should be checked.
        """
        warnings = []
        age = now - self.date
        if age > max_age:
            warnings.append(f"the calibration is {age.days} days old, more than {max_age.days}: calibrate again")
        if age < timedelta(0):
            warnings.append(f"the calibration is dated {self.date.isoformat()}, in the future: check the clock")
        if camera_serial != self.camera_serial:
            warnings.append(f"the calibration is of camera {self.camera_serial}, this one is {camera_serial}")
        if robot != self.robot:
            warnings.append(f"the calibration was made with robot {self.robot}, this one is {robot}")
        return tuple(warnings)


def _numbers(name: str, value: Any, count: int) -> list[float]:
    """Return a list of finite numbers.

    Raises:
        ValueError: It is something else.
    """
    if (
        not isinstance(value, list)
        or len(value) != count
        or not all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in value)
    ):
        raise ValueError(f"{name} is {value!r}; allowed: {count} finite numbers")
    return [float(x) for x in value]
