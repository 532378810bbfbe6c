/* The pages of the site in their sections: those that docs/README.md links to, in its order. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const INDEX = fileURLToPath(new URL("../README.md", import.meta.url));

/** Returns the sections of the index, each with its pages. */
export function sections() {
  const [, ...parts] = readFileSync(INDEX, "utf8").split(/^## /m);
  return parts.map((part) => ({
    title: part.slice(0, part.indexOf("\n")),
    pages: [...part.matchAll(/^- \[([^\]]+)\]\(([\w./-]+)\)/gm)].map(([, title, path]) => ({
      title,
      path,
    })),
  }));
}
