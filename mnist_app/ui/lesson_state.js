/* Hands what the page reads to the panel, which is there before or after this one. */
export default ({ data }) => {
  window.mnistAppLesson = data;
  dispatchEvent(new CustomEvent("mnist-app:lesson"));
};
