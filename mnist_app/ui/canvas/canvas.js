/* Mounts the component's own module, and unmounts it only when the page really drops it.

   Streamlit starts a component anew for every change and, where the next change comes before that
   is done, calls the clean-up of the one before. The component then forgets the drawing, while the
   page goes on showing its reading.

   It also tells canvas.css how large the drawing is. */

const { default: mount } = await import(new URL("COMPONENT_URL", location.origin).href);

export default (component) => {
  const { canvasWidth, canvasHeight } = component.data;
  const host = component.parentElement.host ?? component.parentElement;
  host.style.setProperty("--canvas-width", `${canvasWidth}px`);
  host.style.setProperty("--canvas-height-to-width", canvasHeight / canvasWidth);
  const unmount = mount(component);
  return () => {
    setTimeout(() => {
      if (!component.parentElement.isConnected) unmount();
    });
  };
};
