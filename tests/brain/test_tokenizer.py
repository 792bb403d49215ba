from hypothesis import given
from hypothesis import strategies as st

from brain.atomic import atomic_tokens
from brain.tokenizer import Vocabulary, load_tokenizer, train_tokenizer
from tests.brain.conftest import CORPUS

TOKENIZER = train_tokenizer(CORPUS, size=600)
CHINESE = [
    "把红色方块放进蓝色碗里", "拿起绿色的球", "把黄色圆柱叠到橙色积木上",
    "抓住紫色罐子，把它提起来", "请你把手移到黄色的盘子上方", "离你最近的小球", "唱首歌",
]  # fmt: skip


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


def test_a_chinese_character_is_one_token_whatever_is_beside_it():
    vocabulary = Vocabulary(train_tokenizer([*CORPUS, *CHINESE], size=900))
    for text in ("抓起绿色的圆柱，把它放到紫色盘子里", "请拿起橙色小球"):
        ids = vocabulary.encode(text)
        assert len(ids) == len(text)
        decoded = vocabulary.decode(ids)
        assert decoded.replace(" ", "") == text.replace("，", ",")
        assert vocabulary.encode(decoded) == ids
    assert vocabulary.encode("抓住 <loc_3> 紫色") == vocabulary.encode("抓住<loc_3>紫色")
    assert vocabulary.decode(vocabulary.encode("龙")) == "龙", "never seen: bytes"


def test_english_is_cut_as_before_there_was_chinese():
    plain = Vocabulary(TOKENIZER)
    told = "put the red cube in the blue bowl", "robot , raise up the  unheard of thing"
    pieces = [plain.tokenizer.convert_ids_to_tokens(plain.encode(text)) for text in told]
    assert pieces[0] == ["Ġput", "Ġthe", "Ġred", "Ġcube", "Ġin", "Ġthe", "Ġblue", "Ġbowl"]
    assert [plain.encode(text) for text in told] == [
        [368, 269, 268, 267, 301, 269, 308, 306],
        [
            223,
            84,
            81,
            273,
            86,
            223,
            14,
            223,
            84,
            67,
            75,
            277,
            346,
            269,
            223,
            223,
            87,
            80,
            264,
            310,
            70,
            358,
            266,
            74,
            283,
            73,
        ],
    ]


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
