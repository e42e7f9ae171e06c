// Everything that snapshot.py compares, read in one go so that it belongs to one instant.
() => {
  const app = document.querySelector("[data-testid=stApp]");
  const host = document.querySelector(".st-key-drawing [data-testid=stBidiComponentIsolated]");
  // The strokes, and above them the one that is being drawn.
  const layers = [...(host?.shadowRoot?.querySelectorAll("canvas.dc-canvas") ?? [])];
  const visible = document.createElement("canvas");
  visible.width = layers[0]?.width ?? 0;
  visible.height = layers[0]?.height ?? 0;
  for (const layer of layers) visible.getContext("2d").drawImage(layer, 0, 0);

  const reading = document.querySelector(".reading");
  const isShown = (part) => part.checkVisibility();
  const bars = [...(reading?.querySelectorAll(".bar") ?? [])].filter(isShown).map((bar) => ({
    answer: bar.querySelector(".name").textContent,
    probability: Number(bar.dataset.share),
    top: bar.getBoundingClientRect().top,
    length: bar.querySelector(".fill").getBoundingClientRect().width,
  }));
  const middles = [...(reading?.querySelectorAll(".mark") ?? [])].filter(isShown).map((mark) => {
    const box = mark.getBoundingClientRect();
    return (box.left + box.right) / 2;
  });
  const seen = [...document.querySelectorAll("[data-testid=stImageCaption]")]
    .find((caption) => caption.innerText.trim() === "28×28 pixels")
    ?.closest("[data-testid=stImageContainer], [data-testid=stImage]")
    ?.querySelector("img");
  return {
    canvas: layers.length ? visible.toDataURL() : null,
    text: [...(reading?.querySelectorAll("p") ?? [])]
      .filter(isShown)
      .map((part) => part.innerText.trim()),
    bars,
    scale: middles.length ? middles.at(-1) - middles[0] : null,
    seen: seen?.src ?? null,
    isBusy: app?.dataset.testScriptState !== "notRunning",
  };
};
