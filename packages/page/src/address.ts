import { hrefOf } from "./api.ts";
import { Signal } from "./signal.ts";

/** The address of the page: what it shows, and how. */
export interface PageAddress {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Where a person was on a page: how far it was scrolled, and the link that they followed. */
interface PagePosition {
  readonly pageTop: number;
  readonly href: string | null;
  /** Where in the window the link was: what is above it may have another height on return. */
  readonly linkTop?: number | undefined;
}

/** The current address. */
export const address = new Signal(readAddress());

function readAddress(): PageAddress {
  return {
    path: location.pathname,
    params: Object.fromEntries(new URLSearchParams(location.search)),
  };
}

/**
 * Goes to another address of the page. The scroll position of the old address is kept for a return.
 */
export function go(href: string, followed: string | null = null): void {
  keepLeft(followed);
  history.pushState(null, "", href);
  address.value = readAddress();
  scrollTo(0, 0);
}

type Changes = Readonly<Record<string, string | undefined>>;

/**
 * Changes parameters of the address; `undefined` and an empty text remove one. The browser's Back
 * takes the change back.
 */
export function setParams(changes: Changes): void {
  const href = hrefWith(changes);
  if (href === location.pathname + location.search) return;
  history.pushState(null, "", href);
  address.value = readAddress();
}

/**
 * Changes parameters of the address without a step that Back takes back: for what changes with each
 * letter, or opens a row.
 */
export function replaceParams(changes: Changes): void {
  history.replaceState(history.state, "", hrefWith(changes));
  address.value = readAddress();
}

/** Returns the current address with other parameters. */
function hrefWith(changes: Changes): string {
  const { path, params } = address.value;
  return hrefOf(path, { ...params, ...changes });
}

/**
 * Returns the id in the address of a page about one thing. A link that was cut is no URL: it is as
 * it is.
 */
export function idInAddress(): string {
  const text = address.value.path.split("/")[2] ?? "";
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the address of another page, in the time zone of this one. */
export function hrefHere(
  path: string,
  params: Readonly<Record<string, string | undefined>> = {},
): string {
  return hrefOf(path, { ...params, tz: address.value.params["tz"] });
}

/** Returns the address of a page about one thing, in the time zone of this one. */
export function hrefTo(
  page: string,
  id: string,
  params?: Readonly<Record<string, string>>,
): string {
  return hrefHere(`/${page}/${encodeURIComponent(id)}`, params);
}

/** Makes links within the page go there without loading it again. */
export function followLinks(): void {
  history.scrollRestoration = "manual";
  addEventListener("popstate", ({ state }) => {
    clearTimeout(keeping);
    comeBack(state as PagePosition | null);
  });
  // Where somebody is, is kept with the entry of the history: it may be left by a reload, or for
  // another site.
  addEventListener(
    "scroll",
    () => {
      clearTimeout(keeping);
      keeping = setTimeout(keepLeft, KEEP_MS);
    },
    { capture: true, passive: true },
  );
  for (const name of ["wheel", "keydown", "pointerdown"])
    addEventListener(name, () => clearTimeout(restoring), { capture: true, passive: true });
  if (history.state !== null) comeBack(history.state as PagePosition);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain =
      event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (
      link === null ||
      link.origin !== location.origin ||
      link.hasAttribute("download") ||
      !isPlain
    )
      return;
    event.preventDefault();
    go(link.href, link.getAttribute("href"));
  });
}

let keeping: ReturnType<typeof setTimeout> | undefined;
let restoring: ReturnType<typeof setTimeout> | undefined;
/** How long after the last scrolling it is kept. */
const KEEP_MS = 200;

/** Keeps with the entry of the history where a person is. */
function keepLeft(href: string | null = null): void {
  const linkTop = linkTo(href)?.getBoundingClientRect().top;
  history.replaceState({ pageTop: scrollY, href, linkTop } satisfies PagePosition, "");
}

function comeBack(left: PagePosition | null): void {
  address.value = readAddress();
  clearTimeout(restoring);
  if (left === null) scrollTo(0, 0);
  else restore(left, RESTORE_TRIES);
}

/**
 * What a page shows comes after it: for a second, it is tried again until there is enough of it. A
 * person who does something ends that.
 */
const RESTORE_TRIES = 10;
const RESTORE_EVERY_MS = 100;

function restore(left: PagePosition, tries: number): void {
  const { pageTop, href, linkTop } = left;
  const link = linkTo(href);
  const top = link?.getBoundingClientRect().top;
  // Without the link, too: rows are drawn where the window is.
  scrollTo(0, top === undefined || linkTop === undefined ? pageTop : scrollY + top - linkTop);
  link?.focus({ preventScroll: true });
  const isThere = document.documentElement.scrollHeight >= pageTop + innerHeight;
  if (tries > 0 && !(isThere && (href === null || link !== null)))
    restoring = setTimeout(() => restore(left, tries - 1), RESTORE_EVERY_MS);
}

function linkTo(href: string | null): HTMLElement | null {
  return href === null ? null : document.querySelector(`a[href="${CSS.escape(href)}"]`);
}
