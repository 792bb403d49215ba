"""Where the shipped models lie, and which of them drives which arm. Loads nothing."""

from pathlib import Path

from episodes.places import MODELS, ROOT

BRAIN, CODEC = MODELS / "tabletop-brain", MODELS / "tabletop-codec"
CONTROLLER = MODELS / "tabletop-controller"


def controller_of(robot: str) -> Path:
    """The folder of the controller shipped for the robot called `robot`; else the FR3's."""
    own = MODELS / f"{robot}-controller"
    return own if own.exists() else CONTROLLER


def model_path(name: str) -> Path:
    """A model folder's path: as it is, or where it is relative and not there, below the
    installation, so that `models/...` means the shipped one from every folder."""
    path = Path(name).expanduser()
    shipped = ROOT / path
    return shipped if not path.exists() and shipped.exists() else path.absolute()
