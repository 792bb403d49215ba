"""The episodes of a bag: one a sentence, cut where the scene changes, torn where senses lack.

Frames stand 50 ms apart. What a frame holds is exactly what a data set keeps of it (states in
float32), so that a replay of the bag and a replay of its data set see the same.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from body.contract.arrays import Array, Image
from body.contract.mailbox import Freshness, Mailbox
from body.contract.tokens import ActionTokens, Intent
from body.geometry.motion import DT
from pontine.ros.absence import check_whole
from pontine.ros.align import Gap, SampleSource, Stamps, align, latest
from pontine.ros.bag import Bag
from pontine.ros.messages import INTENTS, Tokens
from pontine.ros.streams import Scene, Stream, Stretch

PERIOD = round(DT * 1e9)  # ns
# s; beyond these the nodes hold the arm, too, or (fixed camera, 5 Hz) two pictures in turn are lost
TOLERANCE = {"joints": 0.1, "commands": 0.1, "gripper": 0.1, "wrench": 0.1, "wrist": 0.5,
             "fixed": 0.5}  # fmt: skip
NEEDED = ("joints", "wrist")  # to replay; a data set needs them all but the wrench
CODES = 6  # of the waypoint codec


@dataclass(frozen=True)
class Span:
    """A sentence at work. begin, end: ns. text, number: of the Instruction. scene: the last one
    heard of meanwhile."""

    begin: int
    end: int
    text: str
    number: int
    scene: Scene | None


@dataclass(frozen=True, eq=False)
class Orders:
    """The tokens in force at each of T frames.

    Attributes:
        codes: (T, 6) int64, -1 where stale or none. age: (T,) ns since the picture they were
            thought for, -1: none. ttl: (T,) s. intent: (T,) 0 act, 1 done, 2 refuse, -1 none.
    """

    codes: NDArray[np.int64]
    age: NDArray[np.int64]
    ttl: Array
    intent: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.age)

    def tokens(self, frame: int, codec_id: str) -> ActionTokens | None:
        """Those of `frame`, on a clock that shows `frame` policy steps."""
        if self.age[frame] < 0:
            return None
        codes = tuple(code for code in self.codes[frame].tolist() if code >= 0)
        stamp = frame * PERIOD - int(self.age[frame])
        intent = Intent(INTENTS[int(self.intent[frame])])
        return ActionTokens(codes, codec_id, stamp, float(self.ttl[frame]), intent=intent)


@dataclass(frozen=True, eq=False)
class Take:
    """T frames without a gap.

    Attributes:
        span: whence. stretch: the streams. piece: its number in the bag. times: (T,) ns.
        state: (T, 2 J + 7) float32, see `observation.state`. orders: the tokens.
        report: (T,) body.Report.
    """

    span: Span
    stretch: Stretch
    piece: int
    times: Stamps
    state: NDArray[np.float32]
    orders: Orders
    report: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.times)

    def pictures(self, bag: Bag, camera: str) -> list[Image]:
        """T pictures, the newest at each frame."""
        stamps = self.stretch.pictures[camera].stamps
        return bag.pictures(self.stretch, camera, latest(stamps, self.times))


@dataclass
class Account:
    """What became of a bag's frames.

    Attributes:
        spans: sentences. kept: frames. gaps: where which source was too old, or not there yet.
        dropped: frames in gaps, and in pieces shorter than wanted. idle: frames in which no
            sentence was at work. foreign: tokens of another codec. unanswered: tokens that belong
            to another sentence.
    """

    spans: int = 0
    kept: int = 0
    gaps: tuple[Gap, ...] = ()
    dropped: int = 0
    idle: int = 0
    foreign: int = 0
    unanswered: int = 0

    def lines(self) -> list[str]:
        """For people."""
        said = [
            f"{self.spans} instructions; {self.kept} frames kept, {self.dropped} dropped for "
            f"{len(self.gaps)} gaps, {self.idle} without an instruction"
        ]
        by_source = Counter(gap.source for gap in self.gaps)
        for source, count in by_source.most_common():
            worst = max((g for g in self.gaps if g.source == source), key=lambda g: g.seconds)
            said.append(
                f"  {source}: {count} gaps, the longest {worst.seconds + DT:.2f} s "
                f"from {worst.begin * 1e-9:.3f} s"
            )
        if self.foreign or self.unanswered:
            said.append(
                f"  tokens left out: {self.foreign} of a foreign codec, {self.unanswered} for "
                "another instruction"
            )
        return said


def takes(
    bag: Bag, codec_id: str, shortest: float, account: Account, everything: bool = True
) -> Iterator[Take]:
    """Every take of `bag`, in order; `account` is filled meanwhile.

    Args:
        shortest: s. everything: insist on all that a data set needs.

    Raises:
        BagError: a source is missing altogether.
    """
    piece = 0
    heard = {name for stretch in bag.stretches for name, s in _streams(stretch).items() if s.times}
    wanted = set(TOLERANCE) - {"wrench"} if everything else set(NEEDED)
    check_whole(bag, [name for name in TOLERANCE if name in wanted - heard])
    if "wrench" not in heard:
        bag.notes.append("holds no force (wrench): the data says 0 N")
    for stretch in bag.stretches:
        streams = _streams(stretch)
        sources = [
            SampleSource(n, streams[n].stamps, old) for n, old in TOLERANCE.items() if n in heard
        ]
        found = spans(stretch)
        account.spans += len(found)
        account.idle += _idle(stretch, found)
        for span in found:
            begin = max(span.begin, stretch.begin)
            account.gaps += (late := _late(sources, begin, span.end))
            account.dropped += max((frames(gap.begin, gap.end + PERIOD) for gap in late), default=0)
            done = align(sources, begin, span.end, PERIOD, max(2, round(shortest / DT)))
            account.gaps += done.gaps
            account.dropped += done.dropped
            orders = _letters(stretch, span, codec_id, account)
            for times in done.pieces:
                account.kept += len(times)
                yield _take(span, stretch, piece, times, orders, codec_id)
                piece += 1


def frames(begin: int, end: int) -> int:
    """How many there are room for in [begin, end), ns."""
    return max(0, -((begin - end) // PERIOD))


def spans(stretch: Stretch) -> list[Span]:
    """Sentences at work, from each new one to the next, a new scene, or the stretch's end."""
    said, scenes = stretch.instructions, stretch.scenes
    news = [
        time
        for time, before, now in zip(
            scenes.times[1:], scenes.values, scenes.values[1:], strict=False
        )
        if now.number != before.number
    ]
    found = []
    for i, (begin, (text, number)) in enumerate(zip(said.times, said.values, strict=True)):
        if not text or (i and said.values[i - 1] == (text, number)):
            continue
        later = [t for t, v in zip(said.times[i + 1 :], said.values[i + 1 :], strict=True)
                 if v != (text, number)]  # fmt: skip
        ends = [*later[:1], *(t for t in news if t > begin), stretch.end + 1]
        end = min(ends)
        if end <= max(begin, stretch.begin):
            continue
        heard = latest(scenes.stamps, np.array([end - 1]))[0] if scenes.times else -1
        found.append(Span(begin, end, text, number, scenes.values[heard] if heard >= 0 else None))
    return found


