"""A film of a run can be played, shows what it was given, and never overflows its panels."""

import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from body import Report
from pontine.film import canvas
from pontine.film.canvas import font, wrapped
from pontine.film.frame import FIXED, HEIGHT, HELD, MARGIN, TOP, WIDTH, RunVideo

IMAGES = {
    "fixed": np.full((128, 128, 3), (200, 30, 30), np.uint8),
    "wrist": np.full((64, 64, 3), (30, 200, 30), np.uint8),
}
THOUGHT = "red cube <loc_12> <loc_40> into blue bowl <loc_50> <loc_9> . next grasp"


def add(video: RunVideo, k: int = 0, **changes: object) -> None:
    q = np.sin(0.1 * k + np.arange(7))
    fields: dict[str, object] = {
        "images": IMAGES, "instruction": "put the red cube in the blue bowl", "thought": THOUGHT,
        "codes": (12, 101, 33, 20, 1, 4), "token_age": 0.3, "ttl": 1.0, "report": Report.MOVING,
        "commanded": q, "measured": q - 0.02, "time": 0.05 * k,
    }  # fmt: skip
    video.add(**(fields | changes))  # type: ignore[arg-type]


def picture(video: RunVideo) -> np.ndarray:
    return np.asarray(video.frame).astype(int)


def test_the_file_plays_and_holds_its_banner(tmp_path: Path) -> None:
    path = tmp_path / "made here" / "run.mp4"
    video = RunVideo(path, fps=20)
    for k in range(10):
        add(video, k)
    video.close("success")
    reader = imageio_ffmpeg.read_frames(str(path))
    about = next(reader)
    frames = [np.frombuffer(frame, np.uint8).reshape(HEIGHT, WIDTH, 3) for frame in reader]
    assert about["size"] == (WIDTH, HEIGHT) and about["fps"] == 20
    assert "yuv420p" in about["pix_fmt"]
    assert len(frames) == 10 + round(HELD * 20)
    camera = frames[0][TOP + FIXED // 2, MARGIN + FIXED // 2]
    assert np.abs(camera.astype(int) - (200, 30, 30)).max() < 30
    banner = frames[-1][TOP + FIXED - 10, MARGIN + 10].astype(int)
    assert banner[1] > banner[0] + 40, "green"


@pytest.mark.parametrize(
    ("banner", "channel"), [("success", 1), ("refused: no cube", 0), ("failed: time", 0)]
)
def test_a_banner_has_its_colour(tmp_path: Path, banner: str, channel: int) -> None:
    video = RunVideo(tmp_path / "run.mp4")
    add(video)
    video.close(banner)
    assert picture(video)[TOP + FIXED - 10, MARGIN + 10].argmax() == channel
    video.close(banner)  # a second time changes nothing


def test_closing_an_empty_film_leaves_no_file(tmp_path: Path) -> None:
    RunVideo(tmp_path / "run.mp4").close("refused")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "changes",
    [
        {"thought": None, "codes": (), "token_age": None, "images": {}},
        {"codes": (), "token_age": 1.2, "state": "null"},
        {"codes": tuple(range(80)), "report": "missed", "state": "stopped"},
        {"instruction": "please " * 60, "thought": "a very long thought " * 60},
        {"token_age": 1e9, "commanded": np.full(7, 1e6)},
        {"instruction": "", "thought": "", "codes": (1,)},
    ],
)
def test_odd_moments_can_be_drawn(tmp_path: Path, changes: dict[str, object]) -> None:
    video = RunVideo(tmp_path / "run.mp4", code_names=("x", "y"))
    add(video, **changes)
    frame = picture(video)
    for gap in (frame[TOP - 4 : TOP - 1], frame[HEIGHT - MARGIN + 2 :], frame[:, WIDTH - 12 :]):
        assert (gap == gap[0, 0]).all(), "nothing leaves its panel"
    video.close("failed")


def test_every_part_of_the_frame_follows_its_input(tmp_path: Path) -> None:
    video = RunVideo(tmp_path / "run.mp4")
    add(video)
    before = picture(video)
    for changes in (
        {"instruction": "stack"}, {"thought": "not a task . refuse"}, {"token_age": 0.9},
        {"codes": (1, 2, 3)}, {"report": Report.HOLDING}, {"state": "hold"}, {"time": 9.0},
        {"images": {"wrist": IMAGES["fixed"]}}, {"measured": np.ones(7)},
    ):  # fmt: skip
        other = RunVideo(tmp_path / "other.mp4")
        add(other, **changes)
        assert (picture(other) != before).any(), changes
        other.close("failed")
    video.close("failed")


def test_words_are_wrapped_to_fit() -> None:
    size, text = wrapped("red cube at the left of everything " * 8, 300, 100)
    assert len(text.split("\n")) * size * 1.3 <= 100
    assert max(font(size).getlength(line) for line in text.split("\n")) <= 300


def test_chinese_headings_have_characters_or_a_warning_not_boxes_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas._chinese_font.cache_clear()
    if canvas._chinese_font() is not None:
        drawn = [canvas.heading_font(28, text).getmask(text) for text in ("红", "蓝")]
        assert bytes(drawn[0]) != bytes(drawn[1])
    assert canvas.heading_font(28, "red").getname() == canvas.bold(28).getname()
    canvas._chinese_font.cache_clear()
    monkeypatch.setattr(canvas, "FONT_FOLDERS", (tmp_path,))
    with pytest.warns(UserWarning, match="apt-get install"):
        assert canvas.heading_font(28, "红").getname() == canvas.bold(28).getname()
    canvas._chinese_font.cache_clear()


def test_composing_costs_no_more_than_shrinking_a_frame_a_few_times(tmp_path: Path) -> None:
    video = RunVideo(tmp_path / "run.mp4")
    add(video)
    yardstick, half = Image.fromarray(np.asarray(video.frame)), (WIDTH // 2, HEIGHT // 2)
    spent: dict[str, list[float]] = {"composing": [], "shrinking": []}
    for k in range(30):
        start = time.thread_time()
        add(video, k)
        between = time.thread_time()
        yardstick.resize(half, Image.Resampling.BICUBIC)
        spent["composing"].append(between - start)
        spent["shrinking"].append(time.thread_time() - between)
    video.close("success")
    assert np.median(spent["composing"]) < 2.5 * np.median(spent["shrinking"])


@pytest.mark.parametrize("joints", [5, 6, 7, 8])
def test_arms_of_other_numbers_of_joints_are_filmed(tmp_path: Path, joints: int) -> None:
    video = RunVideo(tmp_path / "run.mp4")
    q = np.linspace(-1, 1, joints)
    for k in range(3):
        add(video, k, commanded=q + 0.1 * k, measured=q)
    video.close("success")
    assert (tmp_path / "run.mp4").stat().st_size > 0
