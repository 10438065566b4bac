// Points, and above them names, rings and lines, moved by pointer and keys.
import { arrows, fill, h, latest, svg } from "./dom.js";
import { byField, shapes } from "./groups.js";
import { arrange, wordsOf } from "./labels.js";
import { pointsOn } from "./points.js";

export const still = { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: 0.4 };
// What a search and a lasso have, the open point with its neighbours, the group shown alone.
const noMarks = { hits: [], chosen: [], open: -1, near: [], group: -1 };
const styles = "fill stroke strokeWidth strokeDasharray font".split(" ");
const between = (low, value, high) => Math.min(high, Math.max(low, value));

export function mapView(at, on) {
  const { view, above } = at;
  const camera = { ...still };
  const layer = pointsOn(at.points, camera, drawAbove);
  const { scale, place } = layer;
  const pointers = new Map();
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.font = `600 10px ${getComputedStyle(view).fontFamily}`;
  const tellLook = latest(async () => on.look(camera), 300);
  const map = { points: [], marks: noMarks, show, color, mark, look, png, svg: drawing };
  let [positions, labels, path, lit] = [[], [], [], new Set()];
  let grouping = byField([]);
  let [hover, moved] = [-1, 0];

  function show(points) {
    const isSame = points.every(({ id }, i) => id === map.points[i]?.id);
    if (!isSame) map.marks = noMarks;
    [map.points, labels] = [points, []];
    camera.is3d = points[0].position.length === 3;
    positions = fitted(points.map(point => point.position));
    layer.move(positions, isSame && !matchMedia("(prefers-reduced-motion: reduce)").matches ? 900 : 0);
  }

  function color(newGrouping) {
    grouping = newGrouping;
    labels = wordsOf(grouping.groups, positions, map.points.map(point => point.text ?? ""));
    mark({ group: -1 });
  }

  function mark(changes) {
    map.marks = { ...map.marks, ...changes };
    const { hits, chosen, group } = map.marks;
    lit = new Set(grouping.groups[group]?.members ?? (hits.length > 0 ? hits : chosen));
    const looks = map.points.map((_, i) => grouping.look(i));
    const colors = looks.flatMap(({ color }, i) => [...color, 255 * opacity(i)]);
    layer.paint(Uint8Array.from(colors), Uint8Array.from(looks, ({ shape }) => shape));
  }

  const opacity = i => lit.size === 0 || lit.has(i) ? 0.86 : 0.13;

  function look(changes = still) {
    Object.assign(camera, changes);
    layer.draw();
    tellLook();
  }

  function zoom(factor, [x, y] = middle()) {
    const zoom = between(0.4, camera.zoom * factor, 200);
    const share = (1 - camera.zoom / zoom) / scale();
    const [left, top] = middle();
    look({ zoom, x: camera.x + (x - left) * share, y: camera.y - (y - top) * share });
  }

  function drawAbove() {
    const { hits, open, near, group } = map.marks;
    const ring = (i, more, kind = "") => {
      const [cx, cy] = place(i);
      return svg("circle", { class: kind, cx, cy, r: layer.radius + more });
    };
    const line = ({ index, score }) =>
      svg("polyline", { points: [place(open), place(index)].join(" "), opacity: Math.max(0.25, score) });
    const measure = (text, size) => context.measureText(text).width * size / 10;
    const middles = layer.project(labels.flatMap(label => label.place));
    const names = arrange(labels, middles, camera.zoom, view.clientWidth, view.clientHeight, measure)
      .filter(name => group < 0 || name.group === group);
    fill(above,
      near.map(one => [line(one), ring(one.index, 2)]), hits.map(i => ring(i, 2.5, "hit")),
      open >= 0 && ring(open, 4, "open"), hover >= 0 && ring(hover, 3),
      names.map(({ x, y, size, text }) => svg("text", { x, y, "font-size": size }, text)),
      svg("polygon", { points: path.join(" ") }));
  }

  // A file has no style sheet.
  function drawing() {
    const copy = above.cloneNode(true);
    [...above.children].forEach((element, i) => {
      const style = getComputedStyle(element);
      for (const name of styles) copy.children[i].style[name] = style[name];
    });
    const points = map.points.map((_, i) => {
      const { color, shape } = grouping.look(i);
      const [x, y] = place(i).map(value => value.toFixed(1));
      const transform = `translate(${x} ${y}) scale(${layer.radius.toFixed(2)})`;
      return svg("path", { d: shapes[shape], fill: `rgb(${color})`, "fill-opacity": opacity(i), transform });
    });
    const paper = svg("rect", { width: "100%", height: "100%", fill: getComputedStyle(view).backgroundColor });
    copy.prepend(paper, ...points);
    copy.setAttribute("viewBox", `0 0 ${view.clientWidth} ${view.clientHeight}`);
    return new XMLSerializer().serializeToString(copy);
  }

  async function png() {
    const image = h("img", { src: `data:image/svg+xml,${encodeURIComponent(drawing())}` });
    await image.decode();
    const { width, height } = at.points;
    const copy = new OffscreenCanvas(width, height);
    copy.getContext("2d").drawImage(image, 0, 0, width, height);
    return copy.convertToBlob();
  }

  function point(i) {
    if (i === hover) return;
    hover = i;
    drawAbove();
    on.hover(i, ...place(i));
  }

  const middle = () => [view.clientWidth / 2, view.clientHeight / 2];
  const keys = {
    "+": () => zoom(1.3), "-": () => zoom(1 / 1.3),
    0: () => look(), Enter: () => on.pick(hover), Escape: () => on.pick(-1),
  };
  for (const [name, [right, down]] of Object.entries(arrows)) {
    keys[name] = () => {
      const isThatWay = (dx, dy) => hover < 0 || dx * right + dy * down > Math.abs(dx * down + dy * right);
      const next = layer.nearest(hover < 0 ? middle() : place(hover), 1e9, isThatWay);
      if (next >= 0) point(next);
    };
  }

  const placeOf = event => [event.offsetX, event.offsetY];
  Object.assign(view, {
    onpointerdown(event) {
      view.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, placeOf(event));
      moved = 0;
      path = at.lasso.checked ? [placeOf(event)] : [];
    },
    onpointermove(event) {
      const [from, to] = [pointers.get(event.pointerId), placeOf(event)];
      if (!from) return point(layer.nearest(to, 14));
      const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      moved += Math.abs(dx) + Math.abs(dy);
      pointers.set(event.pointerId, to);
      if (path.length > 0) {
        path.push(to);
        drawAbove();
      } else if (other) {
        const distance = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
        zoom(distance(to) / distance(from), other);
      } else if (camera.is3d && !event.shiftKey) {
        look({ yaw: camera.yaw + dx * 0.008, pitch: between(-1.5, camera.pitch + dy * 0.008, 1.5) });
      } else look({ x: camera.x - dx / scale(), y: camera.y + dy / scale() });
    },
    onpointerup(event) {
      pointers.delete(event.pointerId);
      const circled = path.length > 2 && new Path2D(`M${path.join("L")}Z`);
      path = [];
      if (circled) on.lasso([...map.points.keys()].filter(i => context.isPointInPath(circled, ...place(i), "evenodd")));
      else if (moved < 5) on.pick(layer.nearest(placeOf(event), 16));
    },
    onpointercancel: event => pointers.delete(event.pointerId),
    onpointerleave: () => point(-1),
    onwheel(event) {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), placeOf(event));
    },
    onkeydown(event) {
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    },
  });
  new ResizeObserver(layer.draw).observe(view);
  return map;
}

// Into a square from -1 to 1, or a ball, which no turn brings out of sight.
function fitted(positions) {
  const sorted = [0, 1, 2].map(k => Float32Array.from(positions, position => position[k] ?? 0).sort());
  const sizes = sorted.map(all => all.at(-1) - all[0]);
  const half = Math.max(1e-9, sizes[2] > 0 ? Math.hypot(...sizes) : Math.max(...sizes)) / 2;
  const fit = (all, value = 0) => (value - (all[0] + all.at(-1)) / 2) / half;
  return Float32Array.from(positions.flatMap(position => sorted.map((all, k) => fit(all, position[k]))));
}
