/* The wall of a class: a group for each pupil, a button for each drawing, which removes it.

   Python sends what has changed after the revision `start`, and the wall keeps the rest in its
   element. Where it has missed an update, it asks for everything with the trigger "behind".
   One stop of the Tab key leads to the drawings; the arrow keys move between them. */

const SIDE = 28; // pixels of an image
const colours = MARK_COLOURS;
const paths = MARK_PATHS;

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

/* Returns `template` with `values` in the places of their {names}. */
const filled = (template, values) =>
  template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/* Returns a canvas with an image of 16 grey levels, two pixels a byte, in base64. */
const pictureOf = (packed) => {
  const canvas = element("canvas");
  canvas.width = canvas.height = SIDE;
  const pixels = new ImageData(SIDE, SIDE);
  [...atob(packed)].forEach((character, index) => {
    const byte = character.charCodeAt(0);
    for (const [half, level] of [byte >> 4, byte & 15].entries()) {
      const at = 4 * (2 * index + half);
      pixels.data.set([17 * level, 17 * level, 17 * level, 255], at);
    }
  });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
};

const markOf = (colour, shape) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", paths[shape]);
  path.setAttribute("fill", colours[colour]);
  svg.append(path);
  return svg;
};

const newWall = (root) => {
  let trigger = () => {};
  let revision = -1;
  let words = {}; // the texts, in the language of the page
  const groups = new Map(); // by pupil: { box, list, count, number, buttons }
  const drawings = new Map(); // by drawing: { pupil, label, packed, button }

  const hint = element("p", "hint");
  const doubts = element("section", "group doubts");
  const pupils = element("div", "pupils");
  const undo = element("div", "undo");
  const undoWords = element("span");
  const undoButton = element("button");
  undoWords.setAttribute("role", "status");
  undoButton.onclick = () => trigger("undo", true);
  undo.append(undoWords, undoButton);
  root.replaceChildren(hint, doubts, pupils, undo);

  const drawingButton = (id, { packed, label, pupil }, caption) => {
    const button = element("button", "drawing");
    button.type = "button";
    button.tabIndex = -1;
    button.append(pictureOf(packed), element("span", "", caption));
    const values = { digit: label, number: groups.get(pupil)?.number ?? "?" };
    const action = filled(words.removeDrawing, values);
    button.title = action;
    button.setAttribute("aria-label", caption === `${label}` ? action : `${action}: ${caption}`);
    button.onclick = () => {
      takeOff(id);
      trigger("drawing", id);
    };
    return button;
  };

  const takeOff = (id) => {
    drawings.get(id)?.button.remove();
    doubts.querySelector(`[data-drawing="${id}"]`)?.remove();
    drawings.delete(id);
    showCounts();
  };

  const groupOf = (id, number, colour, shape) => {
    const box = element("section", "group");
    box.setAttribute("aria-label", filled(words.pupil, { number }));
    const head = element("header");
    const count = element("span", "count");
    const remove = element("button", "", words.remove);
    remove.type = "button";
    remove.setAttribute("aria-label", filled(words.removePupil, { number }));
    remove.onclick = () => trigger("pupil", id);
    head.append(markOf(colour, shape), element("b", "", number), count, remove);
    const list = element("div", "drawings");
    box.append(head, list);
    return { box, list, count, number };
  };

  const takePupil = ([id, number, colour, shape, isVisible]) => {
    if (!groups.has(id)) groups.set(id, groupOf(id, number, colour, shape));
    const { box } = groups.get(id);
    if (!isVisible) {
      box.remove();
    } else if (!box.isConnected) {
      const later = [...groups.values()]
        .filter((group) => group.number > number && group.box.isConnected)
        .sort((one, other) => one.number - other.number);
      pupils.insertBefore(box, later[0]?.box ?? null);
    }
  };

  const takeDrawing = ([id, pupil, label, packed]) => {
    if (packed === null) {
      takeOff(id);
    } else if (!drawings.has(id) && groups.has(pupil)) {
      const drawing = { packed, label, pupil };
      drawing.button = drawingButton(id, drawing, `${label}`);
      drawing.button.dataset.drawing = id;
      const next = [...groups.get(pupil).list.children].find(
        (button) => Number(button.dataset.drawing) > id,
      );
      groups.get(pupil).list.insertBefore(drawing.button, next ?? null);
      drawings.set(id, drawing);
    }
  };

  const showDoubts = (found) => {
    const wanted = found.filter(([id]) => drawings.has(id));
    doubts.hidden = !wanted.length;
    const key = JSON.stringify(wanted);
    if (doubts.dataset.shown === key) return;
    doubts.dataset.shown = key;
    const head = element("header");
    head.append(element("b", "", words.doubted), element("span", "count", words.doubts));
    const list = element("div", "drawings");
    for (const [id, read] of wanted) {
      const button = drawingButton(id, drawings.get(id), `${drawings.get(id).label} → ${read}`);
      button.dataset.drawing = id;
      list.append(button);
    }
    doubts.replaceChildren(head, list);
  };

  const showCounts = () => {
    for (const { count, list } of groups.values()) {
      const number = list.childElementCount;
      count.textContent =
        number === 1 ? words.oneDrawing : filled(words.drawings, { count: number });
    }
    hint.textContent = drawings.size
      ? words.tap
      : words.empty;
    const buttons = [...root.querySelectorAll(".drawing")];
    if (!buttons.some((button) => button.tabIndex === 0) && buttons.length) buttons[0].tabIndex = 0;
  };

  root.onkeydown = ({ key, target }) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    if (!step || !target.matches(".drawing")) return;
    const buttons = [...root.querySelectorAll(".drawing")];
    const next = buttons[buttons.indexOf(target) + step];
    if (!next) return;
    target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };

  return (data, setTriggerValue) => {
    trigger = setTriggerValue;
    words = data.words;
    undoButton.textContent = words.undo;
    if (data.start > revision) {
      trigger("behind", true);
      return;
    }
    revision = Math.max(revision, data.revision);
    data.pupils.forEach(takePupil);
    data.drawings.forEach(takeDrawing);
    showDoubts(data.doubts);
    showCounts();
    undo.hidden = data.undo === null;
    undoWords.textContent = data.undo ?? "";
  };
};

const walls = new WeakMap();

export default ({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".wall");
  if (!walls.has(root)) walls.set(root, newWall(root));
  walls.get(root)(data, setTriggerValue);
};
