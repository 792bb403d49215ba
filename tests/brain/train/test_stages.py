"""Each stage moves what it says, and nothing else."""

import shutil
from copy import deepcopy

import numpy as np
import pytest
import torch

from brain.prompts import locate
from brain.train.answer_loss import AnswerLoss
from brain.train.dialogue import Batching, Dialogues
from brain.train.features import fresh_features
from brain.train.grounding import GroundingStage, drills, train_grounding
from brain.train.images import Images
from brain.train.instruct import InstructStage, train_instruct
from brain.train.joint import JointStage, train_joint
from brain.train.language import LanguageStage, train_language
from brain.train.movements import TURNS, VERBS
from brain.train.projector import ProjectorStage, train_projector
from brain.train.rows import tokenise
from brain.train.token_targets import token_targets
from brain.train.turns import turn_embedding
from brain.train.vision import VisionStage, train_vision
from brain.vision_encoder import ConvVisionConfig, ConvVisionModel
from episodes.replacing import replacing
from episodes.vocabulary import COLOURS, KINDS, thing_name
from learning.run import Run
from learning.schedule import Schedule
from tests.brain.conftest import SIZES
from tests.brain.train.scenes import pictures

FEW = Schedule(steps=3, log_every=1)


def run(folder) -> Run:
    return Run(folder, replacing)


@pytest.fixture
def images() -> Images:
    fixed, objects = pictures(64)
    return Images(fixed, objects, np.arange(64))


@pytest.fixture
def dialogues(tiny, table, images) -> Dialogues:
    rows = tokenise(table, tiny.vocabulary)
    loss = AnswerLoss(tiny.vocabulary, SIZES)
    return Dialogues(tiny, rows, images.held_out, Batching(2, 4, 4), loss)


@pytest.fixture
def features(tiny, images):
    return fresh_features(tiny.network.model.vision_tower, images.fixed)


def moved(model, action) -> set[str]:
    """Names of the parts whose parameters changed."""
    parts = ("vision_tower", "multi_modal_projector", "language_model", "lm_head")
    before = {k: v.detach().clone() for k, v in model.network.named_parameters()}
    action()
    after = dict(model.network.named_parameters())
    assert after.keys() == before.keys()
    changed = {k for k, v in after.items() if not torch.equal(v, before[k])}
    return {p for p in parts if any(p in k for k in changed)}


def test_the_projector_stage_moves_the_projector_only(tiny, images, features, tmp_path):
    stage = ProjectorStage(FEW, pictures=8)
    parts = moved(tiny, lambda: train_projector(tiny, images, features, stage, run(tmp_path)))
    assert parts == {"multi_modal_projector"}


