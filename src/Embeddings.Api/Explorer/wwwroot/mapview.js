// The map itself: points below, and above them names, rings and lines; panned, zoomed, turned, walked with the keys, circled.
import { debounce, h } from "./dom.js";
import { arrange, wordsOf } from "./labels.js";
import { Scatter } from "./scatter.js";

const still = { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: 0.4 };
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const noMarks = { hits: [], chosen: [], open: -1, near: [], group: -1 };

export class MapView {
  points = [];
  /** What a search has found, what a lasso has, the point that is open with its neighbours, the group shown alone. */
  marks = { ...noMarks };
  isLasso = false;
  #labels = [];
  #grouping = { groups: [], color: () => [0, 0, 0] };
  #hover = -1;
  #path = [];
  #pointers = new Map();

  /** on: hover(i, x, y), pick(i), lasso(indices), look(camera). */
  constructor(parent, on) {
    this.on = { ...on, look: debounce(300, on.look) };
    const below = h("canvas", { ariaHidden: "true" });
    this.above = h("canvas", {
      tabIndex: 0, role: "application", ariaLabel: "Map", "aria-describedby": "map-help",
      onpointerdown: event => this.#down(event), onpointermove: event => this.#move(event), onpointerup: event => this.#up(event),
      onpointercancel: event => this.#pointers.delete(event.pointerId), onpointerleave: () => this.#point(-1), onkeydown: event => this.#key(event),
      onwheel: event => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.offsetX, event.offsetY);
      },
    });
    parent.append(below, this.above);
    this.scatter = new Scatter(below, () => this.#drawAbove());
    new ResizeObserver(() => this.scatter.draw()).observe(parent);
  }

  /** Shows points, whose positions have 2 or 3 numbers. If they are those of before, they move there. */
  show(points) {
    const isSame = points.length === this.points.length && points.every((point, i) => point.id === this.points[i].id);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.points = points;
    if (!isSame) this.marks = { ...noMarks };
    this.scatter.camera.is3d = points[0]?.position.length === 3;
    this.scatter.move(fitted(points.map(point => point.position)), isSame && !isCalm ? 900 : 0);
  }

  color(grouping) {
    this.#grouping = grouping;
    this.#labels = wordsOf(grouping.groups, this.scatter.after, this.points.map(point => point.text ?? ""));
    this.paint();
  }

  /** Colours after the marks have changed: what is not meant is dimmed. */
  paint() {
    const { hits, chosen, group } = this.marks;
    const lit = new Set(this.#grouping.groups[group]?.members ?? (hits.length > 0 ? hits : chosen));
    const colors = new Uint8Array(this.points.length * 4);
    this.points.forEach((_, i) => colors.set([...this.#grouping.color(i), lit.size === 0 || lit.has(i) ? 220 : 32], 4 * i));
    this.scatter.paint(colors);
  }

  look(camera) {
    Object.assign(this.scatter.camera, camera);
    this.scatter.draw();
    this.on.look(this.scatter.camera);
  }

  whole = () => this.look(still);

  zoom(factor, x, y) {
    const { camera } = this.scatter;
    const [dx, dy] = [x - this.above.clientWidth / 2, y - this.above.clientHeight / 2];
    const zoom = Math.min(200, Math.max(0.4, camera.zoom * factor));
    const moved = (1 - camera.zoom / zoom) / this.#scale();
    this.look({ zoom, x: camera.x + dx * moved, y: camera.y - dy * moved });
  }

  png() {
    this.scatter.draw();
    const copy = h("canvas", { width: this.above.width, height: this.above.height });
    const context = copy.getContext("2d");
    context.fillStyle = this.#style().backgroundColor;
    context.fillRect(0, 0, copy.width, copy.height);
    for (const layer of [this.scatter.canvas, this.above]) context.drawImage(layer, 0, 0);
    return new Promise(resolve => copy.toBlob(resolve));
  }

  svg() {
    const { color: ink, backgroundColor: paper } = this.#style();
    const places = this.scatter.screen();
    const escape = text => text.replace(/[&<>]/g, character => `&#${character.charCodeAt()};`);
    const circles = this.points.map((_, i) => `<circle cx="${places[2 * i].toFixed(1)}" cy="${places[2 * i + 1].toFixed(1)}" r="${this.scatter.radius.toFixed(1)}" fill="rgb(${this.#grouping.color(i)})"/>`);
    const texts = this.#names().map(({ x, y, size, text }) => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size.toFixed(1)}">${escape(text)}</text>`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${this.above.clientWidth} ${this.above.clientHeight}"><rect width="100%" height="100%" fill="${paper}"/>${circles.join("")}<g font-family="sans-serif" font-weight="600" text-anchor="middle" dominant-baseline="middle" fill="${ink}" stroke="${paper}" stroke-width="3" paint-order="stroke">${texts.join("")}</g></svg>`;
  }

  #scale = () => this.scatter.camera.zoom * 0.46 * Math.min(this.above.clientWidth, this.above.clientHeight);
  #style = () => getComputedStyle(this.above.parentElement);
  #font = size => `600 ${size}px ${this.#style().fontFamily}`;

  #names() {
    const context = this.above.getContext("2d");
    const measure = (text, size) => {
      context.font = this.#font(size);
      return context.measureText(text).width;
    };
    const { clientWidth, clientHeight } = this.above;
    return arrange(this.#labels, this.scatter.project(this.#labels.flatMap(label => label.place)), this.scatter.camera.zoom, clientWidth, clientHeight, measure);
  }

  #drawAbove() {
    const context = this.above.getContext("2d");
    [this.above.width, this.above.height] = [this.scatter.canvas.width, this.scatter.canvas.height];
    context.scale(devicePixelRatio, devicePixelRatio);
    const { color: ink, backgroundColor: paper, accentColor: accent } = this.#style();
    const places = this.scatter.screen();
    const { hits, open, near, group } = this.marks;
    const at = i => [places[2 * i], places[2 * i + 1]];
    const stroke = (color, width, path) => {
      context.beginPath();
      path.forEach(([x, y]) => context.lineTo(x, y));
      [context.strokeStyle, context.lineWidth] = [color, width];
      context.stroke();
    };
    const ring = (i, more, color, width) => {
      context.beginPath();
      context.arc(...at(i), this.scatter.radius + more, 0, 7);
      [context.strokeStyle, context.lineWidth] = [color, width];
      context.stroke();
    };
    for (const { index, score } of near) {
      context.globalAlpha = Math.max(0.25, score);
      stroke(ink, 1.5, [at(open), at(index)]);
      context.globalAlpha = 1;
      ring(index, 2, ink, 1.5);
    }
    for (const i of hits) ring(i, 2.5, accent, 2);
    if (open >= 0) ring(open, 4, ink, 3);
    if (this.#hover >= 0) ring(this.#hover, 3, ink, 2);
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round", strokeStyle: paper, lineWidth: 4, fillStyle: ink });
    for (const name of this.#names()) {
      if (group >= 0 && name.group !== group) continue;
      context.font = this.#font(name.size);
      context.strokeText(name.text, name.x, name.y);
      context.fillText(name.text, name.x, name.y);
    }
    context.setLineDash([5, 4]);
    stroke(accent, 1.5, this.#path);
  }

  #point(i) {
    if (i === this.#hover) return;
    this.#hover = i;
    this.#drawAbove();
    this.on.hover(i, ...this.scatter.screen().slice(2 * i, 2 * i + 2));
  }

  #down(event) {
    this.above.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    this.moved = 0;
    this.#path = this.isLasso ? [[event.offsetX, event.offsetY]] : [];
  }

  #move(event) {
    const to = [event.offsetX, event.offsetY];
    const from = this.#pointers.get(event.pointerId);
    if (!from) return this.#point(this.scatter.nearest(...to, 14));
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const { camera } = this.scatter;
    this.moved += Math.abs(dx) + Math.abs(dy);
    this.#pointers.set(event.pointerId, to);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (this.#path.length > 0) {
      this.#path.push(to);
      this.#drawAbove();
    } else if (other) {
      const distance = place => Math.hypot(place[0] - other[0], place[1] - other[1]);
      this.zoom(distance(to) / distance(from), ...other);
    } else if (camera.is3d && !event.shiftKey) this.look({ yaw: camera.yaw + dx * 0.008, pitch: Math.min(1.5, Math.max(-1.5, camera.pitch + dy * 0.008)) });
    else this.look({ x: camera.x - dx / this.#scale(), y: camera.y + dy / this.#scale() });
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    const path = this.#path;
    this.#path = [];
    const places = this.scatter.screen();
    if (path.length > 2) this.on.lasso([...this.points.keys()].filter(i => isInside(path, places[2 * i], places[2 * i + 1])));
    else if (this.moved < 5) this.on.pick(this.scatter.nearest(event.offsetX, event.offsetY, 16));
  }

  #key(event) {
    const [width, height] = [this.above.clientWidth / 2, this.above.clientHeight / 2];
    const zoom = { "+": 1.3, "=": 1.3, "-": 1 / 1.3 }[event.key];
    const step = steps[event.key];
    if (step) {
      const i = this.#hover;
      const from = i < 0 ? [width, height] : this.scatter.screen().slice(2 * i, 2 * i + 2);
      const isThatWay = (dx, dy) => i < 0 || dx * step[0] + dy * step[1] > Math.abs(dx * step[1] + dy * step[0]);
      const next = this.scatter.nearest(...from, 1e9, isThatWay);
      this.#point(next < 0 ? i : next);
    } else if (zoom) this.zoom(zoom, width, height);
    else if (event.key === "Enter") this.on.pick(this.#hover);
    else if (event.key === "Escape") this.on.pick(-1);
    else if (event.key === "0") this.whole();
    else return;
    event.preventDefault();
  }
}

// Into a square from -1 to 1, always three numbers a point.
function fitted(positions) {
  const fit = new Float32Array(positions.length * 3);
  const ends = [0, 1, 2].slice(0, positions[0]?.length).map(k => positions.reduce(([low, high], position) => [Math.min(low, position[k]), Math.max(high, position[k])], [Infinity, -Infinity]));
  const size = Math.max(1e-9, ...ends.map(([low, high]) => high - low)) / 2;
  positions.forEach((position, i) => ends.forEach(([low, high], k) => { fit[3 * i + k] = (position[k] - (low + high) / 2) / size; }));
  return fit;
}

// Whether a line from the point to the right crosses the path an odd number of times.
const isInside = (path, x, y) => path.filter(([a, b], i) => {
  const [c, d] = path.at(i - 1);
  return b > y !== d > y && x < (c - a) * (y - b) / (d - b) + a;
}).length % 2 === 1;
