import { shortScaleName } from "./scale_name.js";
import type { PlaceState } from "./state.js";
import type { Snapshot, Source, Status } from "./types.js";

const WORDS: Record<Status, string> = {
  live: "live",
  modelled: "modelled, not measured",
  stale: "out of date",
  simulated: "simulated, not measured",
  replay: "replay of the past",
  unavailable: "no value",
};
const GREY = "#6B7280";

/** What a badge shows: a link to the place, the number with its category and scale, how true it is, and whose it is. */
export function drawn(location: string, server: string, state: PlaceState): Element {
  const badge = element("div", { class: `badge ${state.status ?? "unknown"}`, part: "badge" });
  const { data } = state;
  if (data === null) badge.append(element("span", { class: "place" }, location), " ", nothingYet(state));
  else badge.append(link(`${server}/places/${data.location.slug}`, data.location.name), " ", ...facts(data, state));
  return badge;
}

function nothingYet({ error, connection }: PlaceState): Node {
  return element("span", { class: "note" }, error?.message ?? (connection === "offline" ? "no network" : "…"));
}

function facts({ aqi, sources }: Snapshot, state: PlaceState): (Node | string)[] {
  const color = aqi.color ?? GREY;
  const value = element("strong", { class: "value" }, aqi.value === null ? "–" : `AQI ${aqi.value}`);
  Object.assign(value.style, { background: color, color: inkOn(color) });
  const label = aqi.value === null ? "no value" : (aqi.label ?? "");
  return [
    value,
    " ",
    element("span", { class: "label" }, label),
    " ",
    element("span", { class: "note" }, notes(state).join(" · ")),
    " ",
    element("small", { class: "terms" }, `${shortScaleName(aqi.scale)}. `, ...sources.flatMap(terms)),
  ];
}

function notes({ status, isStale, age, isConnected }: PlaceState): string[] {
  const words = [status === null ? "" : WORDS[status]];
  if (isStale && status !== "stale" && status !== "unavailable") words.push(WORDS.stale);
  if (age !== null) words.push(`${duration(age)} old`);
  if (!isConnected) words.push("not connected");
  return words;
}

/** Whose the values are, and on which terms: to be named wherever they are shown. */
function terms({ name, attribution, licence, url }: Source): (Node | string)[] {
  const owner = attribution || name;
  return [url ? link(url, owner) : owner, licence ? `, ${licence}. ` : ". "];
}

export function duration(seconds: number): string {
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Black or white, whichever is read better on it: where both have the same contrast by WCAG 2 is a luminance of 0.179. */
export function inkOn(color: string): string {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#FFFFFF";
}

function link(href: string, text: string): HTMLElement {
  return element("a", { href: isWeb(href) ? href : "#", target: "_blank", rel: "noopener" }, text);
}

/** What an operator or a provider wrote as an address must not become a script. */
function isWeb(href: string): boolean {
  return /^https?:/.test(href);
}

function element(name: string, attributes: Record<string, string>, ...content: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}
