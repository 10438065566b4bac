// Colours of scores and vectors for both themes. A colour is [red, green, blue], 0 to 255.

const dark = matchMedia("(prefers-color-scheme: dark)");
export const isDark = () => dark.matches;

/** Calls a function when the theme changes, as long as an element is on the page. */
export function onTheme(element, run) {
  const listener = () => element.isConnected ? run() : dark.removeEventListener("change", listener);
  dark.addEventListener("change", listener);
}

export const rgb = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));

// Lightness goes one way in the first of each, and two ways in the second, so that they can be read without seeing colours.
const scores = { light: "#f6f3ec #cfe6da #86c4b9 #3f93a0 #22607f #1b3354", dark: "#1d2126 #1f3f49 #23666c #3b9487 #86bf8d #f0e6a6" };
const signs = { light: "#2a5d8f #9cc0dc #f6f3ec #eeb48a #b4532a", dark: "#7db8ee #2f577d #1d2126 #7d4a2c #f2a071" };

function at(scale, t) {
  const stops = scale[isDark() ? "dark" : "light"].split(" ").map(rgb);
  const position = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const from = Math.min(Math.floor(position), stops.length - 2);
  return stops[from].map((value, i) => Math.round(value + (stops[from + 1][i] - value) * (position - from)));
}

/** The colour of a score from 0 to 1; below 0 it is that of 0. */
export const scoreColor = score => at(scores, score);

/** The colour of a number of a vector, from -most to most. */
export const signedColor = (value, most) => at(signs, 0.5 + value / (2 * most));

export const css = color => `rgb(${color.join(" ")})`;

/** Black or white, whichever is easier to read on a colour; the contrast is at least 4.5. */
export function inkOn(color) {
  const [r, g, b] = color.map(value => value / 255).map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}
