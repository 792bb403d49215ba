from hypothesis import given
from hypothesis import strategies as st

from brain.tokenizer import Vocabulary, atomic_tokens, load_tokenizer, train_tokenizer
from tests.brain.conftest import CORPUS

TOKENIZER = train_tokenizer(CORPUS, size=600)


def test_atomic_tokens_are_one_token_and_survive_decoding():
    vocabulary = Vocabulary(TOKENIZER)
    for token in atomic_tokens():
        assert vocabulary.encode(f"red {token} cube")[1:-1] == [vocabulary.id(token)]
        assert vocabulary.decode(vocabulary.encode(f"red {token} cube")) == f"red {token} cube"
    assert len(vocabulary.acts) == 128 and len(vocabulary.locations) == 64
    assert vocabulary.acts == list(range(vocabulary.acts[0], vocabulary.acts[0] + 128))


def test_common_words_are_one_token_whatever_their_case():
    vocabulary = Vocabulary(TOKENIZER)
    for word in ("red", "Cube", "bowl", "put", "purple", "next", "above", "refuse"):
        assert len(vocabulary.encode(f"a {word}")) == len(vocabulary.encode("a")) + 1


@given(st.text(max_size=40))
def test_any_sentence_encodes(text):
    ids = Vocabulary(TOKENIZER).encode(text)
    assert all(0 <= i < len(TOKENIZER) for i in ids)


def test_saved_and_loaded_alike(tmp_path):
    TOKENIZER.save_pretrained(str(tmp_path))
    again = Vocabulary(load_tokenizer(tmp_path))
    for text in [*CORPUS, "<think> pick <loc_3> <loc_60> </think> <act_1> <act_127>"]:
        assert again.encode(text) == Vocabulary(TOKENIZER).encode(text)


def test_chat_template():
    user = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "go"}]}
    text = TOKENIZER.apply_chat_template([user], tokenize=False, add_generation_prompt=True)
    assert text == "<image>go<think>"
