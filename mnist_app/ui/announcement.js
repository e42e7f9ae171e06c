/* A live region: a screen reader says its text when it changes. It stays when the page runs again. */
export default ({ parentElement, data }) => {
  const region = parentElement.querySelector("p");
  if (region.textContent !== data.text) region.textContent = data.text;
};
