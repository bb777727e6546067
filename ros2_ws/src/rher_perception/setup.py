# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from setuptools import find_packages, setup

package_name = "rher_perception"

setup(
    name=package_name,
    version="0.1.0",
    packages=find_packages(),
    data_files=[
        ("share/ament_index/resource_index/packages", ["resource/" + package_name]),
        ("share/" + package_name, ["package.xml"]),
    ],
    install_requires=["setuptools"],
    zip_safe=True,
    maintainer="The RHER-ROS authors",
    maintainer_email="maintainers@rher-ros.org",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            "camera_node = rher_perception.camera_node:main",
            "calibrate = rher_perception.calibrate_node:main",
            "perception_node = rher_perception.perception_node:main",
            "tag_sheet = rher_perception.tag_sheet:main",
        ],
    },
)
