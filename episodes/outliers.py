"""Values so far off that they spoil what a column is normalised by.

Trainers scale a joint by its mean and standard deviation: one value of 1e30 among 100,000 makes all
others of its entry look the same, so that the network never sees that joint again. No factor of the
standard deviation finds such a value, for it has made the deviation itself. So each entry of each
column of real numbers is judged by its own bulk over the whole data set: the distance from the
median within which 99 % of its frames lie, but at least 1 (rad, m, N ...: what does not move has no
spread to be judged by). A value that is more than 1,000 times as far off is an outlier; so is, in
however few frames, anything beyond 1e20, whose square no 32-bit number holds. A blow of 500 N among
forces of 1 N is none.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SHARE = 0.99  # of the frames are an entry's bulk
FACTOR = 1000.0
LEAST = 1.0
LARGEST = 1e20


def outliers(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values are outliers of their entry; non-finite ones are not judged.

    Args:
        values: (N, ...) of one column over all frames.

    Returns:
        (N, D) booleans, D the entries of a frame.
    """
    rows = values.reshape(len(values), -1)
    found = np.zeros(rows.shape, bool)
    if not len(rows) or values.dtype.kind != "f":
        return found
    for entry in range(rows.shape[1]):
        column = rows[:, entry].astype(np.float64)
        known = np.isfinite(column)
        if known.any():
            with np.errstate(over="ignore"):
                off = np.abs(column - np.median(column[known]))
            bulk = np.quantile(off[known], SHARE, method="lower")
            far = (off > FACTOR * max(bulk, LEAST)) | (np.abs(column) > LARGEST)
            found[:, entry] = known & far
    return found
