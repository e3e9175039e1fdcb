"""The HTML pages open in a real browser: no error on the console, nothing to scroll sideways, on desk and phone.

Needs a Chromium; without one the tests are skipped and say so.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

import tagloom as tl

CASES = Path(__file__).parents[1] / "cases" / "golden"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

DESK, PHONE = 1280, 390
HEIGHT = 900

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--enable-logging=stderr",
    "--v=0",
]

# Goes before everything else in the page. Says on the console what does not load, which the browser itself does not,
# and writes down how wide the page and its window are, for the DOM that is printed.
MEASURE = """<script>
window.addEventListener("error", (event) => {
  const from = event.target;
  if (from !== window) console.error("failed to load " + (from.src || from.href));
}, true);
window.addEventListener("load", () => {
  const page = document.documentElement;
  const found = page.scrollWidth + " " + page.clientWidth;
  (window.parent === window ? page : window.parent.document.documentElement).setAttribute("data-widths", found);
});
</script>"""

# A headless window is never narrower than about 500 pixels: a phone is a frame in a page.
FRAME = """<!doctype html><meta charset="utf-8"><title>frame</title><body style="margin:0">
<iframe src="{src}" width="{width}" height="{height}" style="border:0;display:block"></iframe>"""


@dataclass
class Opened:
    """What the browser made of a page."""

    dom: str
    errors: list[str]
    scroll_width: int
    client_width: int

    @property
    def scrolls_sideways(self) -> bool:
        return self.scroll_width > self.client_width


def chromium(profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the browser once with a new profile."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments]
    return subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
    )


def console_errors(log: str) -> list[str]:
    """The messages of the page's console that are errors; those of the browser itself are not the page's."""
    # [pid:tid:date/time:INFO:CONSOLE:3] "Uncaught ReferenceError: x is not defined", source: file:///… (3)
    messages = re.findall(
        r'^\[[^\]]*CONSOLE[^\]]*\] "(.*?)", source: ', log, re.MULTILINE | re.DOTALL
    )
    wrong = re.compile(r"uncaught|error|failed to load|refused to|blocked|violat", re.IGNORECASE)
    return [message for message in messages if wrong.search(message)]


def open_page(page: Path, width: int, folder: Path) -> Opened:
    """Opens a copy of a page, as wide as said, and takes a screenshot into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = page.read_text(encoding="utf-8")
    copy = folder / "page.html"
    assert "<head>" in text, f"{page.name} has no head"
    copy.write_text(text.replace("<head>", f"<head>{MEASURE}", 1), "utf-8")
    shown = copy
    if width < 500:
        shown = folder / "frame.html"
        src = html.escape(copy.name)
        shown.write_text(FRAME.format(src=src, width=width, height=HEIGHT), "utf-8")
    size = f"--window-size={max(width, 500)},{HEIGHT}"
    done = chromium(
        folder / "profile", size, "--virtual-time-budget=3000", "--dump-dom", shown.as_uri()
    )
    widths = re.search(r'data-widths="(\d+) (\d+)"', done.stdout)
    assert widths, f"the page did not load: {done.stderr[-2000:]}"
    chromium(folder / "profile", size, f"--screenshot={folder / f'{width}.png'}", shown.as_uri())
    return Opened(done.stdout, console_errors(done.stderr), int(widths[1]), int(widths[2]))


def check_page(page: Path, folder: Path) -> None:
    """Fails where a page is wrong on a desk or on a phone."""
    for width in (DESK, PHONE):
        opened = open_page(page, width, folder / str(width))
        assert not opened.errors, f"{page.name} at {width}: {opened.errors}"
        assert not opened.scrolls_sideways, (
            f"{page.name} at {width}: {opened.scroll_width} pixels wide in {opened.client_width}"
        )
        assert (folder / str(width) / f"{width}.png").stat().st_size > 1_000


def write(folder: Path, body: str) -> Path:
    page = folder / "in.html"
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>page</title></head>'
    page.write_text(f"{head}<body>{body}</body></html>", "utf-8")
    return page


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_sound_page_is_sound(width: int, tmp_path: Path) -> None:
    opened = open_page(write(tmp_path, "<p>客户画像</p>"), width, tmp_path / "out")
    assert (opened.errors, opened.client_width, opened.scrolls_sideways) == ([], width, False)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_wide_page_is_seen(width: int, tmp_path: Path) -> None:
    opened = open_page(
        write(tmp_path, f'<div style="width:{width + 50}px">wide</div>'), width, tmp_path / "out"
    )
    assert opened.scrolls_sideways


@pytest.mark.parametrize(
    "body",
    ["<script>missing()</script>", '<script src="missing.js"></script>', '<img src="missing.png">'],
)
def test_an_error_is_seen(body: str, tmp_path: Path) -> None:
    assert open_page(write(tmp_path, body), DESK, tmp_path / "out").errors


@pytest.fixture(params=["facts.json", "models.json"])
def made(request: pytest.FixtureRequest) -> tuple[tl.Profiles, dict[str, str]]:
    """Profiles, and an identifier of one of them."""
    case = json.loads((CASES / request.param).read_text(encoding="utf-8"))
    kind, value = next(iter(case["expect"]["profiles"])).split("=", 1)
    return tl.Catalog(case["catalog"]).build(case["tables"], as_of=case["as_of"]), {kind: value}


def test_the_report(made: tuple[tl.Profiles, dict[str, str]], tmp_path: Path) -> None:
    profiles, _ = made
    page = tmp_path / "report.html"
    profiles.write_html(page)
    check_page(page, tmp_path / "out")


def test_the_page_of_a_profile(made: tuple[tl.Profiles, dict[str, str]], tmp_path: Path) -> None:
    profiles, who = made
    page = tmp_path / "profile.html"
    page.write_text(profiles.get(**who).to_html(), encoding="utf-8")
    check_page(page, tmp_path / "out")
