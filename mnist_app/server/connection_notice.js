/* Says in words what the page itself cannot say: that it has no connection to the app, or that it
   stands inside a page of another site, where browsers do not send the cookie that uploads need.

   connection_notice.py serves this script, with the texts put in. It is no module and waits for no
   other script, so that it also works where those are not loaded. Everything that it shows is made
   here, for a Content Security Policy that allows no inline script or style. */

(() => {
  const PATIENCE = 12; // looks without a connection until the page says so
  const STEADY = 3; // looks in a row that find a connection until it counts: filters cut it at once
  const LOOK_MILLISECONDS = 500;
  const ROOT = new URL("..", document.currentScript.src);
  const STYLE = `
    :host { position: fixed; inset: auto 0 0; z-index: 1000001; display: grid; gap: 0.5rem;
      padding: 0.5rem; justify-items: center; pointer-events: none; }
    section { box-sizing: border-box; width: 100%; max-width: 44rem; padding: 0.75rem 1rem;
      font: 1rem/1.4 "Source Sans", system-ui, sans-serif; color: #14181d; background: #fff;
      border: 2px solid #0072b2; border-radius: 0.5rem; pointer-events: auto; }
    h2 { margin: 0; font-size: 1.1rem; }
    p, ul { margin: 0.25rem 0 0; }
    ul { padding-left: 1.25rem; }
    a, button { font: inherit; color: #0072b2; background: none; border: 0; padding: 0.25rem 0;
      margin-right: 1.5rem; text-decoration: underline; cursor: pointer; }
    @media (prefers-color-scheme: dark) {
      section { color: #f2f4f7; background: #1e242b; border-color: #56b4e9; }
      a, button { color: #56b4e9; }
    }`;

  const texts = () => {
    const all = TEXTS;
    const wanted = [new URLSearchParams(location.search).get("lang"), ...navigator.languages];
    const code = wanted.map((tag) => tag?.split("-")[0].toLowerCase()).find((tag) => all[tag]);
    return all[code ?? "en"];
  };

  const element = (name, content, attributes = {}) => {
    const made = document.createElement(name);
    made.append(...[content].flat());
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  let place = null;
  const show = (notice) => {
    if (!place) {
      const host = element("div", [], { id: "connection-notice" });
      place = host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      place.adoptedStyleSheets = [sheet];
      document.body.append(host);
    }
    place.append(notice);
  };

  const isConnected = () =>
    document
      .querySelector("[data-testid=stApp]")
      ?.getAttribute("data-test-connection-state") === "CONNECTED";

  const isAnswered = () =>
    fetch(new URL("_stcore/health", ROOT), { cache: "no-store", signal: AbortSignal.timeout(1500) })
      .then(({ ok }) => ok)
      .catch(() => false);

  let wasConnected = false;
  let looks = 0; // without a connection
  let steady = 0; // looks with one, in a row
  let notice = null;

  const complain = async () => {
    const t = texts();
    if (wasConnected) {
      notice = element("section", element("p", t.lost), { role: "alert" });
    } else {
      const causes = (await isAnswered()) ? [t.filter, t.address] : [t.stopped, t.away];
      if (isConnected()) return;
      const parts = [
        element("h2", t.unconnected),
        element("p", t.causes),
        element("ul", causes.map((cause) => element("li", cause))),
        element("p", t.waiting),
      ];
      notice = element("section", parts, { role: "alert" });
    }
    show(notice);
  };

  setInterval(() => {
    steady = isConnected() ? steady + 1 : 0;
    if (steady === STEADY) {
      wasConnected = true;
      looks = 0;
      notice?.remove();
    } else if (!steady && ++looks === PATIENCE) {
      complain();
    }
  }, LOOK_MILLISECONDS);

  const isInForeignPage = () => {
    try {
      return top.location.origin !== location.origin;
    } catch {
      return true; // the browser does not tell the address of another site's page
    }
  };

  const offerTab = () => {
    const t = texts();
    const link = element("a", t.open, { target: "_blank", rel: "noopener", href: location.href });
    link.addEventListener("click", () => (link.href = location.href));
    const close = element("button", t.close, { type: "button" });
    const framed = element("section", [element("p", t.framed), link, close], { role: "note" });
    close.addEventListener("click", () => framed.remove());
    show(framed);
  };

  if (!isInForeignPage()) return;
  if (document.body) offerTab();
  else addEventListener("DOMContentLoaded", offerTab);
})();
