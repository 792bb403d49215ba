import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from brain.train.rows import read_rows, texts, tokenise
from learning.errors import TrainingError


def test_rows_hold_prompt_thought_and_codes(tiny, table):
    rows = tokenise(table, tiny.vocabulary)
    for i in range(len(rows)):
        text = tiny.vocabulary.decode(rows.of(i).tolist())
        codes = "".join(f" <act_{c}>" for c in table["codes"][i])
        assert text.startswith(table["instruction"][i])
        assert text.endswith(f"<think> {table['thought'][i]} </think>{codes}")
        start = rows.of(i)[rows.head[i] : rows.head[i] + rows.thought[i]]
        assert tiny.vocabulary.decode(start.tolist()) == f"<think> {table['thought'][i]} </think>"
    groups = rows.by_picture()
    assert sum(map(len, groups.values())) == len(rows)
    assert all((rows.picture[g] == p).all() for p, g in groups.items())


def test_read_from_parquet(tiny, table, tmp_path):
    path = tmp_path / "dialogues.parquet"
    parquet.write_table(pa.table(table), path)
    assert (
        read_rows(path, tiny.vocabulary).tokens == tokenise(table, tiny.vocabulary).tokens
    ).all()
    assert "no red cube here . refuse" in texts(path) and "" not in texts(path)
    parquet.write_table(pa.table({k: v for k, v in table.items() if k != "thought"}), path)
    with pytest.raises(TrainingError, match="thought"):
        read_rows(path, tiny.vocabulary)
    parquet.write_table(pa.table(table).slice(0, 0), path)
    with pytest.raises(TrainingError, match="no dialogues"):
        read_rows(path, tiny.vocabulary)


@pytest.mark.parametrize("span", [1, 3, 1000])
def test_rows_are_the_same_in_however_many_pieces(tiny, table, tmp_path, monkeypatch, span):
    path = tmp_path / "dialogues.parquet"
    parquet.write_table(pa.table(table), path)
    monkeypatch.setattr("brain.train.rows.SPAN", span)
    pieces, whole = read_rows(path, tiny.vocabulary), tokenise(table, tiny.vocabulary)
    for name in ("tokens", "start", "head", "thought", "loss_thought", "picture"):
        np.testing.assert_array_equal(getattr(pieces, name), getattr(whole, name))
