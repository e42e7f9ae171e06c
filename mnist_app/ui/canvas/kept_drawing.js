/* Keeps a drawing in the session storage of the browser, where this tab finds it after a reload, and
   when the server has forgotten the session.

   Kept are the width and the path of each stroke. Every other app at the same address can write
   there, so anything that is no drawing within the limits of drawing_limits.py counts as none. */

const keyOf = ({ canvasWidth, canvasHeight, initialDrawing }) =>
  `drawing-${initialDrawing.keptAs ?? `${canvasWidth}x${canvasHeight}`}`;

const keepDrawing = (data, objects) => {
  const strokes = objects.map(({ strokeWidth, path }) => [strokeWidth, path]);
  try {
    sessionStorage.removeItem(keyOf(data));
    const { session, clears } = data.initialDrawing;
    const kept = JSON.stringify({ session, clears, strokes });
    if (strokes.length) sessionStorage.setItem(keyOf(data), kept);
  } catch {
    // No storage, or no space in it: a reload gives a clean page.
  }
};

const isNumber = (value) => typeof value === "number" && Math.abs(value) <= MAXIMUM_COORDINATE;

const isCommand = ([name, ...numbers], index) =>
  (name === "M") === (index === 0) &&
  numbers.length === { M: 2, L: 2, Q: 4 }[name] &&
  numbers.every(isNumber);

const isStroke = ([width, path]) =>
  isNumber(width) &&
  width > 0 &&
  width <= MAXIMUM_STROKE_WIDTH &&
  path.length > 1 &&
  path.every(isCommand);

/* Returns the Fabric objects of the drawing that this tab kept, or none. One of the same session has
   not reached the server, unless the canvas was cleared since. */
const keptDrawing = (data) => {
  try {
    const { session, clears, strokes } = JSON.parse(sessionStorage.getItem(keyOf(data)));
    const now = data.initialDrawing;
    if (session === now.session && clears !== now.clears) return [];
    if (strokes.length > MAXIMUM_STROKES) return [];
    if (strokes.reduce((sum, [, path]) => sum + path.length, 0) > MAXIMUM_POINTS) return [];
    if (!strokes.every(isStroke)) return [];
    return strokes.map(([strokeWidth, path]) => ({
      type: "Path",
      path,
      strokeWidth,
      stroke: data.strokeColor,
      strokeLineCap: "round",
      strokeLineJoin: "round",
      fill: null,
    }));
  } catch {
    return [];
  }
};
