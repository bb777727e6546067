# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""From pictures to tracked objects: everything between a camera and the message about the objects, without ROS."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from rher_perception.camera_model import CameraModel
from rher_perception.cubes.cube_finder import CubeFinder
from rher_perception.cubes.parameters import CubeParameters
from rher_perception.geometry import Pose
from rher_perception.objects.covered import CoveredObserver
from rher_perception.objects.estimate import Cause, ObjectEstimate, Observation, Refusal
from rher_perception.objects.estimator import ObjectEstimator
from rher_perception.objects.glance import Glance, GlanceParameters
from rher_perception.objects.layout import TagLayout
from rher_perception.objects.observer import ObjectObserver
from rher_perception.objects.parameters import EstimationParameters, PlanarConstraint
from rher_perception.tags.detector import Detections, TagDetector
from rher_perception.tags.parameters import DetectionParameters
from rher_perception.tracking.frame_guard import FrameGuard, FrameGuardParameters, FrameVerdict
from rher_perception.tracking.parameters import TrackerParameters
from rher_perception.tracking.tracker import ObjectTracker, TrackedObject

UNUSABLE_STAMPS = (FrameVerdict.OTHER_PIXELS, FrameVerdict.OLDER_STAMP)
"""Pictures that tell nothing about any time after the last one."""
NOTHING = Detections((), (), searched=False)


@dataclass(frozen=True, eq=False)
class ObjectSetup:
    """How one object is seen.

    Raises:
        ValueError: It has neither tags nor a colour.
    """

    name: str
    layout: TagLayout | None = None
    """Its tags."""
    plane: PlanarConstraint | None = None
    """It stands upright at a known height."""
    cube: CubeParameters | None = None
    """Its colour, used with depth when its tags are not seen."""

    def __post_init__(self) -> None:
        if self.layout is None and self.cube is None:
            raise ValueError(f"layout and cube of '{self.name}' are None; allowed: at least one of them given")


@dataclass(frozen=True, eq=False)
class PipelineParameters:
    """Parameters of all parts."""

    detection: DetectionParameters = field(default_factory=DetectionParameters)
    estimation: EstimationParameters = field(default_factory=EstimationParameters)
    glance: GlanceParameters = field(default_factory=GlanceParameters)
    guard: FrameGuardParameters = field(default_factory=FrameGuardParameters)
    tracker: TrackerParameters = field(default_factory=TrackerParameters)


@dataclass(frozen=True, eq=False)
class SeenFrame:
    """What one picture led to."""

    stamp_ns: int
    """Time of the capture [ns]."""
    verdict: FrameVerdict
    """Whether the picture counted."""
    objects: tuple[TrackedObject, ...]
    """In the order of the setups, untracked ones included; empty when the stamp is unusable."""
    observations: tuple[Observation, ...] = ()
    """What this picture alone says, in the same order; empty when it did not count."""
    detections: Detections = NOTHING
    """Tags of the picture."""
    restarted: bool = False
    """Whether camera or simulation began anew with this picture."""


