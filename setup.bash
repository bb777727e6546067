# SPDX-FileCopyrightText: 2026 The RHER-ROS authors
# SPDX-License-Identifier: Apache-2.0
#
# Source this after `make setup`: it gives a shell in which `ros2 launch rher_agent sim.launch.py` works.
# ROS_DISTRO chooses between set-ups where there is more than one.

_rher_root="$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")" && pwd)"
_rher_setup="$("${PYTHON:-python3}" "$_rher_root/tools/setup_workspace.py" --distro "${ROS_DISTRO:-}" --print-folder)"

if [ -z "$_rher_setup" ] || [ ! -f "$_rher_setup/workspace.stamp" ]; then
  echo "RHER-ROS is not set up in ${_rher_setup:-$_rher_root/.setup}: run 'make setup' first" >&2
  unset _rher_root _rher_setup
  return 1 2>/dev/null || exit 1
fi

. "$_rher_setup/venv/bin/activate"
case "$_rher_setup" in
  */native-*) ;;
  *)
    # ROS 2 from PyPI: its wheels do not announce themselves.
    export AMENT_PREFIX_PATH="$VIRTUAL_ENV" CMAKE_PREFIX_PATH="$VIRTUAL_ENV"
    export ROS_DISTRO="${_rher_setup##*/}" ROS_VERSION=2 ROS_PYTHON_VERSION=3
    ;;
esac
. "$_rher_setup/install/local_setup.bash"
# The networks are small: a second thread makes every update slower.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
# Discovery stays on this machine unless the user opens it.
export ROS_AUTOMATIC_DISCOVERY_RANGE="${ROS_AUTOMATIC_DISCOVERY_RANGE:-LOCALHOST}"
# Pictures pass between processes whole, as the file says; Jazzy has another name for the variable.
_rher_profiles="$_rher_setup/install/rher_agent/share/rher_agent/config/fastdds.xml"
if [ "$ROS_DISTRO" = jazzy ]; then
  export FASTRTPS_DEFAULT_PROFILES_FILE="${FASTRTPS_DEFAULT_PROFILES_FILE:-$_rher_profiles}"
else
  export FASTDDS_DEFAULT_PROFILES_FILE="${FASTDDS_DEFAULT_PROFILES_FILE:-$_rher_profiles}"
fi
unset _rher_root _rher_setup _rher_profiles
