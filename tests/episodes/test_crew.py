"""A crew finishes what can be finished, whatever becomes of its workers."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodes import parallel
from episodes.crew import VAIN, Crew, LostWorkError


class Hand:
    """Squares numbers; does to its process what an item says, so many times as a file allows."""

    def __init__(self, notes: Path) -> None:
        self.notes = notes
        self.done = 0

    def work(self, item: tuple[int, str, int]) -> tuple[int, int]:
        number, what, times = item
        tried = self.notes / f"{number}-tries"
        with tried.open("a") as file:
            file.write("x")
        if what and tried.stat().st_size <= times:
            if what == "exit":
                sys.exit(3)
            if what == "_exit":
                os._exit(4)
            if what == "raise":
                raise ArithmeticError(f"item {number}")
            os.kill(os.getpid(), getattr(signal, what))
        self.done += 1
        return number, os.getpid()

    def close(self) -> None:
        (self.notes / "closed").touch()


def named(item: tuple[int, str, int]) -> str:
    return f"case {item[0]}"


def run(crew: Crew, items: list, found: list[int]) -> Iterator[None]:
    for number, _ in crew.run(items, named):
        found.append(number)
        yield


ENDS = {
    "SIGKILL": r"was killed by SIGKILL \(out of memory\?\)",
    "SIGSEGV": "was killed by SIGSEGV",
    "exit": r"called sys.exit\(3\) in .*test_crew.py, line \d+",
    "_exit": "ended by itself with status 4",
}


def test_cases_that_two_workers_die_of_are_named_after_the_rest_is_done(tmp_path, capfd) -> None:
    fatal = [(n, what, 2) for n, what in enumerate(ENDS)]
    items = [*((n, "", 0) for n in range(20, 30)), *fatal, (9, "SIGKILL", 1)]
    found: list[int] = []
    with Crew(2, partial(Hand, tmp_path)) as crew:
        with pytest.raises(LostWorkError, match=r"4 of 15 were lost .*Remedy: ") as caught:
            list(run(crew, items, found))
        assert sorted(found) == [9, *range(20, 30)]
        for (n, _, _), words in zip(fatal, ENDS.values(), strict=True):
            assert re.fullmatch(words + ".*", caught.value.causes[f"case {n}"])
            assert len((tmp_path / f"{n}-tries").read_text()) == 2
        said = capfd.readouterr().err
        assert "case 9 is run again in another one" in said and "case 0 is left out" in said
        again = [number for number, _ in crew.run([(7, "", 0), (8, "", 0)], named)]
        assert sorted(again) == [7, 8]  # it goes on


def test_workers_stay_from_call_to_call_and_only_those_that_are_needed_start(tmp_path) -> None:
    with Crew(2, partial(Hand, tmp_path)) as crew:
        first = {pid for _, pid in crew.run([(1, "", 0)])}
        second = {pid for _, pid in crew.run([(1, "", 0)])}
        assert first == second and os.getpid() not in first
    (pid,) = first
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_worker_is_this_process_and_sys_exit_does_not_end_it(tmp_path: Path) -> None:
    found: list[int] = []
    with (
        pytest.raises(LostWorkError, match=r"case 1: called sys.exit\(3\)"),
        Crew(1, partial(Hand, tmp_path)) as crew,
    ):
        list(run(crew, [(0, "", 0), (1, "exit", 1), (2, "", 0)], found))
    assert found == [0, 2] and (tmp_path / "closed").exists()


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_stops_the_rest_and_says_where_it_came_from(tmp_path, count) -> None:
    items = [(0, "raise", 1), *((n, "", 0) for n in range(1, 50))]
    with (
        pytest.raises(ArithmeticError, match="item 0") as caught,
        Crew(count, partial(Hand, tmp_path)) as crew,
    ):
        list(crew.run(items, named))
    if count > 1:
        assert "in work" in "".join(caught.value.__notes__)


def hopeless(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_crew_none_of_whose_workers_lives_gives_up() -> None:
    with pytest.raises(LostWorkError, match="40 of 40 were lost"):
        list(parallel.run(hopeless, range(40), 2, "in vain", progress=False))


def test_a_killed_parent_leaves_no_worker_behind(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"""
from functools import partial
from episodes import parallel
from tests.episodes.test_crew import pid_and_wait

if __name__ == "__main__":
    list(parallel.run(partial(pid_and_wait, {str(tmp_path)!r}), range(2), 2, "wait"))
""")
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script)], env=os.environ | {"PYTHONPATH": str(root)},
        stderr=subprocess.DEVNULL,
    ) as parent:  # fmt: skip
        pids = _until(lambda: [int(p.name) for p in tmp_path.glob("[0-9]*")], 2)
        parent.kill()
    _until(lambda: [pid for pid in pids if not Path(f"/proc/{pid}").exists()], 2)


def pid_and_wait(folder: str, item: int) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(600)


def _until(found, count: int) -> list[int]:
    deadline = time.monotonic() + 120
    while len(got := found()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return got


@pytest.mark.slow
@settings(max_examples=5)
@given(st.lists(st.tuples(st.sampled_from(["", "SIGKILL", "exit", "_exit"]), st.integers(1, 3)),
                min_size=1, max_size=8), st.integers(2, 3))  # fmt: skip
def test_every_item_is_done_or_named(tmp_path_factory, fates, count) -> None:
    notes = tmp_path_factory.mktemp("crew")
    items = [(n, what, times) for n, (what, times) in enumerate(fates)]
    lost = {f"case {n}" for n, what, times in items if what and times >= 2}
    found: list[int] = []
    causes: dict[str, str] = {}
    try:
        with Crew(count, partial(Hand, notes)) as crew:
            list(run(crew, items, found))
    except LostWorkError as error:
        causes = error.causes
    named_or_done = {f"case {n}" for n in found} | set(causes)
    assert named_or_done == {f"case {n}" for n, _, _ in items}
    assert len(found) == len(set(found)) and lost <= set(causes)
    if VAIN not in causes.values():
        assert set(causes) == lost
