"""Packed rows must be what the whole model computes row by row."""

import numpy as np
import torch

from brain.train.packing import attention_mask, hidden_states, pack
from brain.train.rows import tokenise
from tests.brain.conftest import SIZES


def test_packed_logits_equal_the_full_models_row_by_row(tiny, table):
    rows = tokenise(table, tiny.vocabulary)
    pixels = torch.randn(6, 3, 128, 128)
    network = tiny.network
    groups = rows.by_picture()
    pictures = np.array([0, 3])
    batch = pack(rows, [groups[0], groups[3]], pictures, tiny.image_tokens, len(SIZES))
    with torch.no_grad():
        features = network.model.vision_tower(pixels[pictures]).last_hidden_state
        packed = hidden_states(network, features, batch) @ network.lm_head.weight.T
        at = 0
        for picture in pictures:
            for row in groups[int(picture)]:
                own = torch.from_numpy(rows.of(row)).long()
                image = torch.full((tiny.image_tokens,), tiny.vocabulary.image)
                ids = torch.cat([image, own])[None]
                logits = network(input_ids=ids, pixel_values=pixels[[picture]]).logits[0]
                given = rows.head[row] + (1 if rows.loss_thought[row] else rows.thought[row])
                whole = logits[tiny.image_tokens + given - 1 : -1]
                torch.testing.assert_close(
                    packed[at : at + len(whole)], whole, atol=1e-4, rtol=1e-4
                )
                assert batch.answer[at : at + len(whole)].tolist() == own[given:].tolist()
                at += len(whole)
        assert at == len(packed)


def test_code_positions_mark_the_codes_only(tiny, table):
    rows = tokenise(table, tiny.vocabulary)
    groups = rows.by_picture()
    batch = pack(rows, list(groups.values()), np.array(list(groups)), 64, len(SIZES))
    acts = torch.tensor(tiny.vocabulary.acts)
    assert torch.equal(batch.code >= 0, torch.isin(batch.answer, acts))
    rows_with_codes = sum(bool(c) for c in table["codes"])
    assert (batch.code == 0).sum() == rows_with_codes == (batch.code == 5).sum()


def test_mask_keeps_rows_apart():
    segment = torch.tensor([[0, 0, 1, -1]])
    mask = (attention_mask(segment, 2)[0, 0] == 0).int().tolist()
    assert mask == [
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 0, 0],
        [1, 1, 0, 0, 1, 0],
        [1, 1, 0, 0, 0, 1],
    ]


def test_a_lane_holds_rows_of_one_picture_and_wastes_little(tiny, table):
    rows = tokenise(table, tiny.vocabulary)
    groups = rows.by_picture()
    batch = pack(rows, list(groups.values()), np.array(list(groups)), 64, len(SIZES))
    lengths = np.diff(rows.start)
    assert (batch.segment >= 0).sum() == lengths.sum()
    assert batch.tokens.shape[1] < lengths.max() + 16
    for lane, picture in enumerate(batch.picture.tolist()):
        for number in range(int(batch.segment[lane].max()) + 1):
            ids = batch.tokens[lane][batch.segment[lane] == number].tolist()
            own = groups[int(batch.pictures[picture])]
            assert any(rows.of(row).tolist() == ids for row in own)
