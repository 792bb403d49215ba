#!/usr/bin/env bash
# Builds the workspace into a virtual environment that holds ROS 2 from the package registry; after
# it, nothing needs to be sourced. On a full ROS 2 install use colcon itself instead: docs/ros2.md.
set -euo pipefail
venv="$(cd "${1:?usage: ros_ws/build.sh VENV}" && pwd)"
cd "$(dirname "$0")"
mkdir -p build
src="$PWD/src" build="$PWD/build" prefix="$venv" log="$PWD/build/build.log"
export HOME="${HOME:-$build}" # colcon asks for one, and not every user has it

# The wheels name the Python of the container they were built in.
python_include="$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')"
numpy_include="$("$venv/bin/python" -c 'import numpy; print(numpy.get_include())')"
{ grep -rlZ --include='*__rosidl_generator_pyExport.cmake' -e '/opt/python/' "$venv/share" || true; } |
    xargs -0 -r sed -i -E \
    -e "s#/opt/python/cp3[0-9]+-cp3[0-9]+/lib/python3\.[0-9]+/site-packages/numpy/_core/include#$numpy_include#g" \
    -e "s#/opt/python/cp3[0-9]+-cp3[0-9]+/include/python3\.[0-9]+#$python_include#g"

# rosidl cuts paths in two at a blank, so it is shown some without.
if [[ "$venv$PWD" == *[[:space:]]* ]]; then
    shelf="$(TMPDIR=/tmp mktemp -d)"
    trap 'rm -rf "$shelf"' EXIT
    ln -s "$venv" "$shelf/venv"
    cp -r src "$shelf/src"
    src="$shelf/src" build="$shelf/build" prefix="$shelf/venv"
fi
export PATH="$prefix/bin:$PATH" AMENT_PREFIX_PATH="$prefix" CMAKE_PREFIX_PATH="$prefix"
if ! (cd "$src/.." && colcon --log-base "$build/log" build --base-paths "$src" \
    --build-base "$build" --install-base "$prefix" --merge-install \
    --event-handlers console_direct+ \
    --cmake-args -G Ninja -DBUILD_TESTING=OFF "-DPython3_EXECUTABLE=$prefix/bin/python") >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "ros_ws/build.sh: colcon failed; the whole log is $log" >&2
    exit 1
fi
[ "$prefix" != "$venv" ] || exit 0

{ grep -rlIZF -e "$prefix" "$venv"/*.*sh "$venv/share" || true; } |
    xargs -0 -r sed -i -e "s#=$prefix\$#=\"$venv\"#" -e "s#$prefix#$venv#g"
# No kernel runs a script whose interpreter's path has a blank: a shell is asked to, as pip does.
"$venv/bin/python" - "$venv" <<'END'
import sys
from pathlib import Path

venv = Path(sys.argv[1])
for script in (venv / "lib" / "pontine_ros").iterdir():
    first, _, rest = script.read_text().partition("\n")
    if "python" in first:
        python = f"'''exec' \"{venv}/bin/python\" \"$0\" \"$@\"\n' '''"
        script.write_text(f"#!/bin/sh\n{python}\n{rest}")
END
