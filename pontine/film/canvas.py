"""Text, chips, bars and rolling plots drawn with PIL, fast enough for every frame of a video."""

import os
import re
import warnings
from collections import deque
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

BACKGROUND = (15, 20, 27)
PANEL = (26, 34, 45)
GRID = (49, 60, 75)
TEXT = (234, 239, 245)
MUTED = (141, 154, 171)
BLUE = (70, 150, 205)
ORANGE = (255, 176, 66)
GREEN = (52, 168, 107)
AMBER = (214, 138, 28)
RED = (207, 70, 66)

CHINESE = re.compile("[\u4e00-\u9fff]")
CHINESE_FONTS = ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "DroidSansFallbackFull.ttf",
                 "wqy-microhei.ttc", "wqy-zenhei.ttc")  # fmt: skip
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts")

Box = tuple[int, int, int, int]
Draw = ImageDraw.ImageDraw


@lru_cache
def font(size: int, name: str = "DejaVuSans") -> ImageFont.FreeTypeFont:
    """A font that travels with matplotlib, so that no system font is needed."""
    import matplotlib  # here: nothing else of it is needed, and it takes long to load

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"), size)


def bold(size: int) -> ImageFont.FreeTypeFont:
    return font(size, "DejaVuSans-Bold")


def heading_font(size: int, text: str) -> ImageFont.FreeTypeFont:
    """Bold; of the system where `text` has Chinese characters, which matplotlib's fonts lack."""
    found = CHINESE.search(text) and _chinese_font()
    return ImageFont.truetype(found, size) if found else bold(size)


@lru_cache
def _chinese_font() -> Path | None:
    for name in CHINESE_FONTS:
        for folder in FONT_FOLDERS:
            if path := next(Path(os.path.expanduser(folder)).rglob(name), None):
                return path
    warnings.warn(
        "no font here has Chinese characters, films will show boxes in their place: "
        "apt-get install fonts-droid-fallback",
        stacklevel=2,
    )
    return None


def panel(draw: Draw, box: Box, title: str = "") -> None:
    """A filled rounded box with a small title in its upper left corner."""
    draw.rounded_rectangle(box, 8, fill=PANEL)
    draw.text((box[0] + 12, box[1] + 8), title.upper(), MUTED, bold(11))


@lru_cache(maxsize=64)
def wrapped(text: str, width: int, height: int, largest: int = 22) -> tuple[int, str]:
    """Font size and text with line breaks, so that it fits `width` x `height` pixels."""
    lines: list[str] = []
    for size in range(largest, 9, -1):
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if font(size).getlength(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        if len(lines) * size * 1.3 <= height:
            return size, "\n".join(lines)
    return 10, "\n".join(lines[: max(1, int(height / 13))])


def paragraph(draw: Draw, box: Box, text: str, fill: tuple[int, int, int] = TEXT) -> None:
    size, lines = wrapped(text, box[2] - box[0], box[3] - box[1])
    draw.multiline_text(box[:2], lines, fill, font(size), spacing=round(0.3 * size))


def bar(draw: Draw, box: Box, value: float, limit: float) -> None:
    """A bar that is full at 1.5 times `limit`; it turns amber near the limit and red past it."""
    share = min(max(value / (1.5 * limit), 0.0), 1.0)
    colour = GREEN if value <= 0.75 * limit else AMBER if value <= limit else RED
    draw.rounded_rectangle(box, 4, fill=GRID)
    if share > 0.01:
        draw.rounded_rectangle(
            (box[0], box[1], box[0] + max(8, round(share * (box[2] - box[0]))), box[3]), 4, colour
        )
    mark = box[0] + round((box[2] - box[0]) / 1.5)
    draw.line((mark, box[1] - 3, mark, box[3] + 3), TEXT, 2)


def enlarged(image: object, side: int) -> Image.Image:
    """uint8 (height, width, 3) as a square picture of `side` pixels."""
    picture = Image.fromarray(image)  # type: ignore[arg-type]
    return picture.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)


class RollingPlot:
    """The last `points` values of a commanded and a measured number.

    The scale only ever widens, so the picture does not breathe; it spans at least `least`.
    """

    def __init__(self, box: Box, title: str, points: int, least: float = 0.1) -> None:
        self.box = box
        self.title = title
        self.pairs: deque[tuple[float, float]] = deque(maxlen=points)
        self.least = least
        self.low, self.high = float("inf"), float("-inf")

    def add(self, commanded: float, measured: float) -> None:
        self.pairs.append((commanded, measured))
        self.low = min(self.low, commanded, measured)
        self.high = max(self.high, commanded, measured)

    def paint(self, draw: Draw) -> None:
        left, top, right, bottom = self.box
        draw.rounded_rectangle(self.box, 6, fill=PANEL)
        draw.text((left + 8, top + 5), self.title, MUTED, font(11))
        if not self.pairs:
            return
        commanded, measured = self.pairs[-1]
        draw.text((right - 8, top + 5), f"{measured:+.2f}", BLUE, font(11), anchor="ra")
        draw.text((right - 56, top + 5), f"{commanded:+.2f}", ORANGE, font(11), anchor="ra")
        middle = 0.5 * (self.low + self.high)
        half = 0.5 * max(self.high - self.low, self.least)
        first, last, centre = top + 26, bottom - 8, (top + bottom + 18) / 2
        draw.line((left + 8, centre, right - 8, centre), GRID)
        step = (right - left - 16) / max(1, (self.pairs.maxlen or 2) - 1)
        scale = (last - first) / (2 * half)
        start = right - 8 - step * (len(self.pairs) - 1)
        for which, colour, width in ((1, BLUE, 6), (0, ORANGE, 2)):
            line = [
                (start + step * i, centre - scale * (pair[which] - middle))
                for i, pair in enumerate(self.pairs)
            ]
            draw.line(line, colour, width)
