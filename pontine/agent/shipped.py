"""Where the shipped models lie, and which of them drives which arm."""

import sys
from dataclasses import dataclass
from pathlib import Path

from body import RobotSpec
from brain.options import BrainOptions
from episodes.model_setting import CodecFolder, ControllerFolder
from episodes.places import MODELS, ROOT

CODEC = MODELS / "tabletop-codec"
CONTROLLER = MODELS / "tabletop-controller"


@dataclass(frozen=True)
class ModelPaths:
    """Folders of the models beside the brain, which `--brain` names.

    Attributes:
        controller: turns action tokens and senses into motion. The ur5e and the so101 have their
            own, models/ur5e-controller and models/so101-controller, used if none is named.
        codec: gives the tokens' codes their meaning.
    """

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


def warn_of_transfer(brain: BrainOptions, spec: RobotSpec) -> None:
    """Say so where `brain` has not been validated on the arm that it is to move."""
    if said := brain.brain_warning(spec):
        print(f"warning: {brain.brain}: {said}", file=sys.stderr)
