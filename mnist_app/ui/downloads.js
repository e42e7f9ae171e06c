/* Links that save files. Their contents came with the page, so nothing is fetched. */
export default ({ parentElement, data }) => {
  const links = data.files.map(({ label, name, type, content }) => {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.download = name;
    link.textContent = label;
    return link;
  });
  parentElement.querySelector("nav").replaceChildren(...links);
  return () => links.forEach((link) => URL.revokeObjectURL(link.href));
};
