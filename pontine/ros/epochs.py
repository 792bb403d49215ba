"""Where the clock of a recorder fell back: what came after that is of another epoch."""

import numpy as np
from numpy.typing import NDArray

JUMP = 100_000_000  # ns by which the clock must fall to have jumped
WINDOW = 5  # messages of a topic, of which a single one that is misplaced shows no jump


def epochs(topic: NDArray[np.int64], time: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) how often the clock had fallen before each message, in the order of writing.

    Args:
        topic: (n,) a number for each topic. time: (n,) ns.
    """
    falls: list[int] = []
    previous = np.full(len(time), -1)  # the row before, on the same topic
    for number in np.unique(topic):
        rows = np.flatnonzero(topic == number)
        previous[rows[1:]] = rows[:-1]
        if len(rows) < WINDOW:
            continue
        around = np.pad(time[rows], WINDOW // 2, mode="edge")
        steady = np.median(np.lib.stride_tricks.sliding_window_view(around, WINDOW), axis=1)
        falls += rows[1:][np.diff(steady) < -JUMP].tolist()
    starts = [0]
    for row in sorted(falls):
        if previous[row] >= starts[-1]:  # else it is the same fall, seen by another topic
            starts.append(row)
    return np.searchsorted(starts, np.arange(len(time)), side="right") - 1
