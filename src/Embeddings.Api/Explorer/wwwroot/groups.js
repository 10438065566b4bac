// What the colours of a map mean: a field of the documents, or the topics that the server finds.
import { css, isDark, rgb, scoreColor } from "./color.js";

const most = 40;
const palette = "#0f7c80 #d1603d #5b5fc7 #b8860b #c2417c #3f8f3f #2f7fc1 #8a5a44 #7d4fb3 #6c8a00 #d0455b #4d7c8a".split(" ").map(rgb);
const grey = [140, 146, 152];
const isNumber = value => typeof value === "number";

/** The fields of documents that make groups: those with few values, and those of numbers. */
export function fieldsOf(points) {
  const values = {};
  for (const { metadata } of points.slice(0, 5000)) {
    for (const [name, value] of Object.entries(metadata ?? {})) if (typeof value !== "object") (values[name] ??= new Set()).add(value);
  }
  return Object.keys(values).filter(name => values[name].size > 1 && (values[name].size <= most || [...values[name]].every(isNumber)));
}

/** Groups by a field, { groups, color(point) }. Of many different numbers it is a scale, [least, most], without groups. */
export function byField(points, field) {
  const all = points.map(point => point.metadata?.[field]);
  const members = Map.groupBy(all.keys(), i => all[i]);
  members.delete(undefined);
  const values = [...members.keys()];
  if (values.length > 12 && values.every(isNumber)) {
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return { groups: [], scale: [low, high], color: i => isNumber(all[i]) ? scoreColor(0.2 + 0.8 * (all[i] - low) / (high - low)) : grey };
  }
  return grouped(values.map(value => ({ text: String(value), members: members.get(value) })));
}

/** Groups by the topics of a reply of the server. */
export function byTopics(points, { topics, assignments }) {
  const places = new Map(points.map((point, i) => [point.id, i]));
  const members = Map.groupBy(assignments.filter(({ id }) => places.has(id)), ({ topic }) => topic);
  return grouped(topics.map(({ id, label, words }) => ({ text: label, words, members: (members.get(id) ?? []).map(one => places.get(one.id)) })));
}

function grouped(groups) {
  groups = groups.sort((a, b) => b.members.length - a.members.length).slice(0, most);
  const colors = new Map();
  groups.forEach((group, g) => {
    const color = palette[g % palette.length].map(value => isDark() ? Math.round(value + (255 - value) * 0.3) : value);
    group.color = css(color);
    for (const i of group.members) colors.set(i, color);
  });
  return { groups, color: i => colors.get(i) ?? grey };
}
