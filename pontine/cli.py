"""The command line. Each command's module is imported only when it is called for.

`pontine --help` lists the commands, `pontine COMMAND --help` every option of one.
"""

import importlib
import os
import sys
from typing import Any, NamedTuple

import tyro

from body.plugin import blamed
from pontine.commands.option_help import HELP, show_help
from pontine.commands.surroundings import settle
from pontine.commands.training import TrainCommand, names_a_suite
from pontine.commands.validation import validate

FAILED, REFUSED, INTERRUPTED = 1, 2, 130
RENAMED = {
    "--models.brain": "--brain",
    "train metaworld-brain": "train brain --suite metaworld",
    "train metaworld-controller": "train controller --suite metaworld",
}


class Command(NamedTuple):
    """Where a command lives.

    Attributes:
        module: of the function to call; loaded once its configuration has been found sound.
        config: name of the configuration's dataclass; as module:Class where it lives elsewhere,
            so that a refusal need not wait for what is heavy in `module`.
        function: to call with the configuration. about: a line for the overview.
        draws: it draws pictures, and is refused where none can be drawn.
    """

    module: str
    config: str
    function: str
    about: str
    draws: bool = False

    def settings(self) -> Any:
        """The configuration's class."""
        module, _, name = self.config.rpartition(":")
        return getattr(importlib.import_module(module or self.module), name)

    def call(self, config: Any) -> object:
        """Run it."""
        return getattr(importlib.import_module(self.module), self.function)(config)


COMMANDS: dict[str, Command | TrainCommand] = {
    "run": Command(
        "pontine.commands.run", "RunConfig", "run", "carry out one sentence, filmed", draws=True
    ),
    "eval": Command(
        "pontine.evaluation.evaluate", "pontine.evaluation.config:EvalConfig", "main",
        "success over many held-out seeds", draws=True,
    ),
    "compare": Command(
        "pontine.report.compare", "CompareConfig", "main",
        "compare evaluations, with significance tests",
    ),
    "report": Command(
        "pontine.report.page", "ReportConfig", "main",
        "one page with tables, plots and films of one evaluation, or of several",
    ),
    "sweep": Command(
        "pontine.sweeps.run", "SweepConfig", "sweep",
        "success over one setting, as a page: rates, ages, perturbations", draws=True,
    ),
    "results": Command(
        "pontine.sweeps.run", "ResultsConfig", "results",
        "run every sweep again and rebuild docs/results/", draws=True,
    ),
    "collect": Command(
        "pontine.collecting.collect", "pontine.collecting.config:CollectConfig", "collect",
        "record the experts as a LeRobot data set", draws=True,
    ),
    "data check": Command(
        "pontine.commands.data.check", "CheckConfig", "check_data",
        "list what is wrong with a data set",
    ),
    "data repair": Command(
        "pontine.commands.data.repair", "RepairConfig", "repair_data",
        "save the intact episodes of a damaged data set as a new one",
    ),
    "data cache": Command(
        "pontine.commands.data.cache", "CacheConfig", "build_cache",
        "build the training cache of a data set",
    ),
    "train all": Command(
        "pontine.recipes.train_all", "pontine.recipes.config:TrainAll", "train_all",
        "from nothing to trained models and their figures", draws=True,
    ),
    "train codec": TrainCommand("codec", "fit the action tokens' code book"),
    "train controller": TrainCommand("controller", "train or fine-tune the cerebellum"),
    "train vision": TrainCommand("vision", "the brain's eyes alone"),
    "train brain": TrainCommand("brain", "all stages of the brain in order"),
    "train flat": TrainCommand("flat", "the baseline without the split: one network"),
    "probe": Command(
        "pontine.commands.probe", "ProbeConfig", "probe",
        "ask the models directly: first thoughts, swapped thoughts, timing", draws=True,
    ),
    "export": Command(
        "pontine.commands.export", "pontine.commands.engine_config:ExportConfig", "main",
        "write the controller as a verified engine", draws=True,
    ),
    "bench latency": Command(
        "pontine.commands.latency", "pontine.commands.engine_config:LatencyConfig", "latency",
        "compare the engines' latencies", draws=True,
    ),
    "soak": Command(
        "pontine.commands.soak", "SoakConfig", "soak",
        "run every process in wall time, with every fault", draws=True,
    ),
    "ros sim": Command(
        "pontine.ros.sim", "RosSimConfig", "run",
        "run the ROS 2 graph in simulation, one process per node", draws=True,
    ),
    "ros teleop": Command(
        "pontine.ros.programs", "TeleopConfig", "teleop", "steer by hand, and hand back"
    ),
    "ros record": Command(
        "pontine.ros.programs", "RecordConfig", "record",
        "record the graph's topics into an MCAP bag",
    ),
    "ros replay": Command(
        "pontine.ros.programs", "ReplayConfig", "replay",
        "publish a bag's senses and tokens to the nodes again",
    ),
    "ros to-dataset": Command(
        "pontine.ros.to_dataset", "ToDatasetConfig", "to_dataset",
        "turn bags into a LeRobot data set for training",
    ),
    "ros commands": Command(
        "pontine.ros.replay_commands", "CommandsConfig", "replay_commands",
        "what the cerebellum commands for a recording, and its hash",
    ),
    "ros faults": Command(
        "pontine.ros.faults", "FaultsConfig", "faults", "try every fault in real ROS processes",
        draws=True,
    ),
    "models": Command(
        "pontine.commands.models", "ModelsConfig", "models",
        "list, verify, build engines, print cards",
    ),
    "robot": Command(
        "pontine.commands.robot", "RobotConfig", "check_robot",
        "check an arm's file: what it says, where the arm reaches, whether the expert works",
    ),
    "doctor": Command(
        "pontine.commands.doctor", "DoctorConfig", "doctor",
        "check this machine, and name remedies",
    ),
}  # fmt: skip


