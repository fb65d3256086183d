"""The two pictures of README, of the demonstration: python tests/pictures.py (after `make`; needs Chromium)."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from conftest import ROOT
from test_lab import run_all, server_of
from test_page import CHROMIUM, QUIET

PICTURES = ROOT / "notebooks/pictures"
SIZE = {"width": 1200, "height": 860}
WIDTH = 900
# Scroll to the first cell with a figure; true once that did not move it.
STANDS_STILL = """() => {
    const cell = [...document.querySelectorAll('.jp-CodeCell')]
        .find(cell => cell.querySelector('article.exhibit svg'))
    const before = cell.getBoundingClientRect().top
    cell.scrollIntoView()
    return cell.getBoundingClientRect().top === before
}"""


def small(png: bytes, file: Path) -> None:
    """A screenshot in few colours, at the width in which README shows it."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    picture.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(48).save(file, optimize=True)
    print(f"{file}: {file.stat().st_size // 1000} kB")


def demonstration(page) -> bytes:
    """The brief of the rendered demonstration."""
    page.goto((ROOT / "reports/demo/index.html").as_uri())
    return page.screenshot()


def question(page, address: str) -> bytes:
    """The first cell of the tour whose answer is a figure, run."""
    run_all(page, address)
    cell = page.locator(".jp-CodeCell:has(article.exhibit svg)").first
    cell.wait_for()
    page.wait_for_function(STANDS_STILL, polling=1000)  # figures push it down as they arrive
    return page.screenshot()


def main() -> None:
    """Draw both pictures."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as root,
        server_of(Path(root), ROOT) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport=SIZE)
        small(demonstration(page), PICTURES / "brief.png")
        small(question(page, address), PICTURES / "lab.png")
        browser.close()


if __name__ == "__main__":
    main()
