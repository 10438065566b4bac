// Draws up to 100,000 points: by WebGL2 where a GPU is, else pixel by pixel, which takes 25 ms for as many.
import { shapes } from "./groups.js";

// Positions are x y z of each point, from -1 to 1; ondraw is called after each frame.
export function pointsOn(canvas, camera, ondraw) {
  // WebGL on a processor is ten times slower than the loop below.
  const gl = canvas.getContext("webgl2", { antialias: false, failIfMajorPerformanceCaveat: true });
  const render = gl ? onGpu(gl) : onCanvas(canvas.getContext("2d"));
  // CSS pixels of the length 1.
  const scale = () => camera.zoom * 0.46 * Math.min(canvas.clientWidth, canvas.clientHeight);
  const place = i => [places[2 * i], places[2 * i + 1]];
  const layer = { radius: 1, move, paint, draw, scale, project, place, nearest };
  let [color, shape, positions, frame, places, stamps] = [[], [], []];

  function move(to, milliseconds) {
    const [from, start, count] = [positions, performance.now(), to.length / 3];
    if (shape.length !== count) [color, shape] = [new Uint8Array(4 * count), new Uint8Array(count)];
    cancelAnimationFrame(frame);
    const step = () => {
      const done = milliseconds > 0 ? Math.min(1, (performance.now() - start) / milliseconds) : 1;
      const eased = done * done * (3 - 2 * done);
      positions = done < 1 ? to.map((value, i) => from[i] + (value - from[i]) * eased) : to;
      draw();
      if (done < 1) frame = requestAnimationFrame(step);
    };
    step();
  }

  // Red, green, blue and opacity of each point, and its shape.
  function paint(...looks) {
    [color, shape] = looks;
    draw();
  }

  function draw() {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(size => Math.round(size * devicePixelRatio));
    if (width * height === 0) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    layer.radius = Math.min(5, Math.max(1.4, 55 / shape.length ** 0.4))
      * Math.min(2.2, Math.max(0.8, camera.zoom ** 0.4));
    const size = Math.ceil(2.8 * layer.radius * devicePixelRatio);
    if (stamps?.height !== size) stamps = stampsOf(size);
    places = project(positions);
    render({ place: places.map(value => value * devicePixelRatio), color, shape, stamps });
    ondraw();
  }

  // x y of each position on the canvas, in CSS pixels.
  function project(positions) {
    const { x, y, yaw, pitch, is3d } = camera;
    const [c, s, d, e] = is3d ? [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)] : [1, 0, 1, 0];
    const [left, top, unit] = [canvas.clientWidth / 2, canvas.clientHeight / 2, scale()];
    const found = new Float32Array(positions.length / 3 * 2);
    for (let i = 0, j = 0; i < positions.length; i += 3, j += 2) {
      const behind = c * positions[i + 2] - s * positions[i];
      const size = unit / (1 + 0.35 * (e * positions[i + 1] + d * behind));
      found[j] = left + size * (c * positions[i] + s * positions[i + 2] - x);
      found[j + 1] = top - size * (d * positions[i + 1] - e * behind - y);
    }
    return found;
  }

  // The nearest point within a distance that a function lets through, or -1.
  function nearest([x, y], most, allows = () => true) {
    let [best, found] = [most * most, -1];
    for (let i = 0; i < shape.length; i++) {
      const [dx, dy] = [places[2 * i] - x, places[2 * i + 1] - y];
      if (dx * dx + dy * dy < best && allows(dx, dy)) [best, found] = [dx * dx + dy * dy, i];
    }
    return found;
  }

  return layer;
}

// All shapes side by side, as large as points; only their opacity counts.
function stampsOf(size) {
  const context = new OffscreenCanvas(size * shapes.length, size).getContext("2d");
  shapes.forEach((shape, i) => {
    context.setTransform(size / 2.8, 0, 0, size / 2.8, size * (i + 0.5), size / 2);
    context.fill(new Path2D(shape));
  });
  return context.getImageData(0, 0, size * shapes.length, size);
}

function onGpu(gl) {
  const inputs = { place: [2, gl.FLOAT], color: [4, gl.UNSIGNED_BYTE], shape: [1, gl.UNSIGNED_BYTE] };
  const program = gl.createProgram();
  for (const name of ["VERTEX_SHADER", "FRAGMENT_SHADER"]) {
    const shader = gl.createShader(gl[name]);
    gl.shaderSource(shader, document.getElementById(name).content.textContent);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  const buffers = Object.keys(inputs).map(() => gl.createBuffer());
  return frame => {
    const { width, height } = gl.canvas;
    Object.entries(inputs).forEach(([name, [size, type]], i) => {
      const at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers[i]);
      gl.bufferData(gl.ARRAY_BUFFER, frame[name], gl.DYNAMIC_DRAW);
      gl.vertexAttribPointer(at, size, type, name === "color", 0, 0);
      gl.enableVertexAttribArray(at);
    });
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, frame.stamps);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.uniform4f(gl.getUniformLocation(program, "view"), width, height, frame.stamps.height, shapes.length);
    gl.viewport(0, 0, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.drawArrays(gl.POINTS, 0, frame.shape.length);
  };
}

const onCanvas = context => ({ place, color, shape, stamps }) => {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const [pixels, size] = [image.data, stamps.height];
  for (let i = 0; i < shape.length; i++) {
    const left = Math.round(place[2 * i] - size / 2);
    const top = Math.round(place[2 * i + 1] - size / 2);
    for (let v = Math.max(0, -top); v < Math.min(size, height - top); v++) {
      for (let u = Math.max(0, -left); u < Math.min(size, width - left); u++) {
        const stamp = stamps.data[4 * (v * stamps.width + shape[i] * size + u) + 3];
        if (stamp === 0) continue;
        const cover = stamp / 255 * color[4 * i + 3] / 255;
        const at = 4 * ((top + v) * width + left + u);
        const below = pixels[at + 3] / 255 * (1 - cover);
        const both = cover + below;
        for (let k = 0; k < 3; k++) pixels[at + k] = (color[4 * i + k] * cover + pixels[at + k] * below) / both;
        pixels[at + 3] = both * 255;
      }
    }
  }
  context.putImageData(image, 0, 0);
};
