import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../tutorials/copied-repository.ts";

/**
 * Writes the extension of docs/your-own-project.md into a folder `notes`, and its line into the
 * list.
 *
 * @param published Where its code finds the modules of the package `rainhooks`.
 */
export async function writeNotes(
  folder: string,
  list: string,
  published = "rainhooks",
): Promise<void> {
  const page = await readFile(join(ROOT, "docs/your-own-project.md"), "utf8");
  const [, examples = ""] = page.split("## Queries and operations");
  const names = [...examples.matchAll(/`(notes\/\w+\.ts)`/g)].map(([, name = ""]) => name);
  const codes = [...examples.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
  if (names.length !== 4)
    throw new Error(`The page shows ${names.length} files of the extension, and not 4.`);
  await mkdir(join(folder, "notes"));
  for (const [index, name] of names.entries())
    await writeFile(
      join(folder, name),
      (codes[index] ?? "").replaceAll('"rainhooks/', `"${published}/`),
    );
  const text = await readFile(join(folder, list), "utf8");
  const listed = `import { notes } from "./notes/extension.ts";\n${text.replace("];", "  notes,\n];")}`;
  await writeFile(join(folder, list), listed);
}
