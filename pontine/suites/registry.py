"""The suites there are, a line each. Nowhere else does a suite's name decide anything.

They are listed by where they are described, in the form that names one of your own: who reads the
list loads none of them, and a suite may use whatever asks for suites.
"""

import os
from functools import lru_cache
from typing import Annotated, Any

from body.contract.instruction import quoted
from body.plugin import PluginCodeError, PluginError, find
from body.setting import Refusal, SettingError
from pontine.suites.suite import Suite

SUITES = {
    "tabletop": "pontine.suites.tabletop.suite:SUITE",
    "metaworld": "pontine.suites.metaworld.suite:SUITE",
}
DEFAULT = next(iter(SUITES))
REMEDY = f"choose one of {', '.join(SUITES)}, or path/to/file.py:NAME of one of your own"


def suite(name: str) -> Suite:
    """The suite called `name`, or found there: path/to/file.py:NAME or package.module:NAME.

    Raises:
        SettingError: there is none. PluginCodeError: the code there fails.
    """
    place, colon, wanted = SUITES.get(name, name).rpartition(":")
    if place.endswith(".py"):  # the same file, wherever it is looked at from
        place = os.path.realpath(os.path.expanduser(place))
    try:
        return _found(f"{place}{colon}{wanted}")
    except PluginCodeError:
        raise
    except PluginError as error:
        why = f" ({error})" if colon and name not in SUITES else ""
        raise SettingError(
            f"--suite {quoted(name)}: there is no such suite{why}. Remedy: {REMEDY}"
        ) from error


@lru_cache
def _found(place: str) -> Suite:
    """Once a process: a file that is run again makes other classes of the same name."""
    found = find(place)
    if not isinstance(found, Suite):
        raise PluginError(f"it is a {type(found).__name__}, no pontine.suites.suite.Suite")
    return found


class _Known:
    """A rule of :mod:`body.setting`: there is such a suite."""

    def refuse(self, value: Any) -> Refusal | None:
        if value in SUITES:
            return None
        try:
            suite(value)
        except SettingError as error:
            cause = str(error).partition(": ")[2].partition(". Remedy: ")[0]
            return cause, REMEDY
        return None


SuiteName = Annotated[str, _Known()]
