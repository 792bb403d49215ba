"""A run as a film: what the cameras see, what the brain thinks and says, what the arm does."""

from collections.abc import Generator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageDraw

from body import Report
from body.contract.arrays import Array
from body.contract.arrays import Image as Picture
from body.contract.mailbox import Freshness
from pontine.film.canvas import (
    AMBER,
    BACKGROUND,
    BLUE,
    GREEN,
    MUTED,
    ORANGE,
    PANEL,
    RED,
    TEXT,
    Box,
    Draw,
    RollingPlot,
    bar,
    bold,
    enlarged,
    font,
    heading_font,
    panel,
    paragraph,
)
from pontine.film.encoder import VideoError, require_encoder

WIDTH, HEIGHT = 1280, 720
MARGIN, TOP = 16, 64
FIXED, WRIST = 464, 164  # sides of the two camera views, pixels
LOWER = TOP + FIXED + 12
RIGHT = MARGIN + FIXED + 16
WINDOW = 8.0  # s shown by the joint plots
JOINTS = 7  # that the plots have room for
HELD = 1.5  # s the last frame stands with its banner
REPORT_COLOURS = {"moving": BLUE, "arrived": GREEN, "holding": GREEN, "missed": RED}
STATE_COLOURS = {"fresh": GREEN, "null": AMBER, "hold": AMBER, "stopped": RED}


