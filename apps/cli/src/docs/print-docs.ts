import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RainhooksError } from "@rainhooks/core";
import { formatTable } from "@rainhooks/terminal";
import { print } from "../output.ts";

/** Finds the pages: in a clone, or in the package of the command. */
function docsFolder(): string | undefined {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, "docs/runbook.md"))) return join(at, "docs");
  return undefined;
}

/** Prints a page, a section of the runbook, or all pages with their titles. */
export async function docsCommand(page: string | undefined): Promise<void> {
  const folder = docsFolder();
  if (folder === undefined)
    throw new RainhooksError("not-found", "The documentation is not beside this command.");
  const read = (name: string) => readFileSync(join(folder, `${name}.md`), "utf8");
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .sort();
  if (page === undefined) {
    const titles = names.map((name) => [name, titleOf(read(name))]);
    await print(`${formatTable(["page", "title"], titles)}\n`);
    return;
  }
  const text = names.includes(page) ? read(page) : sectionFor(page, read("runbook"));
  if (text === undefined)
    throw new RainhooksError(
      "not-found",
      `There is no page and no alarm ${JSON.stringify(page)}. "rainhooks docs" lists the pages; "rainhooks docs runbook" has the alarms.`,
    );
  await print(text);
}

function titleOf(page: string): string {
  return /^# (.+)$/m.exec(page)?.[1] ?? "";
}

/** Returns the section of an alarm: its name is the whole name, or ends with that of the section. The longest such name is the right one. */
export function sectionFor(alarm: string, runbook: string): string | undefined {
  const [, ...sections] = runbook.split(/^(?=## )/m);
  const matching = sections.flatMap((text) => {
    const name = /^## (.+)$/m.exec(text)?.[1] ?? "";
    return alarm === name || alarm.endsWith(`-${name}`) ? [{ name, text }] : [];
  });
  return matching.toSorted((a, b) => b.name.length - a.name.length)[0]?.text;
}
