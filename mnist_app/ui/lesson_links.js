/* Links to the steps of a lesson. Each opens in a new tab as any link does, if one wants that. */
const linkTo = ({ label, address }) => {
  const link = document.createElement("a");
  link.textContent = label;
  link.href = address;
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openAddress(address, { push: true });
  };
  return link;
};

export default ({ parentElement, data }) => {
  parentElement.querySelector("p").replaceChildren(...(data.start ? [linkTo(data.start)] : []));
  const items = data.links.map((link) => {
    const item = document.createElement("li");
    item.append(linkTo(link));
    return item;
  });
  parentElement.querySelector("ol").replaceChildren(...items);
};
