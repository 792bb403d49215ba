"""Where the shipped models lie, and which of them drives which arm."""

import sys
from dataclasses import dataclass
from pathlib import Path

from body import RobotSpec
from episodes import model_folder
from episodes.model_setting import BrainFolder, CodecFolder, ControllerFolder
from episodes.places import MODELS, ROOT

BRAIN, CODEC = MODELS / "tabletop-brain", MODELS / "tabletop-codec"
CONTROLLER = MODELS / "tabletop-controller"


@dataclass(frozen=True)
class ModelPaths:
    """Folders of the three models.

    Attributes:
        brain: sentence and picture to thought and codes.
        controller: codes and senses to motion. Where none is named, an arm with one of its own
            (models/ur5e-controller, models/so101-controller) is driven by that.
        codec: what the codes mean.
    """

    brain: BrainFolder = BRAIN
    controller: ControllerFolder = CONTROLLER
    codec: CodecFolder = CODEC


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


def warn_of_transfer(brain: Path, spec: RobotSpec) -> None:
    """Say so where `brain` has not been validated on the arm that it is to move."""
    said = model_folder.warning(model_folder.load_config(brain, verify_files=False), spec)
    if said:
        print(f"warning: {brain}: {said}", file=sys.stderr)
