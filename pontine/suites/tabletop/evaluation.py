"""What of an evaluation cannot be run on the tabletop."""

from pontine.evaluation.config import EvalConfig
from pontine.evaluation.log import EvaluationError
from pontine.policies.plugin import SCRIPTED, check_policy
from sim.perturbations import compose
from sim.tasks import BASIC, spoken


def check(config: EvalConfig) -> None:
    """Refuse it before any process is started.

    Raises:
        EvaluationError, PerturbationError, PolicyError, RobotMismatchError, SettingError,
        UnknownLanguageError, UnknownTaskError: names what does not fit, and what would.
    """
    moving = [spoken(name, config.language).tracks for name in config.tasks]
    if config.policy == "pid" and not all(moving):
        raise EvaluationError("--policy pid tracks what moves: give --task follow")
    if config.policy != "agent" and config.fault != "none":
        raise EvaluationError(
            f"--fault {config.fault} cuts off an agent's tokens; --policy {config.policy} has none"
        )
    if config.ask in ("absent", "swap") and set(config.tasks) - set(BASIC):
        raise EvaluationError(
            f"--ask {config.ask}: only tasks that name single things have such sentences; "
            "add --task basic"
        )
    if config.policy in SCRIPTED and config.ask in ("absent", "nontask"):
        raise EvaluationError(
            f"the {config.policy} reads no sentences, so --ask {config.ask} says nothing"
        )
    compose(config.perturb)
    check_policy(config.policy, config.stack)
