/* Shows a reading: digit, sentence, bars. reading_view.py joins live_reader.js and this file.

   The server's reading arrives as data. The canvas tells of every movement of the pen by the event
   "mnist-app:drawing" (canvas.js), and what the browser reads then is shown, until the server has
   read as many strokes. Every reading of the browser is also an event of the element .reading,
   "mnist-app:reading", with its strokes, image and probabilities. */

const EVENT = "mnist-app:drawing";

const filled = (template, text) => template.replace("{}", text);

const percentage = (share, words) => {
  if (share >= words.overFrom) return words.over;
  if (share > 0 && share < words.underBelow) return words.under;
  return `${(100 * share).toFixed(0)} %`;
};

/* Returns the texts and bars of a reading, as reading_view.py's as_shown. */
const asShown = ({ digit, accepted, certainty, answers }, words) => {
  const longest = answers.indexOf(Math.max(...answers));
  const bars = answers.map((share, index) => {
    const isLabelled = share >= words.minimumLabelled || index === longest;
    return {
      name: words.answers[index],
      share,
      label: isLabelled ? percentage(share, words) : "",
      is_winner: accepted && index === digit,
      is_longest: index === longest,
    };
  });
  const labelled = bars.filter(({ label }) => label).map(({ name, label }) => `${name}: ${label}`);
  let sentence = certainty >= words.likely ? words.perhaps[digit] : words.refused;
  if (accepted) sentence = filled(words.sure[digit], percentage(certainty, words));
  return {
    digit: accepted ? String(digit) : "?",
    sentence,
    bars,
    description: filled(words.description, labelled.join(", ")),
  };
};

/* Returns the stroke of a Fabric object, as live_reader.js takes it; null if it is no pen
   stroke. */
const asStroke = ({ strokeWidth, path }) => {
  const isLast = (index) => index === path.length - 1;
  const nameAt = (index) => (index === 0 ? "M" : isLast(index) ? "L" : "Q");
  if (path.length < 2 || !path.every(([name], index) => name === nameAt(index))) return null;
  return Float64Array.from([strokeWidth, ...path.flatMap(([, ...numbers]) => numbers)]);
};

const LEAST_CHANGE = 0.0005; // of a probability: half a pixel at most

const element = (parent, tag, name) => {
  const created = document.createElement(tag);
  created.className = name;
  return parent.appendChild(created);
};

/* Changes a text only if it is another one: the browser lays out the page again for every change.
   The text's node stays: for a new one the browser would match every rule with :has() anew. */
const write = (part, text) => {
  if (!part.firstChild) part.append("");
  if (part.firstChild.data !== text) part.firstChild.data = text;
};

const formats = new Map(); // by language: to make one takes long

const tenths = (language) => {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  if (!formats.has(language)) formats.set(language, new Intl.NumberFormat(language, digits));
  return formats.get(language);
};

/* Returns a function that shows texts and bars in `root`, or the hint instead of them. */
const POP = [{ transform: "scale(0.6)" }, { transform: "scale(1.12)" }, { transform: "none" }];
const POP_MILLISECONDS = 260;

