// Draws up to some 100,000 points: by WebGL2 where a GPU is, else pixel by pixel, which takes 25 ms for as many.

const vertex = `#version 300 es
in vec3 before, after; in vec4 color; uniform float t, size; uniform vec4 x, y, w; out vec4 shade;
void main() {
  vec4 p = vec4(mix(before, after, t), 1);
  gl_Position = vec4(dot(x, p), dot(y, p), 0, dot(w, p)); gl_PointSize = size / gl_Position.w; shade = color;
}`;
const fragment = `#version 300 es
precision mediump float; in vec4 shade; out vec4 pixel;
void main() {
  float r = length(gl_PointCoord - 0.5) * 2.0;
  float alpha = shade.a * (1.0 - smoothstep(1.0 - fwidth(r), 1.0, r)); pixel = vec4(shade.rgb * alpha, alpha);
}`;

export class Scatter {
  /** Where the reader looks: the middle, how near, and in three dimensions two angles. */
  camera = { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: 0.4, is3d: false };
  /** Where the points are when they have come to rest, x y z of each. */
  after = new Float32Array(0);
  #before = this.after;
  #colors = new Uint8Array(0);
  #t = 1;
  #screen;

  constructor(canvas, ondraw) {
    [this.canvas, this.ondraw] = [canvas, ondraw];
    // Without a GPU a browser would run WebGL on its processor, ten times slower than the loop below.
    this.gl = canvas.getContext("webgl2", { antialias: false, failIfMajorPerformanceCaveat: true });
    if (this.gl) this.#compile();
    else this.context = canvas.getContext("2d");
  }

  /** Shows points at once, or moves them from where they are within some milliseconds. */
  move(positions, milliseconds) {
    cancelAnimationFrame(this.frame);
    [this.#before, this.after, this.#t] = milliseconds > 0 ? [this.#now(), positions, 0] : [positions, positions, 1];
    this.#upload("before", this.#before, 3);
    this.#upload("after", positions, 3);
    const start = performance.now();
    const step = () => {
      const part = Math.min(1, (performance.now() - start) / milliseconds);
      this.#t = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2;
      this.draw();
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    milliseconds > 0 ? step() : this.draw();
  }

  /** Red, green, blue and opacity of each point. */
  paint(colors) {
    this.#colors = colors;
    this.#upload("color", colors, 4);
    this.draw();
  }

  draw() {
    const { canvas, gl } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(size => Math.round(size * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const count = this.after.length / 3;
    this.#screen = undefined;
    this.radius = Math.min(5, Math.max(1.4, 55 / count ** 0.4)) * Math.min(2.2, Math.max(0.8, this.camera.zoom ** 0.4));
    if (!gl) this.#drawPixels(width, height);
    else {
      gl.viewport(0, 0, width, height);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform1f(this.at("t"), this.#t);
      gl.uniform1f(this.at("size"), 2 * this.radius * devicePixelRatio);
      ["x", "y", "w"].forEach((name, i) => gl.uniform4fv(this.at(name), this.#rows()[i]));
      gl.drawArrays(gl.POINTS, 0, count);
    }
    this.ondraw();
  }

  /** Places of all points on the page, x y of each; a point behind the reader is at NaN. */
  screen() {
    return this.#screen ??= this.project(this.#now());
  }

  project(positions) {
    const rows = this.#rows();
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const places = new Float32Array(positions.length / 3 * 2);
    for (let i = 0, j = 0; i < positions.length; i += 3, j += 2) {
      const [x, y, w] = rows.map(row => row[0] * positions[i] + row[1] * positions[i + 1] + row[2] * positions[i + 2] + row[3]);
      places[j] = w > 0.05 ? (1 + x / w) * width / 2 : NaN;
      places[j + 1] = (1 - y / w) * height / 2;
    }
    return places;
  }

  /** The point nearest to a place within a distance, of those that a function lets through; or -1. */
  nearest(x, y, most, allows = () => true) {
    const places = this.screen();
    let [best, found] = [most * most, -1];
    for (let i = 0; i < places.length / 2; i++) {
      const [dx, dy] = [places[2 * i] - x, places[2 * i + 1] - y];
      if (dx * dx + dy * dy < best && allows(dx, dy)) [best, found] = [dx * dx + dy * dy, i];
    }
    return found;
  }

  #now = () => this.#t === 1 ? this.after : this.after.map((value, i) => this.#before[i] + (value - this.#before[i]) * this.#t);

  // Three rows of a matrix: point → x, y and depth, from -1 to 1 over the canvas.
  #rows() {
    const { x, y, zoom, yaw, pitch, is3d } = this.camera;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const [sx, sy] = [width, height].map(size => 0.92 * zoom * Math.min(width, height) / size);
    if (!is3d) return [[sx, 0, 0, -x * sx], [0, sy, 0, -y * sy], [0, 0, 0, 1]];
    const [c, s, d, e] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    return [[c * sx, 0, s * sx, -x * sx], [s * e * sy, d * sy, -c * e * sy, -y * sy], [-s * d * 0.35, e * 0.35, c * d * 0.35, 1]];
  }

  #drawPixels(width, height) {
    if (width === 0 || height === 0) return;
    const image = this.context.createImageData(width, height);
    const pixels = image.data;
    const [places, colors, radius] = [this.screen(), this.#colors, this.radius * devicePixelRatio];
    for (let i = 0; i < colors.length / 4; i++) {
      const [x, y] = [places[2 * i] * devicePixelRatio, places[2 * i + 1] * devicePixelRatio];
      for (let v = Math.max(0, Math.floor(y - radius)); v < Math.min(height, y + radius); v++) {
        for (let u = Math.max(0, Math.floor(x - radius)); u < Math.min(width, x + radius); u++) {
          const cover = Math.min(1, radius + 0.5 - Math.hypot(u + 0.5 - x, v + 0.5 - y)) * colors[4 * i + 3] / 255;
          if (cover <= 0) continue;
          const at = (v * width + u) * 4;
          const below = pixels[at + 3] / 255 * (1 - cover);
          for (let k = 0; k < 3; k++) pixels[at + k] = (colors[4 * i + k] * cover + pixels[at + k] * below) / (cover + below);
          pixels[at + 3] = (cover + below) * 255;
        }
      }
    }
    this.context.putImageData(image, 0, 0);
  }

  #compile() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.at = name => gl.getUniformLocation(program, name);
    this.buffers = Object.fromEntries(["before", "after", "color"].map(name => [name, [gl.createBuffer(), gl.getAttribLocation(program, name)]]));
  }

  #upload(name, data, size) {
    const { gl } = this;
    if (!gl) return;
    const [buffer, at] = this.buffers[name];
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, size, size === 4 ? gl.UNSIGNED_BYTE : gl.FLOAT, size === 4, 0, 0);
  }
}
