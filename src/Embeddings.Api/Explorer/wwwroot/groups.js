// What colours and shapes of a map mean: a field of the documents, or topics.

const most = 40;
const palette = colorsOf("--groups");
const [grey, low, high] = colorsOf("--ramp");

export const shapes = [...document.querySelectorAll("#shapes path")].map(path => path.getAttribute("d"));

// The fields that make groups: those with few values, and those of numbers.
export function fieldsOf(points) {
  const values = {};
  for (const { metadata } of points.slice(0, 5000)) {
    for (const name in metadata) {
      if (typeof metadata[name] !== "object") (values[name] ??= new Set()).add(metadata[name]);
    }
  }
  const isUseful = all => all.length > 1 && (all.length <= most || all.every(Number.isFinite));
  return Object.keys(values).filter(name => isUseful([...values[name]]));
}

// Groups by a field, { groups, look(point) }. Many numbers make a scale, [least, most], and no groups.
export function byField(points, field) {
  const all = points.map(point => point.metadata?.[field]);
  const members = Map.groupBy(all.keys(), i => all[i]);
  members.delete(undefined);
  const values = [...members.keys()];
  if (values.length <= 12 || !values.every(Number.isFinite)) {
    return grouped(values.map(value => ({ text: String(value), members: members.get(value) })));
  }
  values.sort((a, b) => a - b);
  const scale = [values[0], values.at(-1)];
  const mix = t => low.map((value, k) => Math.round(value + (high[k] - value) * t));
  const colorOf = value => value === undefined ? grey : mix((value - scale[0]) / (scale[1] - scale[0]));
  return { groups: [], scale, look: i => ({ color: colorOf(all[i]), shape: 0 }) };
}

export function byTopics(places, { topics, assignments }) {
  const members = Map.groupBy(assignments.filter(({ id }) => places.has(id)), ({ topic }) => topic);
  return grouped(topics.map(({ id, label, words }) =>
    ({ text: label, words, members: (members.get(id) ?? []).map(one => places.get(one.id)) })));
}

function grouped(all) {
  const groups = all.sort((a, b) => b.members.length - a.members.length).slice(0, most);
  const looks = new Map();
  groups.forEach((group, g) => {
    // Who sees few colours cannot tell many groups apart by colour alone.
    Object.assign(group, { color: palette[g % palette.length], shape: groups.length < 8 ? 0 : g % shapes.length });
    for (const i of group.members) looks.set(i, group);
  });
  return { groups, look: i => looks.get(i) ?? { color: grey, shape: 0 } };
}

function colorsOf(property) {
  const colors = getComputedStyle(document.documentElement).getPropertyValue(property);
  return colors.split(",").map(color => color.trim().split(" ").map(Number));
}
