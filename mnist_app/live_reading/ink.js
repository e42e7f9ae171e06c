/* Renders pen strokes exactly as mnist_app/preprocessing/strokes.py does with OpenCV.

   A stroke is a Float64Array: the width of the brush, then the numbers of a path of the commands M,
   Q, Q, ..., L: a start, a control point and an end for each curve, and the end of the last
   line. */

const OVERSAMPLING = 4; // subpixels along each side of a pixel
const CURVE_STEPS = 8; // line segments of a curve
const FRACTION = 16; // of strokes.py's coordinates: a subpixel

/* LEVELS[n] is the grey level of a pixel with n subpixels of ink. */
const LEVELS = Uint8Array.from({ length: 17 }, (_, count) => roundHalfEven((255 * count) / 16));

const newInk = (width, height) => {
  const columns = width * OVERSAMPLING;
  const plane = newPlane(columns, height * OVERSAMPLING);
  const { fine, thickLine, dot, paint, erasePassing } = plane;
  const levels = new Uint8Array(width * height);
  const limit = 4 * Math.max(width, height);

  const fixed = (value) => {
    const inside = Math.min(Math.max(Math.fround(value), -limit), limit);
    const subpixels = Math.fround(inside * OVERSAMPLING - 0.5);
    return roundHalfEven(subpixels * FRACTION) * (ONE / FRACTION);
  };

  const thicknessOf = (stroke) => Math.max(1, roundHalfEven(stroke[0] * OVERSAMPLING));

  /* Returns the ends of the line segments of the curve whose control point is at `at`. */
  const curve = (stroke, at) => {
    const [x0, y0, cx, cy, x1, y1] = stroke.subarray(at - 2, at + 4);
    return Array.from({ length: CURVE_STEPS }, (_, index) => {
      const time = (index + 1) / CURVE_STEPS;
      const [a, b, c] = [(1 - time) ** 2, 2 * time * (1 - time), time ** 2];
      return [fixed(a * x0 + b * cx + c * x1), fixed(a * y0 + b * cy + c * y1)];
    });
  };

  /* Tells whether a stroke has no extent. */
  const isDot = (stroke) => {
    const end = stroke.length - 2;
    const [x, y] = stroke.subarray(1, 3).map(fixed);
    const isThere = (point) => point[0] === x && point[1] === y;
    if (!isThere(stroke.subarray(end).map(fixed))) return false;
    for (let at = 3; at < end; at += 4) if (!curve(stroke, at).every(isThere)) return false;
    return true;
  };

  /* Paints the curves of a stroke whose control points are in its numbers `from` to `to`. */
  const paintCurves = (stroke, from, to) => {
    const thickness = thicknessOf(stroke);
    for (let at = from; at < to; at += 4) {
      let before = stroke.subarray(at - 2, at).map(fixed);
      for (const here of curve(stroke, at)) {
        thickLine(...before, ...here, thickness);
        before = here;
      }
    }
  };

  const paintLastLine = (stroke) =>
    thickLine(...stroke.subarray(stroke.length - 4).map(fixed), thicknessOf(stroke));

  const paintDot = (stroke) =>
    dot(...stroke.subarray(1, 3).map(fixed), (thicknessOf(stroke) / 2) * ONE);

  const countLevels = () => {
    const dirty = plane.takeDirty();
    if (!dirty) return;
    const pixel = (subpixel, last) => Math.min(Math.max(subpixel >> 2, 0), last);
    const [left, right] = [pixel(dirty[0], width - 1), pixel(dirty[2], width - 1)];
    const [top, bottom] = [pixel(dirty[1], height - 1), pixel(dirty[3], height - 1)];
    for (let y = top; y <= bottom; y += 1) {
      for (let x = left; x <= right; x += 1) {
        let count = 0;
        for (let row = 0; row < OVERSAMPLING; row += 1) {
          const at = (y * OVERSAMPLING + row) * columns + x * OVERSAMPLING;
          count += !!fine[at] + !!fine[at + 1] + !!fine[at + 2] + !!fine[at + 3];
        }
        levels[y * width + x] = LEVELS[count];
      }
    }
  };

  const painting = { isDot, paintCurves, paintLastLine, paintDot, paint };
  return { width, height, levels, ...painting, erasePassing, countLevels };
};
