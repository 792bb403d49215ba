"""`pontine export`: the controller as an engine that has been held against float64 torch."""

import shutil
from functools import partial
from typing import Any

from cerebellum.export.gate import INPUTS
from cerebellum.export.write import export, verify
from episodes.hold import holding
from episodes.replacing import remove_folder
from pontine.commands.engine_config import ExportConfig
from pontine.evaluation.engine_trial import closed_loop, record

VERIFIED, UNVERIFIED = 0, 3


@holding("out", beside=True)
def main(config: ExportConfig) -> int:
    """Export or verify, and print the figures; returns the exit status."""
    config.check()
    recorded = record(config.model, INPUTS)
    loop = partial(closed_loop, model=config.model, episodes=config.episodes)
    judge = loop if config.episodes else None
    if config.verify:
        description = verify(config.model, config.out, recorded, judge, config.provider)
    else:
        part = config.out.with_name(f"{config.out.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        module = None if config.tensorrt == "any" else config.tensorrt
        description = export(
            config.model, part, config.to, config.precision, recorded, judge, config.provider,
            module,
        )  # fmt: skip
        remove_folder(config.out)
        part.rename(config.out)
    print(f"{config.out}: {description['engine']} {description['precision']}")
    for provider, entry in description["verified"].items():
        print(f"verified on {provider}, {entry['device']}: computes in {entry['computes_in']}")
        _show(entry)
    if not description["verified"]:
        rehearsed = description["rehearsed"]
        print(f"UNVERIFIED, will not arm: {rehearsed['because']}\nWhere it is to run: pontine "
              f"export --verify --out {config.out}. {rehearsed['on']}:")  # fmt: skip
        _show(rehearsed)
        return UNVERIFIED
    return VERIFIED


def _show(entry: dict[str, Any]) -> None:
    for kind in ("random", "recorded"):
        if kind in entry:
            p = entry[kind]
            print(f"  {p['inputs']} {kind} decisions: cosine {p['cosine']:.7f} at worst, largest "
                  f"error of a step {p['step_mm']:.4f} mm, {p['step_deg']:.4f} deg")  # fmt: skip
    if "closed_loop" in entry:
        c = entry["closed_loop"]
        print(f"  {c['episodes']} paired episodes: success {c['success']:.1%}, "
              f"reference {c['reference']:.1%}")  # fmt: skip
