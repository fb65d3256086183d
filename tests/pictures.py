"""The two pictures of README, of the demonstration: python tests/pictures.py (after `make`; needs Chromium)."""

import contextlib
import io
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from conftest import ROOT
from test_lab import RAN
from test_page import CHROMIUM, QUIET

PICTURES = ROOT / "notebooks/pictures"
SIZE = {"width": 1200, "height": 860}
WIDTH = 900
TOKEN = "picture"


def small(png: bytes, file: Path) -> None:
    """A screenshot in few colours, at the width in which README shows it."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    picture.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(48).save(file, optimize=True)
    print(f"{file}: {file.stat().st_size // 1000} kB")


@contextlib.contextmanager
def lab():
    """JupyterLab at the guided tour of the demonstration: its address."""
    with contextlib.closing(socket.create_server(("localhost", 0))) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        own = {
            f"JUPYTER_{name}": f"{home}/{name}"
            for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        }
        env = os.environ | own | {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": TOKEN, "HOME": home}
        main = "from analysis.run.cli import main; main()"
        command = [sys.executable, "-c", main, "lab", "--no-browser", "--allow-root"]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
        for line in server.stderr:
            if "is running at" in line:
                break
        yield f"http://localhost:{port}/lab/tree/notebooks/explore/start.fr.ipynb?token={TOKEN}"
        server.terminate()
        server.communicate(timeout=600)


def main() -> None:
    """Draw both pictures."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright, lab() as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport=SIZE)
        page.set_default_timeout(180_000)
        page.goto((ROOT / "reports/demo/index.html").as_uri())
        small(page.screenshot(), PICTURES / "brief.png")
        page.goto(address)
        page.get_by_text("| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_function(RAN)
        question = page.locator(".jp-CodeCell:has(article.exhibit svg)").first
        question.wait_for()
        question.evaluate("cell => cell.scrollIntoView()")
        small(page.screenshot(), PICTURES / "lab.png")
        browser.close()
    (ROOT / "notebooks/explore/my-question.ipynb").unlink(missing_ok=True)  # the tour wrote it


if __name__ == "__main__":
    main()
