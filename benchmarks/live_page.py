"""The page Draw in Chromium, with what it reads itself and what the server reads."""

import base64
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from playwright.sync_api import CDPSession, Page

from benchmarks.live_drawings import PenDrawing
from mnist_app.arrays import Floats, Image
from mnist_app.preprocessing.normalize import IMAGE_SIDE
from mnist_app.ui.canvas.canvas_spec import SIDE

WAIT_SECONDS: Final = 60.0
POLL_MS: Final = 5
MOVE_SECONDS: Final = 1 / 60
"""Time between two movements of a pen, as a screen reports them."""
SCRIPT: Final = """
window.live = {
  readings: 0, last: null, path: null, read: null, waits: [], answers: [], frames: [], lastMove: 0,
};
const paths = new WeakMap(); // times of the movements that made a path
const afterPaint = (then) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = then;
  channel.port2.postMessage(null);
});
addEventListener("pointermove", (event) => { live.lastMove = event.timeStamp; }, true);
addEventListener("pointerup", (event) => {
  const isOnCanvas = event.composedPath()[0].matches?.("canvas.upper-canvas");
  if (isOnCanvas || !event.isTrusted) live.lifted = event.timeStamp; // not a click on Clear
}, true);
addEventListener("mnist-app:drawing", ({ detail }) => {
  live.path = detail.moving;
  if (detail.moving) paths.set(detail.moving, live.lastMove);
});
addEventListener("mnist-app:reading", ({ detail }) => {
  live.readings += 1;
  const path = detail.strokes.at(-1);
  live.read = path;
  const { image, answers, accepted } = detail;
  live.last = { image: [...image], answers, accepted };
  const moved = paths.get(path);
  if (moved && !live.lifted) afterPaint(() => live.waits.push(performance.now() - moved));
});
new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (target.dataset?.reader !== "server" || !live.lifted) continue;
    const lifted = live.lifted;
    live.lifted = 0;
    afterPaint(() => live.answers.push(performance.now() - lifted));
  }
}).observe(document, { attributes: true, attributeFilter: ["data-reader"], subtree: true });
const frame = (time) => { live.frames.push(time); requestAnimationFrame(frame); };
requestAnimationFrame(frame);
"""
"""What the page notes for the benchmark."""
ANSWERED: Final = """!live.lifted
  && document.querySelector(".reading").dataset.reader === "server"
  && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
"""
SERVERS: Final = """() => ({
  picture: [...document.querySelectorAll("[data-testid=stImage], [data-testid=stImageContainer]")]
    .find((part) => part.innerText.includes("28×28"))?.querySelector("img").src ?? null,
  answers: [...document.querySelectorAll(".reading .bar")].filter((bar) => !bar.hidden)
    .map((bar) => Number(bar.dataset.share)),
  accepted: document.querySelector(".reading .digit").textContent !== "?",
})"""
"""What the server read, as the page shows it."""
STROKE: Final = """async ([canvas, places]) => {
  const send = (target, type, [clientX, clientY], buttons) => target.dispatchEvent(
    new PointerEvent(type, {
      clientX, clientY, buttons, bubbles: true, composed: true, cancelable: true,
      pointerId: 1, pointerType: "touch", isPrimary: true,
    }));
  send(canvas, "pointerdown", places[0], 1);
  for (const [index, place] of places.entries()) {
    if (index) send(window, "pointermove", place, 1);
    if (index % 4 === 3) await new Promise(requestAnimationFrame);
  }
  while (live.path !== live.read) await new Promise(requestAnimationFrame);
  send(window, "pointerup", places.at(-1), 0);
}"""
"""Draws a stroke with four movements a frame, as those of a finger between whole pixels, waits
until the browser has read it, and lifts the pen."""
WORKER_ON_MAIN_THREAD: Final = """
window.Worker = class {
  constructor(url) {
    const reply = (data) => setTimeout(() => this.onmessage?.({ data }));
    this.handler = fetch(url).then((answer) => answer.text()).then((code) =>
      new Function("postMessage", `let onmessage; ${code}; return onmessage;`)(reply));
  }
  postMessage(data) { this.handler.then((handler) => handler({ data })); }
  terminate() {}
};
"""
"""Chromium slows the main thread alone: there the worker's work is slowed as well."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A reading: image uint8 (28, 28), probabilities of the answers, accepted or not."""

    image: Image
    answers: Floats
    accepted: bool


