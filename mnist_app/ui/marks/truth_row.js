/* A row of buttons that can be pressed, one at a time; the server says which one is. */
export default ({ parentElement, data, setTriggerValue }) => {
  const group = parentElement.querySelector("[role=group]");
  group.setAttribute("aria-label", data.question);
  group.querySelector("p").textContent = data.question;
  const row = group.querySelector(".buttons");
  while (row.children.length < data.answers.length) {
    row.append(Object.assign(document.createElement("button"), { type: "button" }));
  }
  data.answers.forEach((answer, index) => {
    const button = row.children[index];
    if (button.textContent !== answer) button.textContent = answer;
    button.setAttribute("aria-pressed", index === data.chosen);
    button.onclick = () => setTriggerValue("truth", index);
  });
};
