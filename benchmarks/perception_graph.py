# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""The chain from a camera to /objects as processes of a ROS graph at 30 pictures a second: its delay and its load.

One process runs the camera node over librealsense's software device, which is fed in real time with rendered and noisy
pictures of a cube that is pushed along a circle; another runs the perception node; this one listens to /objects. A
picture's stamp is the moment it was fed. Cases: alone, with a viewer of /rher/detections_image in a fourth process, and
with aligned depth taken by the camera node. Shares of the processor are of one core, from /proc; the camera's includes
the feeding. Dropped are pictures that were fed and not answered. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import rclpy
from ament_index_python.packages import get_package_prefix
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rher_agent.ros.conversions import time_ns
from rher_agent.ros.domain import DomainClaim
from rher_agent.ros.quality import DETECTIONS_IMAGE, LOCKSTEP, OBJECTS
from rher_agent.ros.session import ros_session, run_node
from rher_agent.tasks.push import PushTask
from rher_interfaces.msg import ObjectStates
from rher_sim_bridge.scene.camera import optical_pose
from sensor_msgs.msg import Image

SIZES = ("640x480", "1280x720")
FPS = 30
CASES = {"alone": (False, False), "with a viewer": (True, False), "with depth": (False, True)}
"""Whether somebody looks at the detections, and whether the camera node takes depth."""
START_TIMEOUT = 120.0
"""Until the first picture is answered; the pictures are rendered before [s]."""
SETTLING = 3.0
"""Answers that are not counted at the beginning [s]."""
SHUTDOWN_TIMEOUT = 10.0
"""[s]"""
MILLI = 1e3
NS_PER_S = 1_000_000_000


@dataclass(frozen=True)
class Line:
    """One case; latency from a capture's stamp to /objects in this process."""

    size: str
    case: str
    fps: float
    fed: int
    dropped: int
    unseen: int
    """Answers without a fresh pose of the cube."""
    latency_ms: list[float]
    """Median, 95th percentile and maximum."""
    camera_percent: float
    perception_percent: float
    viewer_percent: float