def test_an_image_token_is_drawn_towards_the_words_of_its_object(tiny, images):
    table = tiny.network.get_input_embeddings().weight.detach()
    objects = images.objects[:1]
    targets, near = token_targets(objects, table, tiny.vocabulary, 8, 128)
    target = targets[0]
    kind, colour, x, y = objects[0, 0, :4]
    token = int(objects[0, 0, 8] // 16) * 8 + int(objects[0, 0, 7] // 16)
    words = tiny.vocabulary.encode(thing_name(int(kind), int(colour)))
    places = table[tiny.vocabulary.locations]
    rest = target[token] - table[words].sum(0)
    i, j = locate(float(x), float(y))
    wanted = places[i] + places[j].roll(16, -1)
    own = torch.from_numpy(objects[:1, 0])
    turns = table[tiny.vocabulary.yaws]
    wanted = wanted + turn_embedding(turns, own[:, 0].long(), own[:, 5])[0].roll(8, -1)
    assert torch.cosine_similarity(rest, wanted, dim=0) > 0.9
    assert near[0, token] and not near.all()
    empty = target[~near[0]]
    assert torch.equal(empty, empty[:1].expand_as(empty))  # one and the same vector
    assert empty[0].norm() == pytest.approx(float(target[near[0]].norm(dim=-1).mean()), rel=0.5)


def test_the_other_stages_move_what_they_say(tiny, table, dialogues, images, features, tmp_path):
    rows, tower = dialogues.rows, tiny.network.model.vision_tower
    vision = VisionStage(FEW, batch=8)
    assert moved(tiny, lambda: train_vision(tower, images, vision, run(tmp_path / "v"))) == {
        "vision_tower"
    }
    language = LanguageStage(FEW, batch=8)
    assert moved(tiny, lambda: train_language(tiny, rows, language, run(tmp_path / "l"))) == {
        "language_model"
    }
    both = {"multi_modal_projector", "language_model"}
    answers = drills(images.objects, tiny.vocabulary, 128)

    def drilled(batching):
        return Dialogues(tiny, answers, images.held_out, batching, dialogues.loss)

    ground = GroundingStage(FEW, pictures=4)
    assert moved(
        tiny, lambda: train_grounding(drilled, features, ground, run(tmp_path / "g"))
    ) == both  # fmt: skip
    instruct, joint = InstructStage(FEW), JointStage(FEW)
    i, j = run(tmp_path / "i"), run(tmp_path / "j")
    assert moved(tiny, lambda: train_instruct(dialogues, features, instruct, i)) == both
    statistics = {n: b.clone() for n, b in tower.named_buffers() if "running" in n}
    assert statistics
    everything = both | {"vision_tower"}
    assert moved(tiny, lambda: train_joint(dialogues, images.fixed, joint, j)) == everything
    for key, before in statistics.items():
        assert torch.equal(tower.get_buffer(key), before), key


def test_a_drawers_token_tells_its_front_and_how_far_it_is_open(tiny):
    table = tiny.network.get_input_embeddings().weight.detach()

    def token(yaw, moved):
        drawer = [KINDS.index("drawer"), 0, 0.5, 0.0, 0.04, yaw, moved, 64.0, 64.0, 0]
        objects = np.full((1, 6, 10), -1, np.float32)
        objects[0, 0] = drawer
        return token_targets(objects, table, tiny.vocabulary, 8, 128)[0][0, 4 * 8 + 4]

    places = table[tiny.vocabulary.locations]
    there = token(0.0, 0.05)
    for told, words in ((token(np.pi, 0.05), 2 * 0.146), (token(0.0, 0.0), 0.05)):
        i, j = (locate(0.5 + x, 0.0)[0] for x in (-0.146, -0.146 + words))
        change = (places[i] - places[j]).roll(table.shape[1] // 8, -1)
        assert torch.cosine_similarity(there - told, change, dim=0) > 0.8


def test_figures_are_reported(dialogues, features):
    with torch.no_grad():
        figures = dialogues.figures(features)
    assert {"loss", "word_accuracy", "place_mm", "code_0_bins_off", "code_5_bins_off"} <= set(
        figures
    )


def test_held_out_pictures_are_never_drawn(dialogues, images):
    drawn = [dialogues.draw(np.random.default_rng(i)).pictures for i in range(50)]
    assert not images.held_out[np.concatenate(drawn)].any()


def test_drills_name_what_is_there_and_never_an_unknown_pair(tiny, images):
    shown = images.objects[:60]
    rows = drills(shown, tiny.vocabulary, 128)
    known = {(int(k), int(c)) for k, c in shown[..., :2].reshape(-1, 2) if k >= 0}
    names = {thing_name(*pair) for pair in known}
    halves, turned = set(), set()
    for i in range(len(rows)):
        question, reply = tiny.vocabulary.decode(rows.of(i).tolist()).split(" <think> ")
        reply = reply.removesuffix(" </think>")
        words = question.split()
        if (
            words[0] in ("push", "turn", "which", "largest", "smallest", *VERBS)
            or question.count("<loc") == 4
            or words[-1] in TURNS
        ):
            continue  # see test_movements and test_comparisons
        here = [thing_name(int(o[0]), int(o[1])) for o in shown[rows.picture[i]] if o[0] >= 0]
        if question in (*KINDS, *COLOURS):
            meant = [n for n in here if question in n.split()]
            halves.add((reply == "no", question in KINDS))
            assert len(meant) == 0 if reply == "no" else len(meant) == 1
        elif reply == "no":
            assert question in names - set(here)
        elif reply.startswith("<yaw"):
            turned.add(question.split()[1])
            assert question.partition(" <yaw")[0] in here
        else:
            assert (reply if question.startswith("<loc") else question) in here
    assert len(halves) == 4 and turned == {"cube"}  # of the kinds in these pictures


@pytest.mark.slow
def test_vision_learns_to_find_things(tmp_path):
    torch.manual_seed(0)
    encoder = ConvVisionModel(ConvVisionConfig(channels=32, num_hidden_layers=1, image_size=128))
    fixed, objects = pictures(512)
    images = Images(fixed, objects, np.arange(512))
    stage = VisionStage(Schedule(steps=250, learning_rate=5e-3), batch=32)
    figures = train_vision(encoder, images, stage, run(tmp_path))
    assert figures["kind_accuracy"] > 0.9
    assert figures["colour_accuracy"] > 0.9 and figures["xy_median_mm"] < 30


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
def test_compiled_layers_learn_the_same(tiny, dialogues, features, tmp_path):
    weights = deepcopy(tiny.network.state_dict())
    curves = []
    for folder, compile in (("plain", False), ("compiled", True)):
        tiny.network.load_state_dict(weights)
        train_instruct(dialogues, features, InstructStage(FEW, compile), run(tmp_path / folder))
        curves.append(
            np.loadtxt(tmp_path / folder / "training.csv", delimiter=",", skiprows=1, usecols=2)
        )
    assert all(x._compiled_call_impl is None for x in tiny.network.model.language_model.layers)
    np.testing.assert_allclose(*curves, rtol=0.02)  # past step and seconds: the loss
