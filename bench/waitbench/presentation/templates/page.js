/* Draws every picture anew, with what a reader may change: which series, which scale, what size.
   Where this cannot run, the picture that the page came with stays. */
"use strict";

const MOST = 3; // times its own width that a field is stretched
const NARROW = 500; // with less room the entries of a legend stand below each other,
const MIDDLING = 900; // with less than this in two columns
const GAP = 28; // points between fields
const ENDS = 45; // points that names at the ends of lines take beyond a field that is narrow

const each = (node, change) => {
  if (Array.isArray(node)) node.forEach((inner) => each(inner, change));
  else if (node && typeof node === "object") {
    change(node);
    Object.values(node).forEach((inner) => each(inner, change));
  }
};

/** Put linear scales in the place of logarithmic ones. */
const straighten = (spec, axes) => {
  each(spec.concat || spec.vconcat || spec.hconcat || spec.layer || [spec], (node) => {
    for (const axis of axes) {
      const channel = node[axis];
      if (!channel || !channel.scale || channel.scale.type !== "log") continue;
      const most = Array.isArray(channel.scale.domain) ? channel.scale.domain[1] : undefined;
      channel.scale = { type: "linear", zero: true, nice: false };
      if (most !== undefined) channel.scale.domain = [0, most];
      if (channel.axis) {
        delete channel.axis.values;
        channel.axis.tickCount = 5;
      }
    }
  });
};

/** Make fields as wide as there is room, and fewer beside each other where there is little. */
const fit = (spec, room) => {
  const { least = 150, whole = false } = spec.usermeta || {}; // points of a field that are the fewest
  const narrow = room < NARROW;
  const labels = Math.min(spec.usermeta?.labels ?? 165, narrow ? room / 3 + GAP : Infinity); // points beside a field
  const fields = spec.concat || spec.vconcat || [spec];
  const widest = Math.max(...fields.map((field) => (typeof field.width === "number" ? field.width : 0)));
  if (!widest) return;
  let columns = 1;
  if (spec.concat) {
    const beside = Math.floor((room + GAP) / (widest + labels));
    columns = Math.max(1, Math.min(spec.columns || 1, fields.length, beside));
    while (whole && spec.columns % columns) columns -= 1;
    spec.columns = columns;
  }
  const entries = narrow ? 1 : room < MIDDLING ? 2 : 0;
  if (entries) each(spec, (node) => node.legend && node.legend.columns && (node.legend.columns = entries));
  if (narrow) spec.config.axis.labelLimit = room / 3;
  // From the left side of a field to the names of the next one; of a row that belongs together, the first has it all.
  spec.config.title.limit = whole ? room : room / columns - labels + GAP;
  const width = Math.max(least, Math.min(MOST * widest, room / columns - labels - (narrow ? ENDS : 0)));
  for (const field of fields) if (typeof field.width === "number") field.width *= width / widest;
};

/** The library that draws, and what every picture is: packed, for it is most of the page. */
const unpacked = async () => {
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { script, specs } = JSON.parse(await new Response(stream).text());
  const library = document.createElement("script");
  library.textContent = script;
  document.head.append(library);
  return specs;
};

const prepare = (figure, spec) => {
  const text = JSON.stringify(spec);
  const drawing = figure.querySelector(".drawing");
  const controls = figure.querySelector(".controls");
  const boxes = [...controls.querySelectorAll("input[name=series]")];
  let view = null;
  let room = 0;

  const hidden = () => boxes.filter((box) => !box.checked).map((box) => box.value);
  const draw = async () => {
    const spec = JSON.parse(text);
    const scale = controls.querySelector("input[type=radio]:checked");
    room = drawing.parentElement.clientWidth;
    if (scale && scale.value === "linear") straighten(spec, spec.usermeta.axes);
    fit(spec, room);
    for (const param of spec.params || []) if (param.name === "hidden") param.value = hidden();
    const place = document.createElement("div");
    const made = await vegaEmbed(place, spec, { renderer: "svg", actions: false, ast: false });
    if (view) view.finalize();
    view = made.view;
    place.querySelector("svg").setAttribute("aria-hidden", "true"); // its label says what it shows
    drawing.replaceChildren(place);
    figure.dataset.drawn = "yes";
  };
  const redraw = () => draw().catch((fault) => console.error(`${figure.id}: ${fault}`));

  boxes.forEach((box) => box.addEventListener("change", () => view && view.signal("hidden", hidden()).runAsync()));
  controls.querySelectorAll("input[type=radio]").forEach((radio) => radio.addEventListener("change", redraw));
  controls.hidden = !controls.querySelector("input");
  let timer = 0;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => drawing.parentElement.clientWidth !== room && redraw(), 200);
  });
  return redraw();
};

/** Open whatever folds the place that a link leads to. */
const open = () => {
  const name = decodeURIComponent(location.hash.slice(1));
  const place = name && document.getElementById(name);
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.scrollIntoView();
};
addEventListener("hashchange", open);
open();

/* What is folded is printed all the same. */
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:is(.claim, .alerts):not([open])")];
  folded.forEach((fold) => (fold.open = true));
});
addEventListener("afterprint", () => folded.forEach((fold) => (fold.open = false)));

unpacked()
  .then((specs) =>
    Promise.all([...document.querySelectorAll("figure[data-picture]")].map((figure) => prepare(figure, specs[figure.dataset.picture]))),
  )
  .then(() => (document.documentElement.dataset.drawn = "yes"));
