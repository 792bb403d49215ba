#!/usr/bin/env bash
# Every row of the README's table, from the shipped models, on held-out seeds.
# Resumable: finished episodes in OUT are kept. Usage: benchmarks/slice.sh [OUT] [EPISODES]
# ONLY='oracle|null' runs the rows whose name matches; WORKERS is the number of processes.
set -euo pipefail
OUT=${1:-out/slice}
N=${2:-100}
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1 MUJOCO_GL=${MUJOCO_GL:-egl}
pontine() { .venv/bin/pontine "$@"; }
wanted() { [[ $1 =~ ^(${ONLY:-.*})$ ]]; }
row() { # name, then options
    local name=$1
    shift
    wanted "$name" || return 0
    echo "== $name"
    pontine eval --out "$OUT/$name" --videos 0 --workers "${WORKERS:-2}" "$@"
}

row brain --episodes "$N"
row brain-zero-latency --episodes "$N" --latency-ms 0
row oracle --episodes "$N" --tokens oracle
row codes-alone --episodes "$N" --tokens oracle --controller playback
row shuffled --episodes "$N" --tokens shuffled
row null --episodes "$N" --tokens null
for tokens in brain oracle; do
    for noise in 5 10; do
        row "$tokens-noise-$noise" --task pick --episodes "$N" --tokens $tokens --noise-mm $noise
    done
done
for fault in move freeze; do
    row "$fault" --task pick --episodes "$N" --tokens oracle --fault $fault
    row "$fault-camera-masked" --task pick --episodes "$N" --tokens oracle --fault $fault --mask camera
    row "$fault-gates-open" --task pick --episodes "$N" --tokens oracle --fault $fault --open-gate camera proprio force
done
row phrasings-held-out --episodes "$N" --phrasings held_out
row pairs-held-out --episodes "$N" --pairs held_out
row absent --episodes $((N / 2)) --ask absent
row nontask --episodes $((N / 4)) --ask nontask
probe() { # what, then options
    local what=$1
    shift
    wanted "$what" || return 0
    pontine probe --what "$what" --out "$OUT/$what.json" "$@"
}
probe first --episodes $((4 * N))
probe swap --episodes $((2 * N))
probe timing --episodes "$N"
.venv/bin/python benchmarks/table.py "$OUT"
