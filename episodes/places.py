"""Where things lie that belong to this installation, whatever folder a command is run from."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"
DATA = ROOT / "data"  # recordings and training caches
RUNS = ROOT / "runs"  # checkpoints and curves of trainings