class LivePage:
    """A tab with the page Draw. ``is_slowed_whole`` runs the worker's work on the main thread."""

    def __init__(self, page: Page, url: str, *, is_slowed_whole: bool = False) -> None:
        self.page = page
        page.add_init_script(SCRIPT)
        if is_slowed_whole:
            page.add_init_script(WORKER_ON_MAIN_THREAD)
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        page.goto(url)
        self._canvas = page.locator(".st-key-drawing canvas.upper-canvas").first
        self._canvas.wait_for()

    def slow_down(self, factor: float) -> None:
        """Have Chromium's main thread run that many times slower."""
        self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": factor})

    def wait_until_live(self) -> None:
        """Draw until the browser reads, and clear the canvas."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.noted("readings"):
            if time.monotonic() > deadline:
                raise TimeoutError("the browser does not read")
            self.page.mouse.move(*self.at((170, 60)))
            self.page.mouse.down()
            self.page.mouse.move(*self.at((170, 250)), steps=10)
            self.page.mouse.up()
            self.page.wait_for_timeout(200)
        self.clear()

    def noted(self, name: str) -> Any:
        """Return what the page has noted."""
        return self.page.evaluate(f"live.{name}")

    def reset(self) -> None:
        """Forget the times so far."""
        self.page.evaluate("live.waits = []; live.answers = []; live.frames = [];")

    def set_brush(self, key: str) -> None:
        """Press a key on the slider of the brush: Home is the thinnest, End the thickest."""
        slider = self.page.get_by_role("slider")
        slider.press(key)
        self.page.wait_for_timeout(500)  # the canvas learns of it from the server

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """Return the place in the window of a point of the canvas."""
        box = self._canvas.bounding_box()
        if box is None:
            raise TimeoutError("there is no canvas")
        scale = box["width"] / SIDE
        return box["x"] + point[0] * scale, box["y"] + point[1] * scale

    def stroke(self, points: npt.NDArray[np.float64], seconds: float = 0.0) -> None:
        """Draw a stroke without lifting the pen, a movement every ``seconds``."""
        places = self._places(points)
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            if seconds:
                self.page.wait_for_timeout(1000 * seconds)
            self.page.mouse.move(*place)

    def _places(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the places in the window of points of the canvas."""
        left, top = self.at((0, 0))
        right, _ = self.at((SIDE, 0))
        return points * (right - left) / SIDE + (left, top)

    def lift(self) -> None:
        """Lift the pen."""
        self.page.mouse.up()

    def clear(self) -> None:
        """Press Clear and wait for the blank page."""
        self.page.locator(".st-key-clear button").click()
        self.page.locator(".reading .hint").wait_for()
        self.page.wait_for_timeout(50)  # the new canvas is mounted with the hint

    def draw(self, drawing: PenDrawing) -> tuple[Reading | None, Reading | None]:
        """Draw, and return the last readings of the browser and of the server."""
        canvas = self._canvas.element_handle()
        for points in drawing.strokes:
            self.page.evaluate(STROKE, [canvas, self._places(points).tolist()])
        last = self.noted("last")
        browsers = _reading(last["image"], last["answers"], accepted=last["accepted"])
        self.page.wait_for_function(ANSWERED, polling=POLL_MS)
        found = self.page.evaluate(SERVERS)
        if found["picture"] is None:
            return browsers, None
        picture = base64.b64decode(found["picture"].partition(",")[2])
        image = np.asarray(PillowImage.open(io.BytesIO(picture)))
        return browsers, _reading(image, found["answers"], accepted=found["accepted"])


def _reading(image: npt.ArrayLike, answers: npt.ArrayLike, *, accepted: bool) -> Reading:
    pixels = np.asarray(image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    return Reading(pixels, np.asarray(answers, np.float32), accepted)