class Listener:
    """Notes when what was heard of the objects."""

    def __init__(self) -> None:
        self.stamps_ns: list[int] = []
        self.latencies: list[float] = []
        """[s]"""
        self.unseen = 0
        self._node = rclpy.create_node("listener")
        self._node.create_subscription(ObjectStates, OBJECTS, self._take, LOCKSTEP)
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._node)

    def _take(self, message: ObjectStates) -> None:
        stamp_ns = time_ns(message.header.stamp)
        self.latencies.append((time.time_ns() - stamp_ns) / NS_PER_S)
        self.stamps_ns.append(stamp_ns)
        self.unseen += not all(item.tracked and item.age == 0.0 for item in message.objects)

    def listen(self, seconds: float) -> None:
        """Hear for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0.0:
            self._executor.spin_once(timeout_sec=left)

    def wait(self, processes: list[subprocess.Popen]) -> None:
        """Wait for the first answer."""
        hang = time.monotonic() + START_TIMEOUT
        while not self.stamps_ns:
            if time.monotonic() > hang or any(process.poll() is not None for process in processes):
                raise RuntimeError("a node ended or gave no answer")
            self._executor.spin_once(timeout_sec=0.1)

    def forget(self) -> None:
        """Begin to count."""
        self.stamps_ns.clear()
        self.latencies.clear()
        self.unseen = 0

    def close(self) -> None:
        """Leave the graph."""
        self._executor.shutdown()
        self._node.destroy_node()


class Viewer(Node):
    """Looks at the detections."""

    def __init__(self) -> None:
        super().__init__("viewer")
        self.create_subscription(Image, DETECTIONS_IMAGE, self._look, LOCKSTEP)

    def _look(self, message: Image) -> None:
        """Do nothing with it: it was carried here, and that is the load."""


def start_perception(centre: tuple[float, float]) -> subprocess.Popen:
    """Start the perception node with the camera where the scene has it."""
    position, orientation = optical_pose(centre)
    program = Path(get_package_prefix("rher_perception")) / "lib" / "rher_perception" / "perception_node"
    options = []
    for name, values in (("position", position), ("orientation", orientation)):
        options += ["-p", f"camera.{name}:=[{', '.join(str(float(value)) for value in values)}]"]
    return subprocess.Popen([program, "--ros-args", *options])


def start_part(role: str, size: str, depth: bool) -> subprocess.Popen:
    """Start this program in one of its other roles."""
    return subprocess.Popen(
        [sys.executable, __file__, "--role", role, "--sizes", size, *(["--depth"] if depth else [])]
    )


def stop(processes: list[subprocess.Popen]) -> None:
    """End processes as Ctrl-C does."""
    for process in processes:
        process.send_signal(signal.SIGINT)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SHUTDOWN_TIMEOUT)
        process.kill()


def processor_time(process: subprocess.Popen) -> float:
    """Return the processor time that a process has used [s]."""
    text = Path(f"/proc/{process.pid}/stat").read_text()
    user, system = (int(word) for word in text.rpartition(")")[2].split()[11:13])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def measure(size: str, case: str, seconds: float, centre: tuple[float, float]) -> Line:
    """Run one case."""
    viewed, depth = CASES[case]
    listener = Listener()
    processes = [start_perception(centre), start_part("camera", size, depth)]
    if viewed:
        processes.append(start_part("viewer", size, False))
    try:
        listener.wait(processes)
        listener.listen(SETTLING)
        listener.forget()
        before, begun = [processor_time(process) for process in processes], time.monotonic()
        listener.listen(seconds)
        elapsed = time.monotonic() - begun
        shares = [100.0 * (processor_time(p) - used) / elapsed for p, used in zip(processes, before, strict=True)]
    finally:
        stop(processes)
        listener.close()
    fed = round((listener.stamps_ns[-1] - listener.stamps_ns[0]) * FPS / NS_PER_S) + 1
    latencies = MILLI * np.array(listener.latencies)
    return Line(
        size=size,
        case=case,
        fps=round(len(latencies) / elapsed, 2),
        fed=fed,
        dropped=fed - len(latencies),
        unseen=listener.unseen,
        latency_ms=[round(float(x), 1) for x in (*np.percentile(latencies, (50, 95)), latencies.max())],
        camera_percent=round(shares[1], 1),
        perception_percent=round(shares[0], 1),
        viewer_percent=round(shares[2], 1) if viewed else 0.0,
    )


def main() -> None:
    """Run all cases and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES), help="of the pictures")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured in each case")
    parser.add_argument("--role", choices=("camera", "viewer"), help=argparse.SUPPRESS)
    parser.add_argument("--depth", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "camera":
        # Imported here: librealsense and OpenGL, which this process does not need, can crash a process that ends.
        from sight.feeder import run_camera

        width, height = (int(x) for x in options.sizes[0].split("x"))
        run_camera(width, height, options.depth)
        return
    if options.role == "viewer":
        run_node("viewer", Viewer, [])
        return

    claim = DomainClaim()
    os.environ["ROS_DOMAIN_ID"] = str(claim.domain_id)
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    load = os.getloadavg()[0]
    centre = PushTask().parameters.center
    lines = []
    print(f"{'':<29}{'fps':<7}{'fed':<6}{'dropped':<9}{'unseen':<8}{'latency ms':<18}processor, % of a core")
    print(f"{'size':<10}{'case':<49}{'median/p95/max':<18}{'camera':<8}{'perception':<12}viewer")
    with ros_session():
        for size in options.sizes:
            for case in CASES:
                line = measure(size, case, options.seconds, centre)
                lines.append(line)
                latency = "/".join(f"{x:.1f}" for x in line.latency_ms)
                print(
                    f"{size:<10}{case:<19}{line.fps:<7.1f}{line.fed:<6}{line.dropped:<9}{line.unseen:<8}{latency:<18}"
                    f"{line.camera_percent:<8.0f}{line.perception_percent:<12.0f}{line.viewer_percent:.0f}",
                    flush=True,
                )
    print(json.dumps({"load_before": round(load, 2), "seconds": options.seconds, "cases": [asdict(x) for x in lines]}))


if __name__ == "__main__":
    main()
