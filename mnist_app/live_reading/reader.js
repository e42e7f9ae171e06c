/* Reads a drawing while it is drawn. mnist_app/live_reading/__init__.py joins the files; worker.js
   passes the messages.

   The first message names the model: { weights, temperature, threshold }. Each later one is a
   drawing: { width, height, keep, strokes }, the first `keep` strokes of the last drawing and new
   ones as ink.js takes them. The last stroke may still be moving. Each is answered with its
   reading, or with null where there is none: without ink, or with more ink than can be painted in
   time. */

const KERNEL = Uint8Array.from(atob("KERNEL_WASM"), (character) => character.charCodeAt(0));
const DIGITS = 10;
const MINIMUM_CONFIDENCE = 0.5; // as in mnist_app/confidence.py
const MAXIMUM_PAINT = 1e9; // subpixels, as in strokes.py, which then draws coarser edges

const softmax = (logits, temperature) => {
  const most = Math.max(...logits);
  const parts = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
};

/* Returns what mnist_app/recognizer.py's Prediction is made of. */
const prediction = (logits, temperature, threshold) => {
  const probabilities = softmax(logits.slice(0, DIGITS), temperature);
  const confidence = Math.max(...probabilities);
  const answers = softmax(logits, temperature);
  const isDigit = 1 - (answers[DIGITS] ?? 0);
  const knowsNoDigit = logits.length > DIGITS;
  const score = knowsNoDigit ? (confidence > MINIMUM_CONFIDENCE ? isDigit : 0) : confidence;
  const digit = probabilities.indexOf(confidence);
  return { digit, confidence, accepted: score >= threshold, certainty: answers[digit], answers };
};

/* Returns a function from drawings, as in the messages, to images. */
const newPainter = () => {
  let ink = null;
  let strokes = [];
  let settled = 0; // strokes that are painted for good
  let curves = 0; // numbers of the stroke after them whose curves are

  const isContinued = ({ width, height, keep }, next) => {
    if (ink?.width !== width || ink.height !== height) return false;
    if (keep < settled || next.length <= settled) return false;
    if (curves && ink.isDot(next[settled])) return false;
    for (let at = 0; at < curves; at += 1) {
      if (strokes[settled][at] !== next[settled][at]) return false;
    }
    return true;
  };

  /* Paints the stroke for good, or the end of a moving one until the next drawing. */
  const paintStroke = (stroke, isMoving) => {
    const bit = isMoving ? PASSING : SETTLED;
    const end = stroke.length - 2;
    if (ink.isDot(stroke)) {
      ink.paint(bit, () => ink.paintDot(stroke));
      return;
    }
    const from = Math.max(curves, 3);
    // The start of a path moves until it has three points, the last curve with the last point.
    const stable = !isMoving ? end : end > 15 ? end - 4 : from;
    ink.paint(SETTLED, () => ink.paintCurves(stroke, from, stable));
    if (isMoving && stable > from) curves = stable;
    ink.paint(bit, () => {
      ink.paintCurves(stroke, stable, end);
      ink.paintLastLine(stroke);
    });
  };

  return (drawing) => {
    const next = [...strokes.slice(0, drawing.keep), ...drawing.strokes];
    if (!isContinued(drawing, next)) {
      ink = newInk(drawing.width, drawing.height);
      settled = curves = 0;
    }
    strokes = next;
    const paint = (stroke) => (stroke[0] * OVERSAMPLING) ** 2 * 2 * stroke.length;
    if (strokes.reduce((sum, stroke) => sum + paint(stroke), 0) > MAXIMUM_PAINT) return null;
    ink.erasePassing();
    for (; settled < strokes.length - 1; settled += 1) {
      paintStroke(strokes[settled], false);
      curves = 0;
    }
    if (strokes.length) paintStroke(strokes[settled], true);
    ink.countLevels();
    return normalizeDigit(ink);
  };
};

const newReader = () => {
  const imageOf = newPainter();
  let network = null;
  let model = null;
  return {
    use: (newModel, weights) => {
      model = newModel;
      network = newNetwork(weights, KERNEL);
      // A browser compiles what runs often: the first readings would take several times as long.
      for (let run = 0; run < 4; run += 1) network(new Uint8Array(IMAGE_SIDE ** 2));
    },
    read: (drawing) => {
      const image = imageOf(drawing);
      if (!image) return null;
      return { image, ...prediction(network(image), model.temperature, model.threshold) };
    },
  };
};
