"""The default engine, which needs no simulator: see :mod:`cerebellum.engines.build`."""

import json
import sys
from pathlib import Path

from cerebellum.export.write import export

if __name__ == "__main__":
    print(json.dumps(export(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
