// Fingers on a chart: from side to side one draws over a stretch, as a mouse does, and up
// and down it scrolls the page (`touch-action` in test.css).

// The stretch is the plot's selection, and told by its hook `setSelect` at the end.
export function drawnOverByFinger(plot) {
  const { over } = plot;
  let from = null;

  function select(one, other, isDone) {
    const [left, right] = one < other ? [one, other] : [other, one];
    plot.setSelect({ left, width: right - left, top: 0, height: over.clientHeight }, isDone);
  }

  // In pixels from the left edge.
  function place({ clientX }) {
    const { left, width } = over.getBoundingClientRect();
    return Math.min(Math.max(clientX - left, 0), width);
  }

  function listen(name, heard) {
    over.addEventListener(name, (event) => event.pointerType === "touch" && event.isPrimary && heard(event));
  }

  listen("pointerdown", (event) => (from = place(event)));
  listen("pointermove", (event) => select(from, place(event), false));
  listen("pointerup", (event) => select(from, place(event), true));
  // The browser scrolls or zooms instead.
  listen("pointercancel", () => select(0, 0, false));
}
