import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { notFound } from "@rainhooks/core/errors";
import { print } from "@rainhooks/stage/commands/output";
import { formatTable } from "@rainhooks/stage/terminal/format-table";

/** Finds the pages: in a clone, or in the package of the command. */
function docsFolder(): string | undefined {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, "docs/runbook.md"))) return join(at, "docs");
  return undefined;
}

/** Prints a page, what to do about an alarm or an error, or all pages with their titles. */
export async function docsCommand(page: string | undefined): Promise<void> {
  const folder = docsFolder();
  if (folder === undefined) throw notFound("The documentation is not beside this command.");
  const read = (name: string) => readFileSync(join(folder, `${name}.md`), "utf8");
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .sort();
  if (page === undefined) {
    const titles = names.map((name) => [name, titleOf(read(name))]);
    await print(`${formatTable(["page", "title"], titles)}\n`);
  } else await print(textOf(page, names, read));
}

/**
 * Finds a page, or the section about an alarm or an error.
 *
 * @throws {RainhooksError} `not-found` if there is none of this name
 */
function textOf(page: string, names: readonly string[], read: (name: string) => string): string {
  if (names.includes(page)) return read(page);
  const section = sectionOf(page, read("errors")) ?? sectionFor(page, read("runbook"));
  if (section !== undefined) return section;
  throw notFound(
    `There is no page, no alarm and no error ${JSON.stringify(page)}. "rainhooks docs" lists the pages; "rainhooks docs runbook" has the alarms, "rainhooks docs errors" the errors.`,
  );
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
 * Returns the section of an alarm: its name is the whole name, or ends with that of the section.
 * The longest such name is the right one.
 */
export function sectionFor(alarm: string, runbook: string): string | undefined {
  const [, ...sections] = runbook.split(/^(?=## )/m);
  const matching = sections.flatMap((text) => {
    const name = titleOf(text);
    return alarm === name || alarm.endsWith(`-${name}`) ? [{ name, text }] : [];
  });
  return matching.toSorted((a, b) => b.name.length - a.name.length)[0]?.text;
}
