#!/usr/bin/env bash
# Success and smoothness under inference delay, with and without the promised prefix; then the plot.
# Resumable. Usage: benchmarks/delay.sh [OUT] [EPISODES a task]
set -euo pipefail
OUT=${1:-out/delay}
N=${2:-50}
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1 MUJOCO_GL=${MUJOCO_GL:-egl}
for delay in 0 2 4 8; do
    for prefix in --prefix --no-prefix; do
        [[ $delay$prefix == 0--no-prefix ]] && continue
        .venv/bin/pontine eval --out "$OUT/$delay$prefix" --videos 0 --workers "${WORKERS:-2}" \
            --task basic --tokens oracle --episodes "$N" --delay "$delay" "$prefix"
    done
done
.venv/bin/python benchmarks/delay.py "$OUT"
