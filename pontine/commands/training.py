"""`pontine train NAME`: what is trained, and with which options, follows from `--suite`."""

from typing import Any, NamedTuple

from body.setting import SettingError

OPTION = "--suite"


class TrainCommand(NamedTuple):
    """A training, of whichever suite is asked for. What describes a suite is loaded when called.

    Attributes:
        trains: name of the training. about: a line for the overview.
        suite: as `--suite` names it ("": that where none is named).
    """

    trains: str
    about: str = ""
    suite: str = ""
    draws: bool = False

    def of_suite(self, arguments: list[str]) -> tuple["TrainCommand", list[str]]:
        """The command for the suite that `--suite NAME` names, and the arguments beside that.

        Raises:
            SettingError: no name stands there.
        """
        command, left, given = self, list[str](), iter(arguments)
        for word in given:
            option, equals, value = word.partition("=")
            if option != OPTION:
                left.append(word)
            elif named := value if equals else next(given, ""):
                command = command._replace(suite=named)
            else:
                raise SettingError(f"{OPTION}: no name stands there. Remedy: name a suite, or "
                                   "leave the option out")  # fmt: skip
        return command, left

    def settings(self) -> Any:
        """The configuration's class.

        Raises:
            SettingError: there is no such suite, or nothing of that name is trained there.
        """
        return self._training.config()

    def call(self, config: Any) -> object:
        """Train."""
        return self._training.train(config)

    @property
    def _training(self) -> Any:
        from pontine.suites.registry import DEFAULT, suite

        name = self.suite or DEFAULT
        known = suite(name).trainings
        if self.trains not in known:
            raise SettingError(f"{OPTION} {name}: no {self.trains} is trained there. Remedy: "
                               f"pontine train {' | '.join(known)}")  # fmt: skip
        return known[self.trains]


def names_a_suite(arguments: list[str]) -> bool:
    """One of the arguments is `--suite`."""
    return any(word.partition("=")[0] == OPTION for word in arguments)
