/* The clock of a game: seconds left, and a bar. It runs in the browser without messages to the
   server, and tells it once that the time is up. */

const URGENT = 10; // seconds left from which the bar has another colour
const LATE = 20; // milliseconds after a second's end at which the next number is shown

export default ({ parentElement, data, setTriggerValue }) => {
  const clock = parentElement.querySelector(".clock");
  const number = clock.querySelector(".number");
  const fill = clock.querySelector(".fill");
  const end = performance.now() + 1000 * data.left;
  clearTimeout(clock.timer); // of the mount before

  const show = () => {
    const left = data.isRunning ? Math.max(0, (end - performance.now()) / 1000) : data.left;
    number.textContent = data.seconds.replace("{}", Math.ceil(left));
    fill.style.width = `${(100 * left) / data.whole}%`;
    clock.classList.toggle("urgent", left <= URGENT);
    if (!data.isRunning) return;
    if (left > 0) {
      clock.timer = setTimeout(show, 1000 * (left % 1) + LATE);
    } else if (clock.dataset.ended !== data.state) {
      clock.dataset.ended = data.state;
      setTriggerValue("ended", true);
    }
  };

  show();
  if (clock.dataset.seen !== data.state) {
    clock.dataset.seen = data.state;
    clock.scrollIntoView({ block: "nearest" });
  }
  return () => clearTimeout(clock.timer);
};
