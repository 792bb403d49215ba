"""A published checkpoint is shown pictures and spoken to as its own processor does it."""

import json

import pytest
import torch
import transformers as tf

from brain.atomic import THINK, atomic_tokens
from brain.errors import PublishedModelError
from brain.policy import BrainPolicy
from brain.prompts import prompt
from brain.tokenizer import add_atomic
from tests.brain.checkpoints import SIDE, checkpoint
from tests.brain.test_published import look, opened


def test_pictures_and_prompts_are_put_to_it_as_its_processor_puts_them(tmp_path):
    """Mean and deviation, BOS, chat template and image tokens: as transformers itself does it."""
    brain = BrainPolicy(opened(checkpoint(tmp_path)))
    processor = tf.AutoProcessor.from_pretrained(str(tmp_path))
    add_atomic(processor.tokenizer, atomic_tokens())
    picture = look(1).images["fixed"]
    words = prompt("put it in the bowl")
    turn = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": words}]}
    text = processor.apply_chat_template([turn], add_generation_prompt=True)
    wanted = processor(text=text, images=[picture], add_special_tokens=False, return_tensors="pt")
    pixels = brain.model.conventions.pixels(picture, SIDE)
    assert torch.allclose(pixels, wanted["pixel_values"], atol=1e-5)

    vocabulary = brain.model.vocabulary
    before = vocabulary.encode(brain.model.conventions.before)
    assert before[0] == vocabulary.tokenizer.bos_token_id
    own = [*before, *[1] * 16, *vocabulary.encode(brain.model.conventions.framed(words))]
    assert own == wanted["input_ids"][0].tolist()

    theirs = torch.tensor([[*own, *vocabulary.encode(THINK)]])
    with torch.inference_mode():
        out = brain.model.network.model(
            input_ids=theirs, pixel_values=pixels, attention_mask=torch.ones_like(theirs)
        ).last_hidden_state[0, -1]
        states, _ = brain.decoder.prefill(brain.look(picture), brain._ids(words, THINK))
    assert torch.allclose(states[-1], out, atol=1e-5)


def test_it_must_say_how_pictures_are_normalised(tmp_path):
    checkpoint(tmp_path)
    for name in ("preprocessor_config.json", "processor_config.json"):
        path = tmp_path / name
        if path.exists():
            found = json.loads(path.read_text())
            found.pop("image_processor", None)
            found.pop("image_mean", None)
            path.write_text(json.dumps(found))
    with pytest.raises(PublishedModelError, match="image_mean"):
        opened(tmp_path)


def test_a_plain_prompt_has_bos_picture_and_words(tmp_path):
    model = opened(checkpoint(tmp_path, adapter={"prompt": "plain"}))
    assert model.conventions.before == "<s>" and model.conventions.framed("x") == "x "
