// Names on a map: each group of points has its name in its middle, and none lies upon another.

/** Groups of points → names with places, large groups first. A group is { text, members, words }; texts are those of the points. */
export function wordsOf(groups, positions, texts) {
  const labels = groups.flatMap(({ text, members, words = [] }, group) => [
    { group, text, members, minZoom: 0 },
    // Single words stand where the texts that have them are; they come when the reader is near.
    ...words.map(({ word }, i) => ({ group, text: word, members: members.filter(member => texts[member].toLowerCase().includes(word)), minZoom: 1.6 + i / 2 })),
  ]).filter(({ members, minZoom }) => members.length > (minZoom ? 1 : 0));
  for (const label of labels) {
    // The median of each number: a few points far away do not draw a name off its group.
    label.place = [0, 1, 2].map(axis => label.members.map(i => positions[3 * i + axis]).sort((a, b) => a - b)[label.members.length >> 1]);
  }
  return labels.sort((a, b) => (a.minZoom > 0) - (b.minZoom > 0) || b.members.length - a.members.length);
}

/** Chooses which names are shown at a zoom: { text, group, x, y, size } with the box that each takes. */
export function arrange(labels, places, zoom, width, height, measure) {
  const shown = [];
  labels.forEach((label, i) => {
    const [x, y] = [places[2 * i], places[2 * i + 1]];
    if (zoom < label.minZoom || !(x > 0 && y > 0 && x < width && y < height)) return;
    const size = label.minZoom ? 11 : Math.min(17, 11.5 + Math.log2(1 + label.members.length) * 0.7);
    const half = measure(label.text, size) / 2 + 5;
    const box = { ...label, x, y, size, left: x - half, right: x + half, top: y - size * 0.75, bottom: y + size * 0.75 };
    if (shown.every(other => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom)) shown.push(box);
  });
  return shown;
}
