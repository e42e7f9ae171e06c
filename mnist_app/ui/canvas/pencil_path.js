/* The path that the component's library will report of a stroke, while the pen still moves.

   It follows Fabric.js: PencilBrush, its decimatePoints, and getSmoothPathFromPoints. A path is a
   Float64Array: the width of the brush, a start, a control point and an end for each curve, and the
   end of the last line (M, Q, Q, ..., L). */

const LEAST_DISTANCE = 0.4; // pixels between two points that the library keeps

const isSamePoint = (one, other) => one[0] === other[0] && one[1] === other[1];

const addCurve = (curves, from, to) => {
  if (isSamePoint(from, to)) return;
  const half = [from[0] + (to[0] - from[0]) * 0.5, from[1] + (to[1] - from[1]) * 0.5];
  curves.push(from[0], from[1], half[0], half[1]);
};

/* Returns a pencil that draws on `canvas` a stroke of this width: it takes the events and gives the
   path. */
const newPencil = (canvas, width) => {
  const longer = width / 1000; // at both ends, in the direction of the stroke there
  const points = [];
  const kept = []; // of the points but the last two, those that are kept
  const curves = []; // between these; a path is made at each movement, from what has not changed
  let seen = 0; // number of points that were kept or left out

  const keepSettled = () => {
    if (!seen) seen = kept.push(points[0]);
    for (; seen < points.length - 2; seen += 1) {
      const [from, to] = [kept.at(-1), points[seen]];
      if ((from[0] - to[0]) ** 2 + (from[1] - to[1]) ** 2 < LEAST_DISTANCE ** 2) continue;
      kept.push(to);
      addCurve(curves, from, to);
    }
  };

  const path = () => {
    keepSettled();
    const last = points.at(-1);
    const lastCurve = [];
    addCurve(lastCurve, kept.at(-1), last);
    const isLine = kept.length < 2;
    const direction = (from, to) =>
      isLine ? [1, 0] : [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])];
    const [right, down] = direction(kept[1], kept[2] ?? last);
    const [onX, onY] = direction(kept.at(-1), last);
    const found = new Float64Array(3 + curves.length + lastCurve.length + 2);
    found.set([width, kept[0][0] - right * longer, kept[0][1] - down * longer]);
    found.set(curves, 3);
    found.set([...lastCurve, last[0] + onX * longer, last[1] + onY * longer], 3 + curves.length);
    return found;
  };

  return {
    path,
    add: ({ clientX, clientY, shiftKey }) => {
      const box = canvas.getBoundingClientRect();
      const x = (clientX - box.left) * (canvas.width / box.width);
      const y = (clientY - box.top) * (canvas.height / box.height);
      if (points.length > 1 && isSamePoint(points.at(-1), [x, y])) return;
      if (shiftKey && points.length > 1) points.pop(); // a straight line
      points.push([x, y]);
    },
  };
};
