/* A picture with one box on it. A drag replaces the box; a tap without a drag changes nothing.

   The box is sent and received in pixels of the picture, whatever its size on the screen. Only the
   pointer that began a drag moves it, also outside the picture, to whose edge the box then goes. */

const LEAST_DRAG = 4; // pixels of the screen; less is a tap

export default ({ parentElement, data, setTriggerValue }) => {
  const frame = parentElement.querySelector(".frame");
  const image = frame.querySelector("img");
  const box = frame.querySelector(".box");
  const [width, height] = data.size;

  const show = (corners) => {
    box.hidden = !corners;
    if (!corners) return;
    const [x, y, wide, high] = corners;
    box.style.left = `${(100 * x) / width}%`;
    box.style.top = `${(100 * y) / height}%`;
    box.style.width = `${(100 * wide) / width}%`;
    box.style.height = `${(100 * high) / height}%`;
  };

  const pointOf = (event) => {
    const shown = image.getBoundingClientRect();
    const part = (at, start, length) => Math.min(1, Math.max(0, (at - start) / length));
    return [
      Math.round(width * part(event.clientX, shown.left, shown.width)),
      Math.round(height * part(event.clientY, shown.top, shown.height)),
    ];
  };

  if (image.src !== data.url) image.src = data.url;
  image.alt = data.words;
  frame.shown = data.box;
  if (!frame.drag) show(data.box);

  frame.onpointerdown = (event) => {
    if (frame.drag || event.button !== 0) return;
    frame.setPointerCapture(event.pointerId);
    const { pointerId, clientX, clientY } = event;
    frame.drag = { pointerId, clientX, clientY, from: pointOf(event), corners: null };
    event.preventDefault();
  };
  frame.onpointermove = (event) => {
    const drag = frame.drag;
    if (drag?.pointerId !== event.pointerId) return;
    const moved = Math.hypot(event.clientX - drag.clientX, event.clientY - drag.clientY);
    if (!drag.corners && moved < LEAST_DRAG) return;
    const [x, y] = pointOf(event);
    const [left, top] = [Math.min(x, drag.from[0]), Math.min(y, drag.from[1])];
    drag.corners = [left, top, Math.abs(x - drag.from[0]), Math.abs(y - drag.from[1])];
    show(drag.corners);
  };
  // Follows every release and every cancelled touch.
  frame.onlostpointercapture = (event) => {
    if (frame.drag?.pointerId !== event.pointerId) return;
    const { corners } = frame.drag;
    frame.drag = null;
    if (corners) setTriggerValue("box", corners);
    else show(frame.shown);
  };
};
