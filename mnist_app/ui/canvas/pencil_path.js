/* The path that the component's library will report of a stroke, while the pen still moves.

   It follows Fabric.js: PencilBrush, its decimatePoints, and getSmoothPathFromPoints. A path is a
   Float64Array: the width of the brush, a start, a control point and an end for each curve, and the
   end of the last line (M, Q, Q, ..., L). */

const LEAST_DISTANCE = 0.4; // pixels between two points that the library keeps

const decimated = (points) => {
  if (points.length <= 2) return points;
  const kept = [points[0]];
  for (const point of points.slice(1, -2)) {
    const [x, y] = kept.at(-1);
    if ((x - point[0]) ** 2 + (y - point[1]) ** 2 >= LEAST_DISTANCE ** 2) kept.push(point);
  }
  return [...kept, points.at(-1)];
};

const isSamePoint = (one, other) => one[0] === other[0] && one[1] === other[1];

const smoothPath = (points, width) => {
  const longer = width / 1000; // at both ends, in the direction of the stroke there
  const direction = (from, to) =>
    points.length > 2 ? [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])] : [1, 0];
  const [first, last] = [points[0], points.at(-1)];
  const [right, down] = direction(points[1], points[2]);
  const path = [width, first[0] - right * longer, first[1] - down * longer];
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1], points[index]];
    if (isSamePoint(from, to)) continue;
    path.push(...from, from[0] + (to[0] - from[0]) * 0.5, from[1] + (to[1] - from[1]) * 0.5);
  }
  const [onX, onY] = direction(points.at(-2), last);
  return Float64Array.from([...path, last[0] + onX * longer, last[1] + onY * longer]);
};

/* Returns a pencil that draws on `canvas` a stroke of this width: it takes the events and gives the
   path. */
const newPencil = (canvas, width) => {
  const points = [];
  return {
    add: ({ clientX, clientY, shiftKey }) => {
      const box = canvas.getBoundingClientRect();
      const x = (clientX - box.left) * (canvas.width / box.width);
      const y = (clientY - box.top) * (canvas.height / box.height);
      if (points.length > 1 && isSamePoint(points.at(-1), [x, y])) return;
      if (shiftKey && points.length > 1) points.pop(); // a straight line
      points.push([x, y]);
    },
    path: () => smoothPath(decimated(points), width),
  };
};
