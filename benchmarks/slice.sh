#!/usr/bin/env bash
# Every row of the tables of docs/results.md, from the shipped models, on test seeds.
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

basic() { row "$1" --task basic --episodes "$N" "${@:2}"; }

# the twelve tasks
row brain --episodes "$N"
row brain-zh --episodes "$N" --language zh
row brain-phrasings --episodes "$N" --phrasings held_out
row brain-phrasings-zh --episodes "$N" --phrasings held_out --language zh
row brain-pairs --episodes "$N" --pairs held_out
row spatial-thought-off --task spatial --episodes "$N" --thought off
row follow-pid --task follow --episodes "$N" --policy pid
for kind in object_pose distractors colour texture light camera_pose image_noise blur frame_drop \
    action_delay friction mass pushes; do
    row "perturb-$kind" --episodes $((N / 10)) --perturb "$kind=1"
done

# the four of single things
basic brain-zero-latency --latency-ms 0
basic oracle --tokens oracle
basic codes-alone --tokens oracle --controller playback
basic shuffled --tokens shuffled
basic null --tokens null
basic phrasings-held-out --phrasings held_out
basic pairs-held-out --pairs held_out
row absent --task basic --episodes $((N / 2)) --ask absent
row nontask --task basic --episodes $((N / 4)) --ask nontask
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
probe() { # what, then options
    local what=$1
    shift
    wanted "$what" || return 0
    pontine probe --what "$what" --out "$OUT/$what.json" "$@"
}
probe first --episodes $((12 * N))
probe swap --task basic --episodes $((2 * N))
probe timing --task basic --episodes "$N"
.venv/bin/python benchmarks/table.py "$OUT"
