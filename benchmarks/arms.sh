#!/usr/bin/env bash
# What the FR3's models are worth on other arms. Its brain over plain playback of the codes; over the FR3's controller
# as it is (the arm's joints unread); over one fine-tuned from it on 100 demonstrations, and one trained from nothing
# on the same for as long; over the shipped one (600). The same scenes in every row. Resumable.
# Usage: benchmarks/arms.sh [OUT] [EPISODES a task]; ARMS, WORKERS, MINUTES of training (one thread each).
set -euo pipefail
OUT=${1:-out/arms}
N=${2:-25}
cd "$(dirname "$0")/.."
export MUJOCO_GL=${MUJOCO_GL:-egl} OMP_NUM_THREADS=1
pontine() { .venv/bin/pontine "$@"; }
for arm in ${ARMS:-ur5e so101}; do
    here=$OUT/$arm
    [[ -e $here/cache ]] || pontine collect --robot "$arm" --stills 0 --episodes 100 --workers "${WORKERS:-2}" \
        --out "$here/data" --cache "$here/cache"
    train() { # name, options
        [[ -e $here/$1/config.json ]] || pontine train controller --robot "$arm" --codec models/tabletop-codec \
            --data "$here/cache" --run "$here/$1-run" --out "$here/$1" "${@:2}"
    }
    evaluate() { # name, options
        pontine eval --out "$here/eval-$1" --robot "$arm" --episodes "$N" --videos 0 \
            --workers "${WORKERS:-2}" "${@:2}"
    }
    train as-it-is --from models/tabletop-controller --steps 0
    train fine-tuned --from models/tabletop-controller --minutes "${MINUTES:-12}" &
    train from-nothing --minutes "${MINUTES:-12}"
    wait $!
    evaluate playback --controller playback
    for name in as-it-is from-nothing fine-tuned; do
        evaluate "$name" --models.controller "$here/$name"
    done
    evaluate shipped
    pontine compare "$here"/eval-{fine-tuned,playback,as-it-is,from-nothing,shipped}
done
