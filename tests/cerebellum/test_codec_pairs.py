from hypothesis import given
from hypothesis import strategies as st

from cerebellum.codec import pairs

lines = st.lists(st.lists(st.integers(0, 4), max_size=20), max_size=20)


@given(lines, lines)
def test_merged_symbols_stand_for_the_line_they_were_made_of(known, fresh):
    merges = pairs.learn(known, 5, 30)
    assert len(merges) <= 25
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    meanings = pairs.expand(merges, 5)
    for line in (*known, *fresh):
        merged = pairs.merge(line, ranks, 5)
        assert [symbol for one in merged for symbol in meanings[one]] == line
        assert len(merged) <= len(line)


def test_the_most_frequent_pair_comes_first_and_lines_stay_apart():
    merges = pairs.learn([[0, 1, 2], [0, 1], [2, 0, 1], [2]], 3, 10)
    assert merges == [(0, 1)]  # 2 0 and 1 2 stand together once each, ends of lines never
    ranks = {(0, 1): 0}
    assert pairs.merge([0, 1, 2, 0, 1], ranks, 3) == [3, 2, 3]


def test_of_three_alike_the_first_two_become_one():
    merges = pairs.learn([[1] * 8], 2, 4)
    assert merges == [(1, 1), (2, 2)]
    assert pairs.merge([1] * 7, {(1, 1): 0, (2, 2): 1}, 2) == [3, 2, 1]
