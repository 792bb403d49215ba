"""What a frame holds: named arrays, and their form in LeRobot's info.json and in Arrow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

IMAGE_TYPE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


@dataclass(frozen=True)
class Feature:
    """One named array of each frame.

    Attributes:
        dtype: "image" (PNG, uint8) or a numpy name such as "float32", "int64", "bool".
        shape: of one frame's value; (height, width, 3) for images, (1,) for scalars.
        names: of the entries (or axes, for images), for people and LeRobot.
    """

    dtype: str
    shape: tuple[int, ...]
    names: tuple[str, ...] | None = None

    @property
    def is_image(self) -> bool:
        return self.dtype == "image"

    @property
    def item_shape(self) -> tuple[int, ...]:
        """Shape of one frame's value in memory: scalars are () there, (1,) in LeRobot's info."""
        return () if self.shape == (1,) else self.shape

    @property
    def numpy_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint8 if self.is_image else self.dtype)

    @property
    def arrow_type(self) -> pa.DataType:
        if self.is_image:
            return IMAGE_TYPE
        kind = pa.from_numpy_dtype(self.numpy_dtype)
        if self.shape == (1,):
            return kind
        if len(self.shape) == 1:
            return pa.list_(kind, self.shape[0])
        for _ in self.shape:
            kind = pa.list_(kind)
        return kind

    @property
    def hugging_face(self) -> dict[str, Any]:
        """The `datasets` library's description of the column."""
        if self.is_image:
            return {"_type": "Image"}
        value = {"dtype": self.dtype, "_type": "Value"}
        if self.shape == (1,):
            return value
        if len(self.shape) == 1:
            return {"feature": value, "length": self.shape[0], "_type": "List"}
        kind = f"Array{len(self.shape)}D"
        return {"shape": list(self.shape), "dtype": self.dtype, "_type": kind}


Features = Mapping[str, Feature]

# LeRobot's own columns, in its order; the writer fills them.
RESERVED: dict[str, Feature] = {
    "timestamp": Feature("float32", (1,)),
    "frame_index": Feature("int64", (1,)),
    "episode_index": Feature("int64", (1,)),
    "index": Feature("int64", (1,)),
    "task_index": Feature("int64", (1,)),
}


def image(height: int, width: int) -> Feature:
    """An RGB image feature."""
    return Feature("image", (height, width, 3), ("height", "width", "channels"))


def to_info(features: Features) -> dict[str, Any]:
    """The "features" entry of info.json."""
    return {
        name: {"dtype": f.dtype, "shape": list(f.shape), "names": f.names and list(f.names)}
        for name, f in features.items()
    }


def from_info(entry: Mapping[str, Any]) -> dict[str, Feature]:
    """The inverse of :func:`to_info`; names that are not a plain list are dropped."""
    features = {}
    for name, value in entry.items():
        names = value.get("names")
        names = tuple(map(str, names)) if isinstance(names, list) else None
        features[name] = Feature(value["dtype"], tuple(value["shape"]), names)
    return features


def arrow_schema(features: Features) -> pa.Schema:
    """Arrow schema with the metadata by which `datasets` (hence LeRobot) decodes the columns."""
    fields = []
    for name, feature in features.items():
        metadata = None
        if not feature.is_image and len(feature.shape) > 1:
            kind = f"datasets.features.features.Array{len(feature.shape)}DExtensionType"
            metadata = {
                "ARROW:extension:name": kind,
                "ARROW:extension:metadata": json.dumps([list(feature.shape), feature.dtype]),
            }
        fields.append(pa.field(name, feature.arrow_type, metadata=metadata))
    described = {name: feature.hugging_face for name, feature in features.items()}
    info = json.dumps({"info": {"features": described}})
    return pa.schema(fields, metadata={"huggingface": info})


def to_arrow(feature: Feature, values: NDArray[Any] | Sequence[bytes]) -> pa.Array:
    """One Arrow column of T frames from (T, *shape) values, or from T encoded images."""
    if feature.is_image:
        paths = [f"frame-{i:06d}.png" for i in range(len(values))]
        return pa.StructArray.from_arrays(
            [pa.array(list(values), pa.binary()), pa.array(paths, pa.string())],
            fields=list(IMAGE_TYPE),
        )
    array = np.ascontiguousarray(values, dtype=feature.numpy_dtype)
    column = pa.array(array.reshape(-1))
    if feature.shape == (1,):
        return column
    if len(feature.shape) == 1:
        return pa.FixedSizeListArray.from_arrays(column, feature.shape[0])
    for size in reversed(feature.shape):
        offsets = np.arange(0, len(column) + 1, size, dtype=np.int32)
        column = pa.ListArray.from_arrays(pa.array(offsets), column)
    return column


class ColumnError(ValueError):
    """A stored column is not what its feature says; `row` is the first such frame, if one is."""

    def __init__(self, problem: str, row: int | None = None) -> None:
        super().__init__(problem)
        self.row = row


def from_arrow(feature: Feature, column: pa.ChunkedArray) -> NDArray[Any]:
    """(T, *item_shape) values of a numeric column; the inverse of :func:`to_arrow`.

    Raises:
        ColumnError: a value is missing, a row has another length, or the type is another.
    """
    frames, each = len(column), 1
    flat = _storage(column.combine_chunks())
    sizes = () if feature.shape == (1,) and not _is_list(flat.type) else feature.shape
    for size in sizes:
        _whole(flat, each)
        if not _is_list(flat.type):
            raise ColumnError(f"holds {flat.type}, not rows of shape {list(feature.shape)}")
        lengths = pc.list_value_length(flat).to_numpy(zero_copy_only=False)
        if (wrong := np.flatnonzero(lengths != size)).size:
            problem = f"has {lengths[wrong[0]]} values in a row of {size}"
            raise ColumnError(problem, int(wrong[0]) // each)
        each *= size
        flat = _storage(flat.flatten())
    _whole(flat, each)
    if flat.type != pa.from_numpy_dtype(feature.numpy_dtype):
        raise ColumnError(f"holds {flat.type}, where meta/info.json says {feature.dtype}")
    return flat.to_numpy(zero_copy_only=False).reshape(frames, *feature.item_shape)


def encoded(column: pa.ChunkedArray) -> list[bytes]:
    """The picture files' bytes of an image column, one a frame.

    Raises:
        ColumnError: a picture has no bytes, or the column holds none.
    """
    kind = column.type
    if not pa.types.is_struct(kind) or kind.get_field_index("bytes") < 0:
        raise ColumnError(f"holds {kind}, not pictures")
    if not pa.types.is_binary(kind.field("bytes").type):
        raise ColumnError(f"holds {kind.field('bytes').type}, not the bytes of a file")
    found = [item and item["bytes"] for item in column.to_pylist()]
    for row, data in enumerate(found):
        if not data:
            raise ColumnError("has no bytes: it is but the path of a file, or nothing", row)
    return found


def _storage(array: pa.Array) -> pa.Array:
    return array.storage if isinstance(array, pa.ExtensionArray) else array


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _whole(array: pa.Array, each: int) -> None:
    if array.null_count:
        missing = np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False))
        problem = f"lacks {len(missing)} value" + "s" * (len(missing) > 1)
        raise ColumnError(problem, int(missing[0]) // each)
