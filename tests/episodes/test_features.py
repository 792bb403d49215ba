import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from episodes.columns import TABLETOP
from episodes.features import (
    RESERVED,
    Feature,
    arrow_schema,
    from_arrow,
    from_info,
    to_arrow,
    to_info,
)

shapes = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
dtypes = st.sampled_from(["float32", "float64", "int64", "int32", "uint8", "bool"])


@given(shapes, dtypes, st.integers(1, 5), st.data())
def test_any_array_survives_arrow(
    shape: tuple[int, ...], dtype: str, length: int, data: st.DataObject
) -> None:
    feature = Feature(dtype, shape)
    array = data.draw(hnp.arrays(dtype, (length, *feature.item_shape)))
    column = to_arrow(feature, array)
    assert column.type == feature.arrow_type
    half = from_arrow(feature, pa.chunked_array([column]).slice(length // 2))
    assert half.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(half, array[length // 2 :])


def test_missing_values_are_refused() -> None:
    column = pa.chunked_array([pa.array([1.0, None], pa.float32())])
    with pytest.raises(ValueError, match="lacks 1 value"):
        from_arrow(Feature("float32", (1,)), column)


def test_info_round_trip() -> None:
    entry = json.loads(json.dumps(to_info(TABLETOP | RESERVED)))
    assert from_info(entry) == TABLETOP | RESERVED


def test_schema_carries_what_datasets_decodes() -> None:
    schema = arrow_schema(TABLETOP)
    described = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert described["observation.images.fixed"] == {"_type": "Image"}
    assert described["plan.step"] == {"dtype": "int64", "_type": "Value"}
    assert described["plan.chunk"]["_type"] == "Array2D"
    kind = schema.field("plan.chunk").metadata[b"ARROW:extension:name"]
    assert kind == b"datasets.features.features.Array2DExtensionType"
