import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { notFound, type RainhooksError } from "@rainhooks/core/errors";
import { print } from "@rainhooks/stage/commands/output";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { openInBrowser } from "../console/open-in-browser.ts";

/** Finds the pages: in a clone, or in the package of the command. */
function docsFolder(): string | undefined {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, "docs/runbook.md"))) return join(at, "docs");
  return undefined;
}

/**
 * Prints a page, what to do about an alarm or an error, or all pages with their titles.
 *
 * @param open Opens the site in the browser instead.
 */
export async function docsCommand(page: string | undefined, { open = false } = {}): Promise<void> {
  const folder = docsFolder();
  if (folder === undefined) throw notFound("The documentation is not beside this command.");
  const read = (name: string) => readFileSync(join(folder, `${name}.md`), "utf8");
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .sort();
  if (page === undefined && !open) {
    const titles = names.map((name) => [name, titleOf(read(name))]);
    await print(`${formatTable(["page", "title"], titles)}\n`);
    return;
  }
  const { place, text } = page === undefined ? { place: "", text: "" } : found(page, names, read);
  if (open) await openSite(folder, place);
  else await print(text);
}

/** A page, or a section of one. */
interface Found {
  /** Where the site has it. */
  readonly place: string;
  readonly text: string;
}

/**
 * Finds a page, or the section about an alarm or an error.
 *
 * @throws {RainhooksError} `not-found` if there is none of this name
 */
function found(page: string, names: readonly string[], read: (name: string) => string): Found {
  if (names.includes(page)) return { place: page, text: read(page) };
  const error = sectionOf(page, read("errors"));
  if (error !== undefined) return { place: `errors#${page}`, text: error };
  const alarm = sectionFor(page, read("runbook"));
  if (alarm === undefined) throw nothingOf(page);
  return { place: `runbook#${titleOf(alarm)}`, text: alarm };
}

function nothingOf(page: string): RainhooksError {
  return notFound(
    `There is no page, no alarm and no error ${JSON.stringify(page)}. "rainhooks docs" lists the pages; "rainhooks docs runbook" has the alarms, "rainhooks docs errors" the errors.`,
  );
}

/** Opens the site at a place. @throws {RainhooksError} `not-found` if this version has none */
async function openSite(folder: string, place: string): Promise<void> {
  const site = siteAddress(folder);
  if (site === undefined)
    throw notFound(
      'This version has no site: "homepage" in its package.json is its address. "rainhooks docs <page>" prints a page.',
    );
  const address = new URL(place, site.endsWith("/") ? site : `${site}/`).href;
  await print(`${address}\n`);
  openInBrowser(address);
}

/** Returns the address of the site: `homepage` of the package, or of the clone. */
function siteAddress(folder: string): string | undefined {
  const { homepage } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8")) as {
    readonly homepage?: string;
  };
  return homepage;
}

/** Returns the first title of a page or a section. */
function titleOf(text: string): string {
  return /^#+ (.+)$/m.exec(text)?.[1] ?? "";
}

/** Returns the section with a title. */
function sectionOf(title: string, page: string): string | undefined {
  return page.split(/^(?=## )/m).find((text) => text.startsWith(`## ${title}\n`));
}

/**
 * Returns the section of an alarm: its name is the whole name, or ends with that of the section. The longest
 * such name is the right one.
 */
export function sectionFor(alarm: string, runbook: string): string | undefined {
  const [, ...sections] = runbook.split(/^(?=## )/m);
  const matching = sections.flatMap((text) => {
    const name = titleOf(text);
    return alarm === name || alarm.endsWith(`-${name}`) ? [{ name, text }] : [];
  });
  return matching.toSorted((a, b) => b.name.length - a.name.length)[0]?.text;
}
