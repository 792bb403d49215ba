#!/usr/bin/env bash
# Builds the workspace into a virtual environment that holds ROS 2 from the package registry; after
# it, nothing needs to be sourced. On a full ROS 2 install use colcon itself instead: docs/ros2.md.
set -euo pipefail
venv="$(cd "${1:?usage: ros_ws/build.sh VENV}" && pwd)"
cd "$(dirname "$0")"
export PATH="$venv/bin:$PATH" AMENT_PREFIX_PATH="$venv" CMAKE_PREFIX_PATH="$venv"

# The wheels name the Python of the container they were built in.
python_include="$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')"
numpy_include="$("$venv/bin/python" -c 'import numpy; print(numpy.get_include())')"
{ grep -rl --include='*__rosidl_generator_pyExport.cmake' -e '/opt/python/' "$venv/share" || true; } |
    xargs -r sed -i -E \
    -e "s#/opt/python/cp3[0-9]+-cp3[0-9]+/lib/python3\.[0-9]+/site-packages/numpy/_core/include#$numpy_include#g" \
    -e "s#/opt/python/cp3[0-9]+-cp3[0-9]+/include/python3\.[0-9]+#$python_include#g"

log=build/build.log
mkdir -p build
if ! colcon --log-base build/log build --base-paths src --build-base build --install-base "$venv" \
    --merge-install --event-handlers console_direct+ \
    --cmake-args -G Ninja -DBUILD_TESTING=OFF "-DPython3_EXECUTABLE=$venv/bin/python" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "ros_ws/build.sh: colcon failed; the whole log is ros_ws/$log" >&2
    exit 1
fi