class PerceptionPipeline:
    """Sees and tracks objects in the pictures of one camera.

    Args:
        camera: Intrinsics.
        setups: The objects, in the order in which they are reported.
        parameters: Of all parts.

    Raises:
        ValueError: Two objects have the same name or share a tag.
    """

    def __init__(
        self, camera: CameraModel, setups: tuple[ObjectSetup, ...], parameters: PipelineParameters | None = None
    ) -> None:
        parameters = parameters or PipelineParameters()
        names = [setup.name for setup in setups]
        ids = [tag.id for setup in setups if setup.layout for tag in setup.layout.tags]
        if len(set(names)) < len(names):
            raise ValueError(f"setups have names {names}; allowed: each name once")
        if len(set(ids)) < len(ids):
            raise ValueError(f"setups have tags {ids}; allowed: each tag once")
        self._camera = camera
        self._setups = setups
        self._last: SeenFrame | None = None
        self._guard = FrameGuard(parameters.guard)
        self._detector = TagDetector(camera, parameters.detection)
        self._observers = {
            setup.name: self._observer(setup.layout, setup.plane, camera, parameters.estimation)
            for setup in setups
            if setup.layout is not None
        }
        layouts = {setup.name: setup.layout for setup in setups if setup.layout is not None}
        self._glance = Glance(self._detector, camera, layouts, parameters.glance)
        self._finders = {
            setup.name: CubeFinder(setup.name, camera, setup.cube) for setup in setups if setup.cube is not None
        }
        self._trackers = {
            setup.name: ObjectTracker(setup.name, parameters.tracker, planar=setup.plane is not None)
            for setup in setups
        }

    def restart(self) -> None:
        """Accept any stamp next, because the camera began anew; the objects are forgotten with their stamps."""
        self._guard.reset()
        self._last = None
        self._glance.forget()
        for tracker in self._trackers.values():
            tracker.reset()

    def process(
        self,
        stamp_ns: int,
        rgb: NDArray[np.uint8],
        base_from_camera: Pose,
        depth: NDArray[np.float32] | None = None,
    ) -> SeenFrame:
        """Take in a picture. The last picture once more changes nothing and gives the same objects again.

        Args:
            stamp_ns: Time of the capture [ns].
            rgb: Colour, shape (height, width, 3).
            base_from_camera: Pose of the optical frame at the capture.
            depth: Aligned to the colour [m], shape (height, width); without it only tags are seen.

        Raises:
            ValueError: A picture is not of the camera's size; it then counts as if it had never come.
        """
        self._check(rgb, depth)
        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        verdict = self._guard.check(stamp_ns, grey)
        if verdict is FrameVerdict.REPEATED and self._last is not None:
            return replace(self._last, verdict=verdict, restarted=False)
        if verdict in UNUSABLE_STAMPS:
            return SeenFrame(stamp_ns, verdict, ())
        restarted = verdict is FrameVerdict.RESTARTED
        if restarted:
            self.restart()
            verdict = self._guard.check(stamp_ns, grey)
        if verdict is FrameVerdict.FRESH:
            try:
                frame = self._look(stamp_ns, rgb, grey, base_from_camera, depth)
            except BaseException:
                # It must not pass for the last picture: one that comes again is then looked at again.
                self._guard.reset()
                raise
        else:
            aged = tuple(tracker.observe(stamp_ns, verdict.value) for tracker in self._trackers.values())
            frame = SeenFrame(stamp_ns, verdict, aged)
        self._last = replace(frame, restarted=restarted)
        return self._last

    def _check(self, rgb: NDArray[np.uint8], depth: NDArray[np.float32] | None) -> None:
        size = (self._camera.height, self._camera.width)
        if rgb.dtype != np.uint8 or rgb.shape != (*size, 3):
            raise ValueError(f"picture is {rgb.dtype} of shape {rgb.shape}; allowed: uint8 of shape {(*size, 3)}")
        if depth is not None and depth.shape != size:
            raise ValueError(f"depth is of shape {depth.shape}; allowed: that of the picture, {size}")

    def _look(
        self,
        stamp_ns: int,
        rgb: NDArray[np.uint8],
        grey: NDArray[np.uint8],
        base_from_camera: Pose,
        depth: NDArray[np.float32] | None,
    ) -> SeenFrame:
        """Look for the objects in a picture that counts."""
        detections, by_tags = self._look_at_tags(stamp_ns, grey, base_from_camera)
        observations, objects = [], []
        for setup in self._setups:
            tracker = self._trackers[setup.name]
            untagged = Refusal(setup.name, stamp_ns, Cause.NOT_SEEN, "it has no tags, and depth is missing")
            observation = by_tags.get(setup.name, untagged)
            unseen = isinstance(observation, Refusal) and observation.cause in (Cause.NOT_SEEN, Cause.DOUBTFUL)
            finder = self._finders.get(setup.name)
            if unseen and finder is not None and depth is not None:
                observation = finder.estimate(rgb, depth, base_from_camera, stamp_ns)
            observations.append(observation)
            objects.append(tracker.observe(stamp_ns, observation))
        return SeenFrame(stamp_ns, FrameVerdict.FRESH, tuple(objects), tuple(observations), detections)

    def _look_at_tags(
        self, stamp_ns: int, grey: NDArray[np.uint8], base_from_camera: Pose
    ) -> tuple[Detections, dict[str, Observation]]:
        """Return the tags of a picture and what they say of each object that carries some, by its name."""
        if not self._observers:
            return NOTHING, {}
        expected = {name: self._trackers[name].expect(stamp_ns) for name in self._observers}

        def observe(detections: Detections) -> dict[str, Observation]:
            return {
                name: observer.observe(grey, detections, base_from_camera, stamp_ns, expected[name])
                for name, observer in self._observers.items()
            }

        if self._glance.spend():
            if (glanced := self._glance.look(grey, base_from_camera, expected)) is not None:
                seen = observe(glanced)
                if all(isinstance(observation, ObjectEstimate) for observation in seen.values()):
                    return glanced, seen
            parts = {
                name: observer.observe_parts(grey, base_from_camera, stamp_ns, expected[name])
                for name, observer in self._observers.items()
            }
            if all(parts.values()):
                return NOTHING, {name: seen for name, seen in parts.items() if seen is not None}
        detections = self._detector.detect(grey)
        seen = observe(detections)
        self._glance.learn(seen)
        return detections, seen

    def _observer(
        self, layout: TagLayout, plane: PlanarConstraint | None, camera: CameraModel, parameters: EstimationParameters
    ) -> ObjectObserver:
        estimator = ObjectEstimator(layout, camera, parameters, plane)
        covered = None if plane is None else CoveredObserver(layout, self._detector, camera, plane, parameters)
        return ObjectObserver(self._detector, estimator, camera, covered)
