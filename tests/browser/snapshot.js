// Everything that snapshot.py compares, read in one go so that it belongs to one instant.
() => {
  const app = document.querySelector("[data-testid=stApp]");
  const prediction = document.querySelector(".st-key-prediction");
  const host = document.querySelector(".st-key-drawing [data-testid=stBidiComponentIsolated]");
  // The strokes, and above them the one that is being drawn.
  const layers = [...(host?.shadowRoot?.querySelectorAll("canvas.dc-canvas") ?? [])];
  const visible = document.createElement("canvas");
  visible.width = layers[0]?.width ?? 0;
  visible.height = layers[0]?.height ?? 0;
  for (const layer of layers) visible.getContext("2d").drawImage(layer, 0, 0);

  const shapes = [...(prediction?.querySelectorAll("svg .mark-rect path[aria-label]") ?? [])];
  const bars = shapes.map((shape) => {
    const label = shape.getAttribute("aria-label");
    const value = (name) => label.match(new RegExp(`${name}: ([^;]+)`))[1];
    const box = shape.getBBox();
    return { answer: value("answer"), probability: Number(value("probability")), top: box.y, length: box.width };
  });
  const tick = [...(prediction?.querySelectorAll("svg .role-axis-label text") ?? [])]
    .find((text) => text.textContent === "100 %");
  const seen = [...document.querySelectorAll("[data-testid=stImageCaption]")]
    .find((caption) => caption.innerText.trim() === "28×28 pixels")
    ?.closest("[data-testid=stImageContainer], [data-testid=stImage]")
    ?.querySelector("img");
  return {
    canvas: layers.length ? visible.toDataURL() : null,
    text: [...(prediction?.querySelectorAll("[data-testid=stMarkdownContainer]") ?? [])]
      .filter((part) => !part.closest(".st-key-several"))
      .map((part) => part.innerText.trim()),
    bars,
    scale: tick?.transform.baseVal[0]?.matrix.e ?? null,
    seen: seen?.src ?? null,
    isBusy: app?.dataset.testScriptState !== "notRunning",
  };
};
