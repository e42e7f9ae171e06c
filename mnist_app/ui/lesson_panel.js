/* The panel of a lesson. On narrow windows its text is folded until it is asked for: the bar with the
   step's instruction stays in sight, and the text lies over the page, so that nothing moves under a
   drawing finger. */

const element = (parent, tag, name, text) => {
  const created = document.createElement(tag);
  created.className = name;
  created.textContent = text ?? "";
  parent.append(created);
  return created;
};

/* Adds `text`, in which ** begins and ends strong words, to `parent`. */
const addParagraph = (parent, text) => {
  const paragraph = element(parent, "p", "");
  const unbroken = text.replaceAll(" %", "\u00a0%");
  unbroken.split("**").forEach((part, index) => {
    if (index % 2) element(paragraph, "strong", "", part);
    else paragraph.append(part);
  });
};

const build = (panel) => {
  const parts = { head: element(panel, "p", "name") };
  parts.bar = element(panel, "div", "bar");
  parts.back = element(parts.bar, "button", "back");
  parts.middle = element(parts.bar, "div", "middle");
  parts.count = element(parts.middle, "p", "count");
  parts.title = element(parts.middle, "h2", "title");
  parts.check = element(parts.middle, "p", "check");
  parts.fold = element(parts.bar, "button", "fold");
  parts.next = element(parts.bar, "button", "next");
  parts.text = element(panel, "div", "text");
  parts.end = element(panel, "button", "end");
  for (const button of panel.querySelectorAll("button")) button.type = "button";
  for (const heard of [parts.middle, parts.text])
    heard.setAttribute("aria-live", "polite");
  return parts;
};

const setOpen = (panel, isOpen) => {
  panel.classList.toggle("open", isOpen);
  panel.parts.fold.setAttribute("aria-expanded", String(isOpen));
};

/* Opens the page of the step in its state, once, if the address has only the step's number. */
const openWhole = ({ step, address }) => {
  const [here, wanted] = [new URL(location.href), new URL(address, location.href)];
  const names = [...wanted.searchParams.keys()].filter((name) => name !== "lesson");
  const isHere = here.pathname.replace(/\/$/, "") === wanted.pathname.replace(/\/$/, "");
  const isWhole = isHere && (!names.length || names.some((name) => here.searchParams.has(name)));
  if (window.mnistAppLessonOpened !== step && !isWhole) openAddress(address);
  window.mnistAppLessonOpened = step;
};

const showCheck = (panel) => {
  const state = window.mnistAppLesson;
  const { step, message } = panel.shown;
  const isDone = Boolean(message) && state?.step === step && state.done;
  panel.classList.toggle("done", isDone);
  panel.parts.check.textContent = isDone ? message : "";
};

export default ({ parentElement, data }) => {
  const panel = parentElement.querySelector(".lesson");
  const parts = (panel.parts ??= build(panel));
  const isNew = panel.shown?.step !== data.step;
  panel.shown = data;
  panel.setAttribute("aria-label", data.region);
  for (const name of ["count", "title", "end"]) parts[name].textContent = data[name];
  parts.head.textContent = data.lesson;
  parts.fold.setAttribute("aria-label", data.fold);
  if (isNew) {
    parts.text.replaceChildren();
    for (const paragraph of data.paragraphs) addParagraph(parts.text, paragraph);
    setOpen(panel, false);
  }
  for (const name of ["back", "next"]) {
    const { label, address } = data[name];
    element((parts[name].replaceChildren(), parts[name]), "span", "", label);
    parts[name].disabled = !address;
    parts[name].onclick = () => openAddress(address);
  }
  parts.fold.onclick = parts.middle.onclick = () => setOpen(panel, !panel.classList.contains("open"));
  parts.end.onclick = () => {
    const here = new URL(location.href);
    here.searchParams.delete("lesson");
    openAddress(here);
  };
  showCheck(panel);
  holdEntry();
  openWhole(data);

  const changed = () => showCheck(panel);
  // The text gives way to the page below it. Wide windows show it beside the page, always.
  const pressed = ({ target }) => {
    if (!panel.contains(target)) setOpen(panel, false);
  };
  addEventListener("mnist-app:lesson", changed);
  addEventListener("pointerdown", pressed, true);
  return () => {
    removeEventListener("mnist-app:lesson", changed);
    removeEventListener("pointerdown", pressed, true);
  };
};