class RunVideo:
    """Writes one 1280 x 720 frame per :meth:`add` to an mp4 file.

    Args:
        path: where the file goes; its folder is made.
        fps: frames per second of simulated time.
        code_names: what each of the codes stands for, if they are few enough to be named.
    """

    def __init__(self, path: Path | str, fps: int = 20, code_names: Sequence[str] = ()) -> None:
        from brain.prompts import show  # here, so that whoever makes no film loads no tokenizer

        self.path = Path(path)
        self.fps = fps
        self.frame = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
        self._show = show
        self._names = tuple(code_names)
        self._plots: list[RollingPlot] = []
        self._writer: Generator[None, Any, None] | None = None

    def add(
        self,
        images: Mapping[str, Picture],
        instruction: str,
        thought: str | None,
        codes: Sequence[int],
        token_age: float | None,
        ttl: float,
        report: Report | str,
        commanded: Array,
        measured: Array,
        time: float,
        state: Freshness | str = "",
    ) -> None:
        """Compose and write one frame.

        Args:
            images: uint8 (height, width, 3) by camera; "fixed" is shown large, "wrist" small.
            instruction, thought: what was asked, and what the brain made of it.
            codes: the action tokens in force, () for the null code.
            token_age: s since the frame they were computed from; None before the first.
            ttl: s after which they are stale.
            report: how the cerebellum fares.
            commanded, measured: (joints,) positions, rad; those of the first seven are drawn.
            time: s since the start.
            state: what the age of the tokens permits.
        """
        self.frame.paste(BACKGROUND, (0, 0, WIDTH, HEIGHT))
        draw = ImageDraw.Draw(self.frame)
        size, heading = _heading(instruction)
        draw.text((MARGIN, 33), heading, TEXT, heading_font(size, heading), anchor="lm")
        draw.text((WIDTH - MARGIN, 33), f"{time:5.2f} s", MUTED, font(22), anchor="rm")
        for name, corner, side in (
            ("fixed", (MARGIN, TOP), FIXED),
            ("wrist", (MARGIN, LOWER), WRIST),
        ):
            if name in images:
                self.frame.paste(enlarged(images[name], side), corner)
            _tag(draw, corner, f"{name} camera")
        self._paint_report(draw, report, state)
        self._paint_thought(draw, thought)
        self._paint_tokens(draw, codes, token_age, ttl)
        if not self._plots:
            self._plots = _plots(min(len(commanded), JOINTS), round(WINDOW * self.fps))
        drawn = commanded[:JOINTS], measured[:JOINTS]
        for plot, wish, seen in zip(self._plots, *drawn, strict=True):
            plot.add(float(wish), float(seen))
            plot.paint(draw)
        _legend(draw)
        self._write()

    def close(self, banner: str) -> None:
        """Lay `banner` over the last frame, hold it for a moment and finish the file.

        A banner that begins with "success" is green, with "refused" amber, any other red.
        """
        if self._writer is None:
            return
        draw = ImageDraw.Draw(self.frame)
        first = banner.split(maxsplit=1)[0].lower().rstrip(":.,") if banner.strip() else ""
        colour = {"success": GREEN, "refused": AMBER}.get(first, RED)
        box = (MARGIN, TOP + FIXED - 76, MARGIN + FIXED, TOP + FIXED)
        draw.rectangle(box, fill=colour)
        _centred(draw, box, banner)
        for _ in range(round(HELD * self.fps)):
            self._write()
        self._writer.close()
        self._writer = None

    def _write(self) -> None:
        try:
            if self._writer is None:
                self._writer = self._begin()
            self._writer.send(np.asarray(self.frame))
        except (OSError, StopIteration) as error:  # ffmpeg has ended
            self._writer = None
            raise VideoError(
                f"{self.path}: the film cannot be written ({error or 'ffmpeg ended'}). Remedy: "
                "free some space, or choose another --out"
            ) from error

    def _begin(self) -> Generator[None, Any, None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        require_encoder()
        writer: Generator[None, Any, None] = imageio_ffmpeg.write_frames(
                str(self.path), (WIDTH, HEIGHT), fps=self.fps, codec="libx264",
                pix_fmt_out="yuv420p", quality=None, ffmpeg_log_level="error",
                output_params=["-preset", "veryfast", "-crf", "21", "-threads", "1",
                               "-movflags", "+faststart"],
            )  # fmt: skip
        writer.send(None)
        return writer

    def _paint_report(self, draw: Draw, report: Report | str, state: str) -> None:
        box = (MARGIN + WRIST + 12, LOWER, MARGIN + FIXED, HEIGHT - MARGIN)
        panel(draw, box, "cerebellum reports")
        word = report.name.lower() if isinstance(report, Report) else report
        colour = REPORT_COLOURS.get(word, TEXT)
        draw.text((box[0] + 12, box[1] + 58), word, colour, bold(30), anchor="lm")
        if state:
            draw.text((box[0] + 12, box[1] + 104), "TOKENS ARE", MUTED, bold(11), anchor="lm")
            colour = STATE_COLOURS.get(str(state), TEXT)
            draw.text((box[0] + 12, box[1] + 130), str(state), colour, bold(20), anchor="lm")

    def _paint_thought(self, draw: Draw, thought: str | None) -> None:
        box = (RIGHT, TOP, WIDTH - MARGIN, TOP + 124)
        panel(draw, box, "the brain thinks")
        inner = (box[0] + 12, box[1] + 32, box[2] - 12, box[3] - 8)
        text = self._show(thought).replace(" . ", ". ") if thought else "..."
        paragraph(draw, inner, text, TEXT if thought else MUTED)

    def _paint_tokens(
        self, draw: Draw, codes: Sequence[int], age: float | None, ttl: float
    ) -> None:
        box = (RIGHT, TOP + 136, WIDTH - MARGIN, TOP + 262)
        panel(draw, box, "and says in action tokens")
        left, top = box[0] + 12, box[1] + 30
        if not codes:
            draw.text((left, top + 10), "none yet" if age is None else "null", MUTED, font(20))
        elif len(codes) <= 10:
            self._paint_chips(draw, left, top, box[2] - 12, codes)
        else:
            words = (left, top, box[2] - 12, top + 56)
            paragraph(draw, words, " ".join(map(str, codes)))
        middle = box[3] - 18
        label = "age  -" if age is None else f"age  {age:.2f} s of {ttl:.1f} s"
        draw.text((left, middle), label, TEXT, font(15), anchor="lm")
        bar(draw, (left + 170, middle - 7, box[2] - 12, middle + 7), age or 0.0, ttl)

    def _paint_chips(
        self, draw: Draw, left: int, top: int, right: int, codes: Sequence[int]
    ) -> None:
        names = self._names if len(self._names) == len(codes) else ("",) * len(codes)
        width = min(116, (right - left + 8) // len(codes) - 8)
        for i, (code, name) in enumerate(zip(codes, names, strict=True)):
            x = left + i * (width + 8)
            draw.rounded_rectangle((x, top, x + width, top + 54), 6, outline=BLUE, width=2)
            centre = x + width // 2
            draw.text((centre, top + (20 if name else 27)), f"<act_{code}>", TEXT,
                      bold(15), anchor="mm")  # fmt: skip
            draw.text((centre, top + 41), name, MUTED, font(12), anchor="mm")


def _plots(joints: int, points: int) -> list[RollingPlot]:
    """Cells of a 2 x 4 grid, column by column; the eighth is the legend's."""
    return [RollingPlot(_cell(i), f"joint {i + 1}", points) for i in range(joints)]


def _cell(i: int) -> Box:
    top, gap = TOP + 274, 8
    width = (WIDTH - MARGIN - RIGHT - gap) // 2
    height = (HEIGHT - MARGIN - top - 3 * gap) // 4
    x, y = RIGHT + (i // 4) * (width + gap), top + (i % 4) * (height + gap)
    return x, y, x + width, y + height


def _legend(draw: Draw) -> None:
    left, top, right, bottom = _cell(JOINTS)
    draw.rounded_rectangle((left, top, right, bottom), 6, fill=PANEL)
    upper, lower = top + (bottom - top) // 3, top + 2 * (bottom - top) // 3
    for y, colour, width, text in (
        (upper, ORANGE, 2, "commanded joint position"),
        (lower, BLUE, 6, "measured joint position"),
    ):
        draw.line((left + 12, y, left + 52, y), colour, width)
        draw.text((left + 62, y), text, TEXT, font(13), anchor="lm")
    draw.text((right - 10, upper), "rad", MUTED, font(13), anchor="rm")
    draw.text((right - 10, lower), f"last {WINDOW:.0f} s", MUTED, font(13), anchor="rm")


@lru_cache
def _heading(instruction: str) -> tuple[int, str]:
    """Font size and quoted instruction that fit beside the clock; what is too long is cut."""
    room = WIDTH - 2 * MARGIN - 130
    quoted = f"“{instruction}”"
    for size in range(28, 13, -1):
        if heading_font(size, quoted).getlength(quoted) <= room:
            return size, quoted
    while heading_font(14, instruction).getlength(f"“{instruction}…”") > room:
        instruction = instruction[:-1]
    return 14, f"“{instruction}…”"


def _tag(draw: Draw, corner: tuple[int, int], text: str) -> None:
    width = round(bold(11).getlength(text))
    draw.rectangle((*corner, corner[0] + width + 14, corner[1] + 20), BACKGROUND)
    draw.text((corner[0] + 7, corner[1] + 10), text, MUTED, bold(11), anchor="lm")


def _centred(draw: Draw, box: Box, text: str) -> None:
    room = box[2] - box[0] - 24
    size = next((s for s in range(30, 11, -1) if bold(s).getlength(text) <= room), 12)
    middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
    draw.text(middle, text, (255, 255, 255), bold(size), anchor="mm")
