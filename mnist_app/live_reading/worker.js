/* Passes messages to the reader and its readings back. */

const reader = newReader();

const load = async (model) => {
  const answer = await fetch(model.weights, { priority: "low" });
  if (!answer.ok) throw new Error(`the weights are not there: ${answer.status}`);
  reader.use(model, await answer.arrayBuffer());
};

onmessage = ({ data }) => {
  if (!data.weights) {
    postMessage({ reading: reader.read(data) });
    return;
  }
  load(data).then(
    () => postMessage({ isReady: true }),
    () => postMessage({ isReady: false }),
  );
};
