import type { DetailPath } from "../../pages.ts";
import { Signal } from "./signal.ts";

/** Where the page is: what it shows, and how. Everything that a shared address must have is in it. */
export interface Place {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The current place. */
export const place = new Signal(readPlace());

function readPlace(): Place {
  return { path: location.pathname, params: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** Goes to another address of the page. */
export function go(href: string): void {
  history.pushState(null, "", href);
  place.value = readPlace();
  scrollTo(0, 0);
}

/** Changes parameters of the address; `undefined` and an empty text remove one. It replaces the entry of the history. */
export function setParams(changes: Readonly<Record<string, string | undefined>>): void {
  history.replaceState(null, "", hrefWith(changes));
  place.value = readPlace();
}

/** Returns the current address with other parameters. */
function hrefWith(changes: Readonly<Record<string, string | undefined>>): string {
  const { path, params } = place.value;
  return hrefOf(path, { ...params, ...changes });
}

/** Returns an address of the page. */
export function hrefOf(path: string, params: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(params).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === "" ? [] : [[name, value]],
  );
  const query = new URLSearchParams(given).toString();
  return query === "" ? path : `${path}?${query}`;
}

/** Returns the id in the address of a page about one thing. */
export function idInPlace(): string {
  return decodeURIComponent(place.value.path.split("/")[2] ?? "");
}

/** Returns the address of a page about one thing, in the time zone of this one. */
export function hrefTo(page: DetailPath, id: string, params: Readonly<Record<string, string>> = {}) {
  return hrefOf(`/${page}/${encodeURIComponent(id)}`, { ...params, tz: place.value.params["tz"] });
}

/** Makes links within the page go there without loading it again. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    place.value = readPlace();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (link === null || link.origin !== location.origin || link.hasAttribute("download") || !isPlain) return;
    event.preventDefault();
    go(link.href);
  });
}
