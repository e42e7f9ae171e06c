/* Mounts the component's own module, with our handling of pointers, undo and reloads.

   component.py joins one_pointer.js, pencil_path.js, kept_drawing.js and this file to one module.

   Each movement of the pen is an event of the window, "mnist-app:drawing", for whatever on the page
   reads along (reading_view.js): the size of the canvas, the Fabric objects of the strokes before,
   and the path of the moving one, null where the drawing changed otherwise.

   The component sends a drawing 200 ms after the end of a stroke; here it is sent at once, or when
   the pen has rested where the server asks for that, or, on a canvas of which the server needs whole
   drawings alone, with the next press of a button. Until then it is kept in this tab, as one that was
   sent is. Drawings of many strokes are always sent at once:
   the server says when a canvas is full.

   Streamlit mounts a component again for every change. If the next change comes before that is
   done, Streamlit calls the clean-up of the earlier mount, and the component loses the drawing
   while the page still shows its reading. So it is unmounted only when it has left the page.

   The drawing to begin with arrives as the text in which the component reported it: Streamlit
   handles a text much faster than the lists of a large drawing. */

const { default: mount } = await import(new URL("COMPONENT_URL", location.origin).href);

const TEXTS = ALL_TEXTS; // by language
const texts = () => TEXTS[document.documentElement.lang] ?? TEXTS.en;

const FEW_STROKES = 10; // no digit has so many

const pads = new WeakMap(); // by the element or shadow root in which the component is mounted

/* The component undoes only what was drawn since it was mounted. A pad has buttons of its own,
   which give the component a drawing without the last stroke, or with one more. */
