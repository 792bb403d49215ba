"""A setting that names a model folder; see :mod:`body.setting`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from body.setting import Readable, Refusal
from episodes.model_folder import ModelFolderError, load_config, of_kind
from episodes.places import MODELS


@dataclass(frozen=True)
class Model:
    """A model folder of a kind: "brain", "controller", "codec" or "flat"; whole, by its hashes."""

    kind: str

    def refuse(self, value: Any) -> Refusal | None:
        if self.kind == "codec" and value.suffix == ".json":
            return Readable("file").refuse(value)
        if (found := Readable("folder").refuse(value)) is not None:
            return found[0], self._remedy()
        try:
            load_config(value, kind=self.kind)
        except ModelFolderError as error:
            return error.problem, error.remedy if error.path != value else self._remedy()
        return None

    def _remedy(self) -> str:
        known = [str(folder) for folder in of_kind(MODELS, self.kind)]
        return f"name a folder that holds a {self.kind}, such as {' or '.join(known) or 'none yet'}"


BrainFolder = Annotated[Path, Model("brain")]
ControllerFolder = Annotated[Path, Model("controller")]
CodecFolder = Annotated[Path, Model("codec")]