def _streams(stretch: Stretch) -> dict[str, Stream[Any]]:
    """By source, as `TOLERANCE` names them."""
    return {
        "joints": stretch.joints, "commands": stretch.commands, "gripper": stretch.grippers,
        "wrench": stretch.wrenches,
        **{camera: stretch.pictures.get(camera, Stream()) for camera in ("wrist", "fixed")},
    }  # fmt: skip


def _late(sources: Sequence[SampleSource], begin: int, end: int) -> tuple[Gap, ...]:
    """Gaps of sources that were not there yet when the sentence began."""
    found = []
    for source in sources:
        first = min(int(source.stamps[0]), end) if len(source.stamps) else end
        if first > begin:
            found.append(Gap(source.name, begin, first - PERIOD))
    return tuple(gap for gap in found if frames(gap.begin, gap.end + PERIOD))


def _idle(stretch: Stretch, found: Sequence[Span]) -> int:
    """Frames of the stretch in which no sentence was at work."""
    times = np.arange(stretch.begin, stretch.end, PERIOD)
    idle = np.ones(len(times), bool)
    for span in found:
        idle[(times >= span.begin) & (times < span.end)] = False
    return int(idle.sum())


def _letters(
    stretch: Stretch, span: Span, codec_id: str, account: Account
) -> list[tuple[int, Tokens]]:
    """Arrival and tokens that answer `span`, as a mailbox would take them."""
    held: list[tuple[int, Tokens]] = []
    for time, tokens in zip(stretch.tokens.times, stretch.tokens.values, strict=True):
        if not span.begin <= time < span.end:
            continue
        if tokens.instruction != span.number:
            account.unanswered += 1
        elif tokens.codec_id != codec_id or len(tokens.codes) not in (0, CODES):
            account.foreign += 1
        elif not held or tokens.stamp >= held[-1][1].stamp:
            held.append((time, tokens))
    return held


def _take(
    span: Span,
    stretch: Stretch,
    piece: int,
    times: Stamps,
    letters: Sequence[tuple[int, Tokens]],
    codec_id: str,
) -> Take:
    joints = [stretch.joints.values[i] for i in latest(stretch.joints.stamps, times)]
    force = np.zeros((len(times), 6))
    if stretch.wrenches.times:
        rows = latest(stretch.wrenches.stamps, times)
        force = np.array([stretch.wrenches.values[i] for i in rows])
    own = np.array([[*arm.q, *arm.dq, arm.width] for arm in joints])
    state = np.concatenate([own, force], axis=1).astype(np.float32)
    report = np.zeros(len(times), np.int64)
    if stretch.reports.times:
        index = latest(stretch.reports.stamps, times)
        said = np.array(stretch.reports.values, np.int64)
        report = np.where(index >= 0, said[np.maximum(index, 0)], 0)
    return Take(span, stretch, piece, times, state, _orders(letters, times, codec_id), report)


def _orders(letters: Sequence[tuple[int, Tokens]], times: Stamps, codec_id: str) -> Orders:
    count = len(times)
    orders = Orders(
        np.full((count, CODES), -1), np.full(count, -1), np.ones(count), np.full(count, -1)
    )
    arrivals = np.array([time for time, _ in letters], np.int64)
    for frame, index in enumerate(latest(arrivals, times)):
        if index < 0:
            continue
        told = letters[index][1]
        orders.age[frame] = max(0, int(times[frame]) - told.stamp)
        orders.ttl[frame], orders.intent[frame] = told.ttl, told.intent
        orders.codes[frame, : len(told.codes)] = told.codes
        if freshness(orders, frame, codec_id) is not Freshness.FRESH:
            orders.codes[frame] = -1
    return orders


def freshness(orders: Orders, frame: int, codec_id: str) -> Freshness:
    """What a mailbox that holds the tokens of `frame` says of them."""
    mailbox = Mailbox(codec_id)
    tokens = orders.tokens(frame, codec_id)
    if tokens is not None:
        mailbox.put(replace(tokens, codec_id=codec_id))
    return mailbox.get(frame * PERIOD).freshness
