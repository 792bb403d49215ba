import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pontine.evaluation.statistics import percentiles, wilson


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_rate(case: tuple[int, int]) -> None:
    won, count = case
    low, high = wilson(won, count)
    assert 0 <= low <= won / count + 1e-12 and won / count - 1e-12 <= high <= 1


def test_wilson_against_published_values() -> None:
    # 81 of 263: the worked example of Newcombe (1998), method 3.
    assert np.allclose(wilson(81, 263), (0.2553, 0.3662), atol=1e-4)


def test_percentiles() -> None:
    assert percentiles([1.0, 2.0, 3.0], (50,)) == {"p50": 2.0}
    assert percentiles([]) == {}
