// What the page shows is in its address, to be sent to a colleague: #/map?collection=faq&by=topic.

export function read() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { panel: path, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

export function address(panel, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined));
  return `#/${panel}${query.size > 0 ? `?${query}` : ""}`;
}

// Without an entry in the history or a redraw.
export function keep(changes) {
  const { panel, parameters } = read();
  history.replaceState(null, "", address(panel || "playground", { ...parameters, ...changes }));
}
