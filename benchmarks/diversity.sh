#!/usr/bin/env bash
# What looks are worth: brains trained from nothing on 1, 2 and 8 worlds (table, floor, lamp, camera), on as many
# pictures and minutes each, tried in worlds that none of them saw, and in the one that all saw. The cerebellum is the
# shipped one. Resumable. Usage: benchmarks/diversity.sh [OUT] [EPISODES a task]; THREADS of training, WORKERS.
set -euo pipefail
OUT=${1:-out/diversity}
N=${2:-25}
cd "$(dirname "$0")/.."
export MUJOCO_GL=${MUJOCO_GL:-egl}
pontine() { .venv/bin/pontine "$@"; }
evaluate() { # name, brain, worlds
    pontine eval --out "$OUT/$1" --task basic --episodes "$N" --videos 0 --workers "${WORKERS:-2}" \
        --brain "$2" --worlds "${@:3}"
}
for worlds in 1 2 8; do
    here=$OUT/$worlds
    mkdir -p "$here"
    collect=(pontine collect --worlds "$worlds" --workers "${WORKERS:-2}" --out "$here/data")
    if [[ ! -e $here/cache ]]; then
        OMP_NUM_THREADS=1 "${collect[@]}" --task stills --episodes 3000 --cache none
        OMP_NUM_THREADS=1 "${collect[@]}" --task reach pick place_in stack --episodes 240 --cache "$here/cache"
    fi
    [[ -e $here/brain/config.json ]] || OMP_NUM_THREADS=${THREADS:-2} pontine train brain --data "$here/cache" \
        --runs "$here/runs" --out "$here/brain" --threads "${THREADS:-2}" \
        --stages vision language projector grounding instruct \
        --minutes.vision 8 --minutes.grounding 4 --minutes.instruct 12
done
export OMP_NUM_THREADS=1
for worlds in 1 2 8; do
    evaluate "$worlds-unseen" "$OUT/$worlds/brain" 100 101 102 103 104
    evaluate "$worlds-seen" "$OUT/$worlds/brain" 0
done
evaluate shipped-unseen models/tabletop-brain 100 101 102 103 104 # every scene of its training looked different
pontine compare "$OUT"/{1,2,8,shipped}-unseen