const newPad = (root, data) => {
  const saved = data.initialDrawing.objects;
  let strokes = saved ? JSON.parse(saved).drawing.raw.objects : []; // Fabric objects, one a stroke
  let given = strokes; // the drawing that the component was given last
  let revision = 0; // tells the component to take that drawing, though it may be the one before
  let undone = [];
  let isUnsent = false; // whether the component has a stroke to report
  let resting = 0; // timer that sends it
  let report = null; // hands what the component has reported to Streamlit, once
  let latest = null; // what Streamlit mounted last
  let isLate = false; // whether that was during a stroke, which another brush would end
  let brushWidth = 0; // of the stroke that is drawn
  let pencil = null;

  const announce = () => {
    const detail = {
      width: data.canvasWidth,
      height: data.canvasHeight,
      strokes,
      moving: pencil?.path() ?? null,
    };
    dispatchEvent(new CustomEvent("mnist-app:drawing", { detail }));
  };

  const announceIfStill = () => {
    if (!pencil) announce();
  };

  const follow = (canvas, event) => {
    if (event.type === "mousedown") {
      clearTimeout(resting);
      pencil = newPencil(canvas, brushWidth);
      showInvitation();
    }
    if (event.type !== "mouseup") pencil.add(event);
    announce();
  };

  const mountLatest = () => {
    brushWidth = latest.data.strokeWidth;
    const { rest, ...others } = latest.data.initialDrawing; // another rest is no other drawing
    const initialDrawing = { ...others, objects: given, revision };
    const setStateValue = (name, value) => {
      if (name !== "drawing") {
        latest.setStateValue(name, value);
        return;
      }
      take(value.raw.objects);
      report = () => latest.setStateValue(name, value);
      if (latest.data.initialDrawing.reportsEachStroke || strokes.length >= FEW_STROKES) sendReport();
    };
    return mount({ ...latest, data: { ...latest.data, initialDrawing }, setStateValue });
  };

  const pointer = followOnePointer(root, follow, () => {
    pencil = null;
    if (!root.isConnected) return;
    isUnsent = true;
    if (isLate) mountLatest();
    isLate = false;
    showButtons();
    const { rest } = latest.data.initialDrawing;
    if (rest) resting = setTimeout(send, rest);
    else queueMicrotask(send); // after the component's own, in which it notices the stroke
  });

  const take = (objects) => {
    if (objects.length !== strokes.length) undone = [];
    strokes = objects;
    isUnsent = false;
    keepDrawing(latest.data, strokes);
    showButtons();
  };

  const give = (objects) => {
    strokes = given = objects;
    revision += 1;
    mountLatest();
    keepDrawing(latest.data, strokes);
    showButtons();
    announce();
  };

  const send = () => {
    if (isUnsent) root.querySelector('button[title^="Update"]')?.click();
  };

  const sendReport = () => {
    report?.();
    report = null;
  };

  const sendAll = () => {
    send();
    sendReport();
  };

  // A press of a button of the page, such as Next, is about all that was drawn before it.
  const sendBeforeClick = (event) => {
    // Its own click on "Update" is not trusted, and a mouse clicks with each stroke.
    if (event.isTrusted && !event.composedPath().includes(root)) sendAll();
  };

  const undo = () => {
    send();
    if (pointer.isDrawing() || !strokes.length) return;
    undone.push(strokes.at(-1));
    give(strokes.slice(0, -1));
  };

  const redo = () => {
    send();
    if (!pointer.isDrawing() && undone.length) give([...strokes, undone.pop()]);
  };

  let buttons = [];
  const ownButton = (title, onClick) => {
    const theirs = root.querySelector(`button[title="${title}"]`);
    const own = theirs.cloneNode(true);
    own.classList.add("own-button");
    own.addEventListener("click", onClick);
    theirs.replaceWith(own);
    return own;
  };
  const showButtons = () => {
    if (!buttons.length) buttons = [ownButton("Undo", undo), ownButton("Redo", redo)];
    [buttons[0].title, buttons[1].title] = [texts().undo, texts().redo];
    for (const button of buttons) button.ariaLabel = button.title;
    const focused = root.activeElement;
    buttons[0].disabled = !strokes.length && !isUnsent;
    buttons[1].disabled = !undone.length || isUnsent;
    // A button that can do no more would lose the keyboard's focus.
    if (focused?.disabled) buttons.find((button) => !button.disabled)?.focus();
    const canvas = root.querySelector("canvas.upper-canvas");
    canvas.role = "img";
    canvas.ariaLabel = strokes.length
      ? texts().drawing.replace("{count}", strokes.length)
      : `${texts()[data.initialDrawing.invitation]}. ${texts().empty}`;
    showInvitation();
  };

  /* In the empty canvas stands what to draw. It is no part of the drawing: the canvas, which says
     the same to screen readers, lies above it. */
  let invitation = null;
  const showInvitation = () => {
    if (!invitation) {
      invitation = document.createElement("p");
      invitation.className = "invitation";
      invitation.ariaHidden = "true";
      root.querySelector(".dc-container").append(invitation);
    }
    invitation.textContent = texts()[data.initialDrawing.invitation];
    invitation.hidden = Boolean(strokes.length || isUnsent || pencil);
  };

  const language = new MutationObserver(showButtons);

  const show = (component) => {
    const isFirst = !latest;
    const session = latest?.data.initialDrawing.session;
    latest = component;
    isLate = pointer.isDrawing();
    if (isLate) return;
    pad.unmount = mountLatest();
    if (!isFirst) {
      // A server that has forgotten the session gets the drawing again.
      if (session !== component.data.initialDrawing.session && strokes.length) give(strokes);
      return;
    }
    addEventListener("pagehide", send);
    addEventListener("click", sendBeforeClick, true);
    addEventListener("mnist-app:reading-wanted", announceIfStill);
    language.observe(document.documentElement, { attributeFilter: ["lang"] });
    const kept = strokes.length ? [] : keptDrawing(component.data);
    if (kept.length) give(kept);
    else keepDrawing(latest.data, strokes);
    showButtons();
    announce();
  };

  const pad = {
    show,
    unmount: () => {},
    leave: () => {
      clearTimeout(resting);
      removeEventListener("pagehide", send);
      removeEventListener("click", sendBeforeClick, true);
      removeEventListener("mnist-app:reading-wanted", announceIfStill);
      language.disconnect();
      pad.unmount();
    },
  };
  return pad;
};

export default (component) => {
  const { parentElement: root, data } = component;
  const host = root.host ?? root;
  host.style.setProperty("--canvas-width", `${data.canvasWidth}px`); // for canvas.css
  host.style.setProperty("--canvas-height-to-width", data.canvasHeight / data.canvasWidth);
  if (!pads.has(root)) pads.set(root, newPad(root, data));
  const pad = pads.get(root);
  pad.show(component);
  return () => {
    setTimeout(() => {
      if (!root.isConnected) pad.leave();
    });
  };
};