const newDisplay = (root) => {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  const hint = element(root, "p", "hint");
  const digit = element(root, "p", "digit");
  const sentence = element(root, "p", "sentence");
  const chart = element(root, "div", "bars");
  chart.setAttribute("role", "img");
  const rows = [];
  const axis = element(chart, "div", "axis");
  for (const share of [0, 0.5, 1]) {
    const mark = element(axis, "span", "mark");
    mark.textContent = `${100 * share} %`;
    mark.style.setProperty("--share", share);
  }

  const rowAt = (index) => {
    if (!rows[index]) {
      const row = element(chart, "div", "bar");
      chart.insertBefore(row, axis);
      const name = element(row, "span", "name");
      const track = element(row, "span", "track");
      const fill = element(track, "span", "fill");
      rows[index] = { row, name, fill, label: element(track, "span", "label"), share: null };
    }
    return rows[index];
  };

  const showBar = (shown, bar, language) => {
    const { row, name, fill, label } = shown;
    row.classList.toggle("winner", bar.is_winner);
    row.classList.toggle("longest", bar.is_longest);
    write(name, bar.name);
    write(label, bar.label);
    row.dataset.share = bar.share;
    if (shown.share !== null && Math.abs(shown.share - bar.share) < LEAST_CHANGE) return;
    shown.share = bar.share;
    row.title = `${tenths(language).format(100 * bar.share)} %`;
    // Nothing is laid out again for a transform.
    fill.style.transform = `scaleX(${bar.share})`;
    label.style.transform = `translateX(calc(${bar.share} * 100% / var(--track)))`;
  };

  return (reading, hintText, language) => {
    hint.hidden = Boolean(reading);
    digit.hidden = sentence.hidden = chart.hidden = !reading;
    write(hint, hintText);
    if (!reading) {
      write(digit, "");
      root.classList.remove("accepted");
      return;
    }
    const isAccepted = reading.digit !== "?";
    root.classList.toggle("accepted", isAccepted);
    if (isAccepted && reading.digit !== digit.textContent && !isStill.matches) {
      digit.animate(POP, { duration: POP_MILLISECONDS, easing: "ease-out" });
    }
    write(digit, reading.digit);
    write(sentence, reading.sentence);
    if (chart.ariaLabel !== reading.description) chart.ariaLabel = reading.description;
    reading.bars.forEach((bar, index) => showBar(rowAt(index), bar, language));
    rows.forEach(({ row }, index) => {
      row.hidden = index >= reading.bars.length;
    });
  };
};

const newView = (root, announced) => {
  const display = newDisplay(root);
  const strokesOf = new WeakMap(); // by Fabric object
  let data = null; // the server's
  let reader = null;
  let script = null; // and weights, of the reader
  let drawing = null; // the latest that the pen made, while no answer of the server includes it
  let reading = null; // the browser's of it

  const show = () => {
    root.dataset.reader = reading ? "browser" : "server";
    display(reading ? asShown(reading, data.live.words) : data.reading, data.hint, data.language);
  };

  const onReading = (newReading, ofDrawing) => {
    if (!drawing || !newReading) return;
    reading = newReading;
    show();
    const detail = { ...reading, strokes: ofDrawing.strokes };
    root.dispatchEvent(new CustomEvent("mnist-app:reading", { detail, bubbles: true }));
  };

  const forget = () => {
    drawing = reading = null;
    reader?.forget();
  };

  const onDrawing = ({ detail }) => {
    startSoon();
    if (!detail.moving) {
      forget();
      show();
      return;
    }
    const strokes = [];
    for (const object of detail.strokes) {
      if (!strokesOf.has(object)) strokesOf.set(object, asStroke(object));
      strokes.push(strokesOf.get(object));
    }
    if (strokes.includes(null)) return;
    strokes.push(detail.moving);
    drawing = { width: detail.width, height: detail.height, strokes };
    reader?.read(drawing);
  };

  /* Loads script and weights when the page has nothing better to do. */
  const startSoon = () => {
    const idle = globalThis.requestIdleCallback ?? setTimeout;
    idle(() => root.isConnected && reader?.start());
  };

  const receive = (newData) => {
    data = newData;
    const wanted = data.live && data.live.script + data.live.model.weights;
    if (wanted !== script) {
      reader?.close();
      forget();
      reader = data.live && newLiveReader(data.live, onReading);
      script = wanted;
      dispatchEvent(new Event("mnist-app:reading-wanted")); // a canvas that is there answers
    }
    if (drawing && data.strokes >= drawing.strokes.length) forget();
    show();
    write(announced, data.reading?.sentence ?? data.hint); // a screen reader says what is new
  };

  addEventListener(EVENT, onDrawing);
  return {
    receive,
    leave: () => {
      removeEventListener(EVENT, onDrawing);
      reader?.close();
    },
  };
};

const views = new WeakMap(); // by the element

export default ({ parentElement, data }) => {
  const root = parentElement.querySelector(".reading");
  const announced = parentElement.querySelector(".announced");
  if (!views.has(root)) views.set(root, newView(root, announced));
  const view = views.get(root);
  view.receive(data);
  return () => {
    setTimeout(() => {
      if (root.isConnected) return;
      view.leave();
      views.delete(root);
    });
  };
};
