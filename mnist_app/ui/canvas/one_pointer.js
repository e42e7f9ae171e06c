/* One pointer draws, from its down to its own up or cancel.

   The component's library (Fabric.js) ends a stroke when all touches of the screen have ended, and
   does not know of a cancelled touch or of a mouse that was released elsewhere. So it receives no
   mouse or touch events of the browser, but those of one pointer, as a mouse's:
   - other touches and mice have no effect until the stroke ends; a pen takes the place of a touch,
     which was a palm, and nothing is left of that stroke;
   - a cancel, and a move without a button, end the stroke where it was;
   - a down of the same kind on a screen without other pointers means that an up was lost.

   Where a browser sends no pointer events for its mouse or its touches, the library receives those
   as ever.

   `onDraw` is called with the canvas and each event that the library receives, `onEnd` after a
   stroke. */

const followOnePointer = (root, onDraw, onEnd) => {
  let stroke = null;
  const kinds = new Set(); // of pointers that have come down on the canvas

  const pass = (type, { clientX, clientY, shiftKey }) => {
    const buttons = type === "mouseup" ? 0 : 1;
    const common = { bubbles: true, composed: true, cancelable: true, isPrimary: true };
    // A MouseEvent would round the coordinates of a finger to whole pixels.
    const event = new PointerEvent(type, { ...common, clientX, clientY, shiftKey, buttons });
    stroke.canvas.dispatchEvent(event);
    onDraw(stroke.canvas, event);
  };

  const end = () => {
    stroke.listeners.abort();
    pass("mouseup", stroke.last);
    stroke = null;
    onEnd();
  };

  const move = (event) => {
    if (event.pointerId !== stroke.last.pointerId) return;
    if (!(event.buttons & 1)) {
      end();
      return;
    }
    stroke.last = event;
    pass("mousemove", event);
  };

  const up = (event) => {
    if (event.pointerId === stroke.last.pointerId) end();
  };

  const begin = (canvas, event) => {
    const listeners = new AbortController();
    const listen = (type, listener) =>
      addEventListener(type, listener, { capture: true, signal: listeners.signal });
    stroke = { canvas, last: event, listeners };
    listen("pointermove", move);
    listen("pointerup", up);
    listen("pointercancel", up);
    listen("mousemove", withhold);
    listen("mouseup", withhold);
    pass("mousedown", event);
  };

  const down = (event) => {
    const canvas = event.target;
    if (!canvas.matches("canvas.upper-canvas")) return;
    kinds.add(event.pointerType);
    if (event.button !== 0) return;
    if (stroke) {
      const { pointerType } = stroke.last;
      if (event.isPrimary && event.pointerType === pointerType) {
        end();
      } else if (event.pointerType === "pen" && pointerType === "touch") {
        stroke.listeners.abort(); // the library begins anew with the next mousedown
        canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      } else {
        return;
      }
    }
    begin(canvas, event);
  };

  const withhold = (event) => {
    if (event.isTrusted) event.stopImmediatePropagation();
  };

  const withholdFromCanvas = (event) => {
    const isTouch = event.type === "touchstart";
    const isKnown = isTouch ? kinds.has("touch") || kinds.has("pen") : kinds.size > 0;
    if (!isKnown || !event.target.matches("canvas.upper-canvas")) return;
    withhold(event);
    // As the library does: a finger on the canvas neither scrolls nor selects nor clicks.
    if (isTouch) event.preventDefault();
  };

  root.addEventListener("pointerdown", down, true);
  root.addEventListener("mousedown", withholdFromCanvas, true);
  root.addEventListener("touchstart", withholdFromCanvas, { capture: true, passive: false });
  return { isDrawing: () => stroke !== null };
};
