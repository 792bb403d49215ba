#!/usr/bin/env bash
# The controller's engines on this machine's NVIDIA GPU, in one command: which TensorRT runs here,
# every precision held against float64 torch and in paired episodes, then all latencies side by
# side. Leaves OUT/latency.json and OUT/report.txt, which name the chip.
#
#   benchmarks/gpu.sh [OUT]            makes its own OUT/venv (CUDA builds; some GB)
#   REHEARSE=1 benchmarks/gpu.sh       the same steps without a GPU, in the present .venv
#   EPISODES=200                       paired episodes an engine; PYTHON=python3 makes the venv
set -euo pipefail
OUT=${1:-out/gpu}
EPISODES=${EPISODES:-200}
REPETITIONS=${REPETITIONS:-500}
cd "$(dirname "$0")/.."
export OMP_NUM_THREADS=1 MUJOCO_GL=${MUJOCO_GL:-egl} PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$OUT"
exec > >(tee "$OUT/report.txt")

if chip=$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | head -1) && [ -n "$chip" ]; then
    device=cuda
    python=$OUT/venv/bin/python
    if [ ! -x "$python" ]; then
        "${PYTHON:-python3}" -m venv "$OUT/venv"
        "$python" -m pip install --quiet -c constraints.txt -e '.[tensorrt]'
        # the two builds share one import name: only one may be there
        version=$("$python" -m pip show onnxruntime | sed -n 's/^Version: //p')
        "$python" -m pip uninstall --quiet --yes onnxruntime
        "$python" -m pip install --quiet "onnxruntime-gpu==$version"
    fi
elif [ -n "${REHEARSE:-}" ]; then
    chip="none (rehearsal)" device=cpu python=${PYTHON:-.venv/bin/python}
else
    echo "no NVIDIA GPU answers (nvidia-smi); REHEARSE=1 runs the same steps on the CPU" >&2
    exit 1
fi
pontine() { "$python" -m pontine.cli "$@"; }
echo "GPU: $chip"
pontine doctor || true

engines=()
tensorrt() { # precision, module; fails where it is refused, or built but does not run here
    local folder="$OUT/tensorrt-$1"
    pontine export --to tensorrt --tensorrt "$2" --precision "$1" --out "$folder" \
        --episodes "$EPISODES" && engines+=("$folder")
}
works=
for module in tensorrt tensorrt_rtx; do
    echo "== does $module run here?"
    if tensorrt fp32 "$module"; then
        works=$module
        break
    fi
done
[ -n "$works" ] || [ "$device" = cuda ] || works=tensorrt_rtx # rehearsal: build all the same
echo "== TensorRT: ${works:-none runs here}"
if [ -n "$works" ]; then
    for precision in fp16 int8; do
        echo "== TensorRT $precision"
        tensorrt "$precision" "$works" || echo "TensorRT $precision: not verified, see above"
    done
fi
for precision in fp32 fp16 int8; do
    echo "== ONNX Runtime $precision on $device"
    pontine export --precision "$precision" --provider "$device" --out "$OUT/onnx-$precision" \
        --episodes "$EPISODES" || echo "ONNX Runtime $precision on $device: refused, see above"
done
echo "== latency, GPU: $chip"
pontine bench latency --device "$device" --repetitions "$REPETITIONS" --out "$OUT/latency.json" \
    ${engines[@]+--engine "${engines[@]}"}
