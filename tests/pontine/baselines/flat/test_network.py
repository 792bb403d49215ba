"""The flat network: shapes for any batch, rows that do not see each other, promises kept."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cerebellum import inputs
from cerebellum.flow import integrate
from cerebellum.inputs import prefix_mask
from pontine.baselines.flat.card import SPLIT
from pontine.baselines.flat.network import AIM_FEATURES, Belief, FlatNetwork
from pontine.baselines.flat.shape import FlatShape
from tests.pontine.baselines.flat.conftest import SMALL


def network(shape: FlatShape = SMALL) -> FlatNetwork:
    torch.manual_seed(0)
    made = FlatNetwork(shape).eval()
    with torch.no_grad():  # layers that start as the identity would hide what they mix
        for parameter in made.grounding.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made


NETWORK = network()


def senses(pictures: int, rows: int, length: int, seed: int = 0) -> dict[str, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    count, joints = pictures * rows, SMALL.hand.joints
    return {
        "pixels": torch.rand((pictures, 3, 192, 192), generator=draw) * 2 - 1,
        "words": torch.randint(0, SMALL.vocabulary, (count, length), generator=draw),
        "word_mask": torch.rand((count, length), generator=draw) < 0.8,
        "command": torch.rand((count, 4), generator=draw),
        "proprio": torch.randn((count, inputs.proprio_size(joints)), generator=draw),
        "force": torch.randn((count, inputs.FORCE_SIZE), generator=draw),
        "wrist": torch.rand((pictures, 4, 64, 64), generator=draw),
    }


@torch.no_grad()
def believe(batch: dict[str, torch.Tensor]) -> Belief:
    rest = {name: value for name, value in batch.items() if name != "pixels"}
    return NETWORK.believe(NETWORK.look(batch["pixels"]), **rest)


@settings(max_examples=12)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 12))
def test_beliefs_and_chunks_have_the_shapes_they_should(
    pictures: int, rows: int, length: int
) -> None:
    belief = believe(senses(pictures, rows, length))
    count = pictures * rows
    assert belief.context.shape == (count, SMALL.hand.context)
    assert belief.aim.shape == (count, AIM_FEATURES)
    assert belief.offset.shape == (count, 3) and belief.turn.shape == (count,)
    assert belief.correction.shape == (count, 4) and belief.place.shape == (count, 8)
    assert belief.bins.shape == (count, 2, 2, 64) and belief.refuse.shape == (count,)
    chunk = integrate(NETWORK, belief.context, torch.zeros(count, 16, 5), torch.zeros(count, 16))
    assert chunk.shape == (count, 16, 5) and chunk.isfinite().all()


@settings(max_examples=20)
@given(st.integers(0, 8), st.integers(0, 2**31))
def test_promised_steps_come_back_as_they_were_given(count: int, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    context = torch.randn((2, SMALL.hand.context), generator=draw)
    mask = torch.from_numpy(prefix_mask(torch.tensor([count, 0]).numpy()))
    prefix = torch.randn((2, 16, 5), generator=draw) * mask[..., None]
    chunk = integrate(NETWORK, context, prefix, mask)
    assert torch.equal(chunk[0, :count], prefix[0, :count])
    other = integrate(NETWORK, context, -prefix, mask)
    assert count == 0 or not torch.equal(chunk[0, count:], other[0, count:])  # and are looked at
    assert torch.equal(chunk[1], other[1])


def test_rows_about_one_picture_do_not_see_each_other() -> None:
    batch = senses(2, 3, 6)
    whole = believe(batch)
    for row in range(6):
        one = {name: value[row : row + 1] for name, value in batch.items()}
        for name in ("pixels", "wrist"):
            one[name] = batch[name][row // 3 : row // 3 + 1]
        alone = believe(one)
        assert torch.allclose(alone.context[0], whole.context[row], atol=1e-4)
        assert torch.allclose(alone.bins[0], whole.bins[row], atol=1e-4)


def test_padding_of_a_sentence_says_nothing() -> None:
    batch = senses(1, 2, 6)
    batch["word_mask"][:, :] = True
    longer = dict(batch)
    longer["words"] = torch.cat([batch["words"], torch.full((2, 4), 7)], dim=1)
    longer["word_mask"] = torch.cat([batch["word_mask"], torch.zeros(2, 4, dtype=torch.bool)], 1)
    assert torch.allclose(believe(batch).context, believe(longer).context, atol=1e-5)


def test_words_picture_and_senses_all_matter() -> None:
    batch = senses(1, 1, 6)
    plain = believe(batch).context
    for name in ("pixels", "words", "command", "proprio", "force", "wrist"):
        changed = dict(batch)
        changed[name] = batch[name].flip(-1)
        assert not torch.allclose(believe(changed).context, plain, atol=1e-5), name


def test_it_has_as_many_parameters_as_brain_and_controller_together() -> None:
    assert FlatNetwork().parameter_count == pytest.approx(SPLIT, rel=0.05)


def test_a_shape_survives_its_config() -> None:
    assert FlatShape.from_config(SMALL.config()) == SMALL
