"""The page of a real evaluation, opened in a real browser."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pontine.agent.stack import StackConfig
from pontine.evaluation.config import EvalConfig
from pontine.evaluation.evaluate import evaluate
from pontine.evaluation.log import EvaluationError
from pontine.report.page import ReportConfig, main

pytestmark = pytest.mark.slow  # two filmed episodes, a browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An expert that succeeds and an agent that cannot, both filmed."""
    root = tmp_path_factory.mktemp("report")
    stack = StackConfig(tokens="null", controller="playback")
    for name, policy in (("expert", "expert"), ("idle", "agent")):
        config = EvalConfig(policy=policy, stack=stack, task=("reach",), episodes=1, seed=800_000,
                            workers=1, out=root / name)  # fmt: skip
        assert len(evaluate(config)["videos"]) == 1
    return root / "expert", root / "idle"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_one_page_shows_plays_and_needs_nothing_else(folders, browser) -> None:
    assert main(ReportConfig((folders[1],))) == 0
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"file://{folders[1]}/report.html")
    assert page.inner_text("h1") == "idle" and "0.0 %" in page.inner_text(".headline")
    assert page.locator("tr.overall td").nth(2).inner_text().startswith("0.0 [0.0, 79.3]")
    assert "1 not reached" in page.inner_text("body")
    drawn = page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert len(drawn) >= 3 and min(drawn) > 100
    playing = """async () => {
        const film = document.querySelector('video'); film.muted = true; await film.play();
        await new Promise(r => film.addEventListener('timeupdate', r, {once: true}));
        return [film.videoWidth, film.duration, film.error]; }"""
    width, seconds, error = page.evaluate(playing)
    assert width == 1280 and seconds > 15 and error is None
    assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1 and said == []
    # nothing sticks out sideways, on a desk or in a hand
    for size in (1280, 400):
        page.set_viewport_size({"width": size, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= size
    page.close()


def test_several_runs_share_a_page(folders, tmp_path) -> None:
    out = tmp_path / "new" / "both.html"
    assert main(ReportConfig(folders, out)) == 0
    text = out.read_text()
    assert "McNemar, 1 pairs: 0 gained, 1 lost" in text and text.count("<video") == 2
    assert not re.search(r'(?:src|href)="(?!data:)', text)


def test_what_people_wrote_is_shown_and_not_run(folders, tmp_path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(folders[0], folder)
    results = json.loads((folder / "results.json").read_text())
    results["command"] = "<script>alert(1)</script>"
    (folder / "results.json").write_text(json.dumps(results))
    assert main(ReportConfig((folder,))) == 0
    text = (folder / "report.html").read_text()
    assert "<script" not in text and "&lt;script&gt;" in text


def test_a_page_that_cannot_be_made_says_why(folders, tmp_path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(folders[0], folder)
    (film,) = (folder / "videos").iterdir()
    film.write_bytes(b"no film")
    with pytest.raises(EvaluationError, match="is no film; run the same evaluation again"):
        main(ReportConfig((folder,)))
    film.unlink()
    with pytest.raises(EvaluationError, match=film.name):
        main(ReportConfig((folder,)))
    with pytest.raises(EvaluationError, match="--out"):
        main(ReportConfig(folders))
    with pytest.raises(EvaluationError, match="name a folder"):
        main(ReportConfig())
    with pytest.raises(EvaluationError, match="another place"):
        main(ReportConfig((folders[0],), folders[0] / "results.json" / "page.html"))
