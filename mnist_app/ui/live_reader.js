/* Has a worker read drawings, the latest one as soon as it has read the one before.

   A drawing is { width, height, strokes }; a stroke is a Float64Array as
   mnist_app/live_reading/ink.js takes it. The worker gets only the strokes that it does not have
   yet. */

const isEqual = (one, other) =>
  one === other ||
  (one?.length === other.length && one.every((number, at) => number === other[at]));

/* `onReading` is called with each reading and its drawing. If anything fails, it never is. */
const newLiveReader = ({ script, model }, onReading) => {
  let worker = null;
  let isStarted = false; // once: what failed is not tried again
  let isReady = false;
  let inWork = null; // the drawing that is being read
  let wanted = null; // the one after it
  let sent = []; // the strokes that the worker has

  const close = () => {
    isStarted = true;
    worker?.terminate();
    worker = null;
    isReady = false;
  };

  const post = () => {
    if (!isReady || inWork || !wanted) return;
    inWork = wanted;
    wanted = null;
    const { width, height, strokes } = inWork;
    let keep = 0;
    while (keep < strokes.length && isEqual(sent[keep], strokes[keep])) keep += 1;
    worker.postMessage({ width, height, keep, strokes: strokes.slice(keep) });
    sent = strokes;
  };

  const start = () => {
    if (isStarted) return;
    isStarted = true;
    try {
      worker = new Worker(script);
    } catch {
      return; // no workers here
    }
    worker.onerror = close;
    worker.onmessage = ({ data }) => {
      if ("isReady" in data) {
        isReady = data.isReady;
        if (!isReady) close();
      } else {
        const drawing = inWork;
        inWork = null;
        onReading(data.reading, drawing);
      }
      post();
    };
    worker.postMessage(model);
  };

  return {
    start,
    close,
    read: (drawing) => {
      wanted = drawing;
      post();
    },
    forget: () => {
      wanted = null;
    },
  };
};