def main() -> None:
    """Entry point of `pontine`."""
    settle()
    try:
        status = _main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read what is printed has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILED
    sys.exit(status)


def _main(words: list[str]) -> int:
    for name in (" ".join(words[:2]), words[0] if words else ""):
        if name in COMMANDS:
            return _call(name, words[len(name.split()) :])
        if name in RENAMED:
            print(f"pontine: `pontine {name}` is now `pontine {RENAMED[name]}`", file=sys.stderr)
            return REFUSED
    if words[:1] == ["train"] and len(words) > 1 and names_a_suite(words[2:]):
        return _call(f"train {words[1]}", words[2:])  # of a suite of your own
    asked = words and words[0] not in ("-h", "--help", "train", "bench", "ros", "data")
    if asked:
        print(f"pontine: no command {' '.join(words[:2])!r}\n", file=sys.stderr)
    print(_overview(), file=sys.stderr if asked else sys.stdout)
    return REFUSED if asked else 0


def _call(name: str, arguments: list[str]) -> int:
    command = COMMANDS.get(name) or TrainCommand(name.removeprefix("train "))
    for old in RENAMED.keys() & {word.partition("=")[0] for word in arguments}:
        print(f"pontine {name}: {old} is called {RENAMED[old]} now", file=sys.stderr)
        return REFUSED
    try:
        if isinstance(command, TrainCommand):
            command, arguments = command.of_suite(arguments)
        # before the first import of MuJoCo, which ends in a traceback where it cannot draw so
        if command.draws and not HELP & set(arguments):
            from sim.rendering import require_rendering

            require_rendering()
        with blamed():
            kind = command.settings()
        if HELP & set(arguments):
            show_help(_named(name, command), kind, everything="--help-all" in arguments)
        config: Any = tyro.cli(kind, prog=f"pontine {_named(name, command)}", args=arguments)
        with blamed():
            validate(config)
        outcome = _carry_out(command, config)
    except KeyboardInterrupt:
        print("\ninterrupted; run the same command again to resume", file=sys.stderr)
        return INTERRUPTED
    except _failures() as error:
        print(f"pontine {name}: {type(error).__name__}: {error}", file=sys.stderr)
        return FAILED
    except _refusals() as error:
        print(f"pontine {name}: {type(error).__name__}: {error}", file=sys.stderr)
        return REFUSED
    return outcome if isinstance(outcome, int) else 0


def _named(name: str, command: Command | TrainCommand) -> str:
    """As it is typed after `pontine`."""
    return f"{name} [--suite NAME]" if isinstance(command, TrainCommand) else name


def _carry_out(command: Command | TrainCommand, config: Any) -> Any:
    """What it returns. Should a policy or task call sys.exit, that is no success."""
    try:
        with blamed():
            return command.call(config)
    except SystemExit as left:
        if isinstance(left.code, str):
            raise
        from episodes.crew import LostProcessError
        from episodes.crew_worker import how_left

        raise LostProcessError(
            f"what ran here {how_left(left)}. Remedy: take that out; what was finished is kept"
        ) from left


def _failures() -> tuple[type[Exception], ...]:
    """Errors of what was begun and went wrong, whose message says it all as well."""
    from episodes.crew import LostProcessError
    from learning.errors import TrainingStoppedError

    return (LostProcessError, TrainingStoppedError)


def _refusals() -> tuple[type[Exception], ...]:
    """Errors whose message already names cause and remedy: no traceback is shown for them."""
    from body import BodyError
    from episodes.errors import EpisodesError
    from episodes.splits import SeedError
    from pontine.evaluation.log import EvaluationError
    from pontine.policies.plugin import PolicyError
    from sim.perturbations import PerturbationError
    from sim.rendering import RenderError
    from sim.suites.metaworld import SuiteError

    return (
        BodyError, EpisodesError, EvaluationError, PerturbationError, PolicyError, SeedError,
        RenderError, SuiteError,
    )  # fmt: skip


def _overview() -> str:
    width = max(len(name) for name in COMMANDS) + 2
    lines = [f"  pontine {name:<{width}}{command.about}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["Pontine: from a sentence and a camera to a moving arm.", "", *lines, "",
         "pontine COMMAND --help shows the common options of a command, --help-all every option."]
    )  # fmt: skip


if __name__ == "__main__":
    main()
