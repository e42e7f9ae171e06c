/* Links to the steps of a lesson. Each opens in a new tab as any link does, if one wants that. */
export default ({ parentElement, data }) => {
  const links = data.links.map(({ label, address }) => {
    const link = document.createElement("a");
    link.textContent = label;
    link.href = address;
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      openAddress(address, { push: true });
    };
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  parentElement.querySelector("ol").replaceChildren(...links);
};
