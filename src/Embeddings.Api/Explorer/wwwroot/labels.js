// Names on a map, each in the middle of its group, and none upon another.

// Groups of points → names with places, large groups first.
export function wordsOf(groups, positions, texts) {
  const labels = groups.flatMap(({ text, members, words = [] }, group) => [
    { group, text, members, minZoom: 0 },
    // Single words stand where their texts are; they come when the reader is near.
    ...words.map(({ word }, i) => {
      const having = members.filter(member => texts[member].toLowerCase().includes(word));
      return { group, text: word, members: having, minZoom: 1.6 + i / 2 };
    }),
  ]).filter(({ members, minZoom }) => members.length > (minZoom ? 1 : 0));
  for (const label of labels) {
    // By the median a few points far away do not draw a name off its group.
    label.place = [0, 1, 2].map(axis =>
      Float32Array.from(label.members, i => positions[3 * i + axis]).sort()[label.members.length >> 1]);
  }
  return labels.sort((a, b) => a.minZoom - b.minZoom || b.members.length - a.members.length);
}

// The names shown at a zoom, with half the width and height of each.
export function arrange(labels, places, zoom, width, height, measure) {
  const shown = [];
  labels.forEach((label, i) => {
    const [x, y] = [places[2 * i], places[2 * i + 1]];
    if (zoom < label.minZoom || !(x > 0 && y > 0 && x < width && y < height)) return;
    const size = label.minZoom ? 11 : Math.min(17, 11.5 + Math.log2(1 + label.members.length) * 0.7);
    const [half, high] = [measure(label.text, size) / 2 + 5, size * 0.75];
    const middle = Math.min(Math.max(x, half), width - half); // a name at the edge is not cut off
    const isApart = other =>
      Math.abs(middle - other.x) > half + other.half || Math.abs(y - other.y) > high + other.high;
    if (shown.every(isApart)) shown.push({ ...label, x: middle, y, size, half, high });
  });
  return shown;
}
