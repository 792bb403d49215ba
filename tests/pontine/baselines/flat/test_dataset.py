"""Batches: repeatable, whole, and labelled by the law."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from body.contract.errors import RangeError
from cerebellum import inputs
from cerebellum.augment import Augmentation
from pontine.baselines.flat.dataset import FlatData
from pontine.baselines.flat.words import Words

CLEAN = Augmentation(command_share=0, committed=0, force_share=0, camera_share=0, colour=0)


def test_a_batch_is_a_function_of_its_generator(data: FlatData) -> None:
    one, again, other = (data.batch(np.random.default_rng(k)) for k in (3, 3, 4))
    for name, value in one.items():
        assert torch.equal(torch.nan_to_num(value), torch.nan_to_num(again[name])), name
        assert name == "places" or value.isfinite().all()
    assert not torch.equal(one["target"], other["target"])


def test_shapes_and_promised_steps(data: FlatData) -> None:
    batch = data.batch(np.random.default_rng(0))
    pictures, rows = data.batching.pictures, data.batching.pictures * data.batching.rows
    assert batch["pixels"].shape == (pictures, 3, 192, 192)
    assert batch["wrist"].shape == (pictures, 4, 64, 64) and (batch["wrist"][:, 3] == 0).all()
    assert batch["target"].shape == batch["prefix"].shape == (rows, 16, 5)
    assert batch["words"].shape == batch["word_mask"].shape and len(batch["words"]) == rows
    committed = batch["prefix_mask"].bool()
    assert torch.equal(batch["prefix"][committed], batch["target"][committed])
    assert (batch["prefix"][~committed] == 0).all()


def test_recorded_goals_are_labelled_as_the_expert_labelled_them(data: FlatData) -> None:
    clean = replace(data, settings=CLEAN)
    batch = clean.batch(np.random.default_rng(0), own=True)
    frames = clean.moments.frame[~clean.moments.still]
    plans = np.asarray(clean.moments.cache["plan.chunk"], np.float64)[frames]
    plans = inputs.normalise_actions(plans, clean.statistics)
    off = np.array([np.abs(plans - row).max(axis=(1, 2)).min() for row in batch["target"].numpy()])
    assert (off < 1e-3).mean() > 0.6  # the others were waiting and go on at once
    assert (batch["refuse"] == 0).all()


def test_refusals_are_labelled_with_a_stop(data: FlatData) -> None:
    clean = replace(data, settings=CLEAN)
    batches = [clean.batch(np.random.default_rng(seed)) for seed in range(10)]
    stops = torch.cat([batch["target"][batch["refuse"].bool()] for batch in batches])
    assert len(stops) and (stops[:, 8:, :4].abs() < 1e-6).all()


def test_without_stills_every_picture_is_of_an_episode(data: FlatData) -> None:
    few = replace(data, batching=replace(data.batching, still_share=0.0), settings=CLEAN)
    for seed in range(5):
        wrist = few.batch(np.random.default_rng(seed))["wrist"]
        assert (wrist.flatten(1).amax(dim=1) > 0).all()


def test_words_are_padded_and_long_sentences_refused(data: FlatData) -> None:
    words = Words(data.words.tokenizer, 12)
    ids, mask = words(["pick up the red cube", "reach", ""])
    assert ids.shape == mask.shape and mask.sum(axis=1).tolist()[2] == 0
    assert mask[0].all() and mask[1].sum() < mask[0].sum()
    same, _ = words(["Pick up <loc_3> the RED cube"])
    assert not (same[0] == data.words.tokenizer.get_vocab()["<loc_3>"]).any()
    with pytest.raises(RangeError, match="fewer words"):
        words(["red " * 20])


def test_a_step_needs_pictures(data: FlatData) -> None:
    with pytest.raises(RangeError, match="a picture and a row"):
        replace(data.batching, rows=0)
