#!/usr/bin/env bash
# What the FR3's models are worth on other arms: its brain over plain playback of the codes; over a controller of the
# arm's own, fine-tuned from the FR3's on 100 demonstrations; and on 600. Resumable.
# Usage: benchmarks/arms.sh [OUT] [EPISODES a task]; ARMS, WORKERS, THREADS.
set -euo pipefail
OUT=${1:-out/arms}
N=${2:-25}
cd "$(dirname "$0")/.."
export MUJOCO_GL=${MUJOCO_GL:-egl} OMP_NUM_THREADS=1
pontine() { .venv/bin/pontine "$@"; }
for arm in ${ARMS:-ur5e so101}; do
    evaluate() { # name, options
        pontine eval --out "$OUT/$arm-$1" --robot "$arm" --transfer --episodes "$N" --videos 0 \
            --workers "${WORKERS:-2}" "${@:2}"
    }
    evaluate playback --controller playback
    for episodes in 100 600; do
        here=$OUT/$arm/$episodes
        [[ -e $here/cache ]] || pontine collect --robot "$arm" --stills 0 --episodes "$episodes" \
            --workers "${WORKERS:-2}" --out "$here/data" --cache "$here/cache"
        [[ -e $here/controller/config.json ]] || OMP_NUM_THREADS=${THREADS:-2} pontine train controller \
            --robot "$arm" --from models/tabletop-controller --codec models/tabletop-codec --data "$here/cache" \
            --run "$here/run" --out "$here/controller" --minutes $((10 + episodes / 50)) --threads "${THREADS:-2}"
        evaluate "$episodes" --models.controller "$here/controller"
    done
done
