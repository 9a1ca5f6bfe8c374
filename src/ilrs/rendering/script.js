"use strict";
// Reads values back from the drawn series under the pointer; without it the page loses nothing else.
(() => {
  const readout = document.createElement("div");
  readout.id = "readout";
  readout.hidden = true;
  document.body.append(readout);

  const numbers = (d) => d.split(/[^0-9.,\-]+/).filter((p) => p.includes(",")).map((p) => p.split(",").map(Number));

  function lineAt(path, x) {
    path.points ??= numbers(path.getAttribute("d"));
    let best = null;
    for (const p of path.points) if (!best || Math.abs(p[0] - x) < Math.abs(best[0] - x)) best = p;
    return best && Math.abs(best[0] - x) < 8 ? best[1] : null;
  }
  // An area runs along its top and back along its bottom; its value is the distance between.
  function areaAt(path, x) {
    path.points ??= numbers(path.getAttribute("d"));
    const n = path.points.length;
    let best = -1;
    for (let i = 0; i < n / 2; i++) if (best < 0 || Math.abs(path.points[i][0] - x) < Math.abs(path.points[best][0] - x)) best = i;
    return best < 0 ? null : path.points[n - 1 - best][1] - path.points[best][1];
  }
  const short = (v) => Number(v.toPrecision(3)).toString();

  for (const svg of document.querySelectorAll("svg[data-start]")) {
    const of = (name) => Number(svg.dataset[name]);
    const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
    cursor.setAttribute("class", "cursor");
    const hide = () => { readout.hidden = true; cursor.remove(); };
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const unit = svg.viewBox.baseVal.width / box.width;
      const x = (event.clientX - box.left) * unit, y = (event.clientY - box.top) * unit;
      if (x < of("left") || x > of("right")) return hide();
      const second = of("first") + (x - of("left")) / (of("right") - of("left")) * (of("last") - of("first"));
      const moment = new Date(Date.parse(svg.dataset.start) + 1000 * second).toISOString();
      const lines = [moment.slice(0, 16).replace("T", " ") + " UTC"];
      for (const panel of svg.querySelectorAll("g.panel")) {
        const d = panel.dataset, top = Number(d.top), bottom = Number(d.bottom);
        if (y < top - 14 || y > bottom + 8) continue;
        const scale = (Number(d.high) - Number(d.low)) / (bottom - top);
        for (const path of panel.querySelectorAll("path[data-area]")) {
          const size = areaAt(path, x);
          if (size !== null && size > 0.05) lines.push(`${path.dataset.area}: ${short(size * scale)} ${d.unit}`);
        }
        for (const path of panel.querySelectorAll("path[data-name]")) {
          const at = lineAt(path, x);
          if (at !== null) lines.push(`${path.dataset.name}: ${short(Number(d.low) + (bottom - at) * scale)} ${d.unit}`);
        }
      }
      cursor.setAttribute("x1", x); cursor.setAttribute("x2", x);
      cursor.setAttribute("y1", 0); cursor.setAttribute("y2", svg.viewBox.baseVal.height);
      svg.append(cursor);
      readout.replaceChildren(...lines.flatMap((t, i) => (i ? [document.createElement("br"), t] : [t])));
      readout.hidden = false;
      const w = readout.offsetWidth, right = event.clientX + 16 + w > innerWidth;
      readout.style.left = `${right ? event.clientX - 16 - w : event.clientX + 16}px`;
      readout.style.top = `${Math.min(event.clientY + 12, innerHeight - readout.offsetHeight - 8)}px`;
    });
  }

  for (const field of document.querySelectorAll("input.filter")) {
    field.hidden = false;
    const rows = [...field.parentElement.querySelectorAll("tbody tr")];
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  }
})();
