"""A moving picture for README: a skip is dragged, the network trained: `make picture`."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize

from skipviz import Network, Settings, link
from tools.browser import opened_browser
from tools.server import ROOT, running_app

PICTURE = ROOT / "assets" / "drag-and-train.webp"
LARGEST = 3_000_000  # bytes
VIEW: ViewportSize = {"width": 1280, "height": 800}
SMALL = (960, 600)
NETWORK = Network.mlp(depth=12, width=24, activation="tanh", skips=((1, 3), (5, 7), (7, 9)))
DRAG = (3, 5)
STEPS = 600
FRAMES = 8  # of the drag
MOST = 24  # of the training
SHORT, LONG = 120, 2500  # milliseconds that a frame is shown, and the last one
PATIENCE = 90_000  # milliseconds


def main() -> None:
    """Take the frames from the real page and write them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as (address, _),
        opened_browser() as browser,
    ):
        page = browser.new_page(viewport=VIEW)
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}?n={link.encode(NETWORK, Settings(steps=STEPS))}")
        page.locator('[data-testid="chart-layers_weight_gradient"][data-traces]').wait_for()
        frames = [*_dragged(page), *_trained(page)]
    write(frames)


def write(frames: list[Image.Image]) -> None:
    """One WebP below three megabytes; ValueError where it is larger."""
    times = [SHORT] * (len(frames) - 1) + [LONG]
    first, *others = frames
    first.save(
        PICTURE, append_images=others, save_all=True, duration=times, loop=0, quality=60, method=4
    )
    size = PICTURE.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{PICTURE} has {size:,} bytes; {LARGEST:,} are the most.")
    print(f"{PICTURE.relative_to(ROOT)}: {len(frames)} frames, {size:,} bytes")


def _dragged(page: Page) -> Iterator[Image.Image]:
    boxes = (page.locator(f'[data-layer="{k}"] .box').first for k in DRAG)
    (left, height), (right, _) = map(_middle, boxes)
    page.mouse.move(left, height)
    yield _frame(page)
    page.mouse.down()
    for place in range(1, FRAMES + 1):
        page.mouse.move(left + (right - left) * place / FRAMES, height)
        yield _frame(page)
    page.mouse.up()
    page.locator(f'[data-skip="{DRAG[0]}-{DRAG[1]}"]').first.wait_for()
    yield _frame(page)


def _trained(page: Page) -> Iterator[Image.Image]:
    page.get_by_role("button", name="Train", exact=True).click()
    ended = page.get_by_text("· finished")
    for _ in range(MOST):
        yield _frame(page)
        if ended.count():
            break
    ended.wait_for()
    page.locator(f'[data-testid="chart-training_curves"][data-step="{STEPS}"]').wait_for()
    page.mouse.move(2, 2)
    yield _frame(page)


def _middle(box: Locator) -> tuple[float, float]:
    place = box.bounding_box()
    assert place is not None
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def _frame(page: Page) -> Image.Image:
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return taken.resize(SMALL, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
