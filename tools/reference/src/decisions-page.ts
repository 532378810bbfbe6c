import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../docs/decisions");

const HEAD = `# Decisions

Why it is as it is: half a page for each decision with consequences, with what was left out and what would change our mind.

This list is made from the pages by \`npm run reference\`.
`;

/** Returns the text of docs/decisions/README.md. */
export function decisionsPage(): string {
  const rows = readdirSync(FOLDER)
    .filter((name) => /^\d/.test(name))
    .toSorted()
    .map((name) => {
      const [, number, title] =
        /^# (\d+)\. (.+)$/m.exec(readFileSync(join(FOLDER, name), "utf8")) ?? [];
      if (number === undefined || title === undefined)
        throw new TypeError(`${name} has no title such as "# 7. Why".`);
      return `- [${number}. ${title}](${name})`;
    });
  return `${HEAD}\n${rows.join("\n")}\n`;
}
