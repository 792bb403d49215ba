import re
from pathlib import Path

import pytest

from body.robots.fr3 import FR3
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.policies import Policy
from pontine.policies.plugin import PolicyError, load_policy, policy_hash

GUIDE = Path(__file__).parents[3] / "docs" / "policies.md"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policy that the guide shows, as its reader would save it."""
    found = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found is not None and len(found[1].splitlines()) <= 25
    path = tmp_path_factory.mktemp("mine") / "nod.py"
    path.write_text(found[1])
    return path


def test_the_policy_of_the_guide_is_evaluated(example: Path, tmp_path: Path) -> None:
    config = EvalConfig(
        task=("reach",), episodes=1, seed=800_000, policy=f"{example}:Nod", workers=1, videos=0,
        out=tmp_path,
    )  # fmt: skip
    results = evaluate(config)
    overall = results["overall"]
    assert results["policy"].endswith(":Nod") and results["tokens"] == "none"
    assert overall["success_rate"] == 0.0 and overall["failures"] == {"not reached": 1}
    assert overall["limit_violations"] == 0 and overall["episode_length"] == 400
    assert results["config"]["model_hashes"] == {"policy": policy_hash(config.policy)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nonsense", "path/to/file.py:Class"),
        ("no/such/file.py:Mine", "no file"),
        ("pontine.no_such_module:Mine", "no module"),
        ("pontine.policies.policy:Nobody", "has no 'Nobody'"),
        ("pathlib:Path", "not a subclass"),
    ],
)
def test_what_is_no_policy_is_refused_with_a_remedy(name: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        load_policy(name, FR3)


def test_its_hash_follows_its_source(example: Path) -> None:
    name = f"{example}:Nod"
    assert isinstance(load_policy(name, FR3), Policy)
    before = policy_hash(name)
    example.write_text(example.read_text() + "\n")
    assert len(before) == 16 and policy_hash(name) != before
