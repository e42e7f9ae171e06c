/* Mounts the component's own module, and unmounts it only when it has left the page.

   Streamlit mounts a component again for every change. If the next change comes before that is
   done, Streamlit calls the clean-up of the earlier mount, and the component loses the drawing
   while the page still shows its reading.

   The drawing to begin with arrives as the text in which the component reported it: Streamlit
   handles a text much faster than the lists of a large drawing.

   The module also passes the size of the drawing to canvas.css. */

const { default: mount } = await import(new URL("COMPONENT_URL", location.origin).href);

export default (component) => {
  const { canvasWidth, canvasHeight, initialDrawing } = component.data;
  const host = component.parentElement.host ?? component.parentElement;
  host.style.setProperty("--canvas-width", `${canvasWidth}px`);
  host.style.setProperty("--canvas-height-to-width", canvasHeight / canvasWidth);
  const saved = initialDrawing.objects;
  const objects = saved ? JSON.parse(saved).drawing.raw.objects : [];
  const data = { ...component.data, initialDrawing: { ...initialDrawing, objects } };
  const unmount = mount({ ...component, data });
  return () => {
    setTimeout(() => {
      if (!component.parentElement.isConnected) unmount();
    });
  };
};
