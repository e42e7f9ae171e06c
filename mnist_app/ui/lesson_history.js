/* Moves through a lesson so that it is one entry of the browser's history. Joined to the scripts
   of the lesson's components.

   Streamlit follows an address after "popstate", as after the browser's own Back: it opens the page,
   takes the values of the widgets from the address, and pushes no entries of its own meanwhile.
   Later it does where the server changes the address, as when a class is made: `holdEntry`. */

/* Parameters that belong to no page, and stay. */
const STAY = ["projector", "lang"];

/* Where the page changes, Streamlit drops what the address says of a widget that both pages have, such
   as the choice of the model. On the new page, which has another title, it follows the address again. */
const followOnceMore = (target) => {
  const observer = new MutationObserver(() => {
    observer.disconnect();
    const step = (address) => new URL(address).searchParams.get("lesson");
    if (step(location.href) !== step(target)) return;
    history.replaceState({}, "", target);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  });
  observer.observe(document.querySelector("title"), { childList: true });
};

const openAddress = (address, { push = false } = {}) => {
  const target = new URL(address, location.href);
  const now = new URL(location.href).searchParams;
  for (const name of STAY)
    if (now.has(name) && !target.searchParams.has(name))
      target.searchParams.set(name, now.get(name));
  if (target.pathname !== location.pathname && target.searchParams.has("lesson"))
    followOnceMore(target);
  history[push ? "pushState" : "replaceState"]({}, "", target);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
};

/* Makes of every push from one address of a lesson to another a replacement. */
const holdEntry = () => {
  if (history.pushState.holdsLessons) return;
  const push = history.pushState.bind(history);
  const isInLesson = (address) => new URL(address, location.href).searchParams.has("lesson");
  history.pushState = (state, title, address) => {
    const isWithin = isInLesson(location.href) && isInLesson(address ?? location.href);
    if (isWithin) history.replaceState(state, title, address);
    else push(state, title, address);
  };
  history.pushState.holdsLessons = true;
};
