# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0

from setuptools import find_packages, setup

package_name = "rher_sim_bridge"

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
            "operator_node = rher_sim_bridge.operator_node:main",
            "sim_camera_node = rher_sim_bridge.sim_camera_node:main",
            "sim_node = rher_sim_bridge.sim_node:main",
            "table_node = rher_sim_bridge.table_node:main",
            "ur_controller = rher_sim_bridge.ur_controller.main:main",
        ],
    },
)
