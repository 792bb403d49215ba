"""What a frame holds: named arrays, and their form in LeRobot's info.json and in Arrow."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
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


def from_arrow(feature: Feature, column: pa.ChunkedArray) -> NDArray[Any]:
    """(T, *item_shape) values of a numeric column; the inverse of :func:`to_arrow`.

    Raises:
        ValueError: a value is missing, or the lengths do not fit the shape.
    """
    frames = len(column)
    flat = column.combine_chunks()
    while True:
        if isinstance(flat, pa.ExtensionArray):
            flat = flat.storage
        if flat.null_count:
            raise ValueError(f"{flat.null_count} values are missing")
        if not pa.types.is_nested(flat.type):
            break
        flat = flat.flatten()
    values = flat.to_numpy(zero_copy_only=False)
    return values.reshape(frames, *feature.item_shape).astype(feature.numpy_dtype, copy=False)
