import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

const PROOF = resolve(import.meta.dirname, "../../../../docs/proof.md");

/** Puts a report into its place in docs/proof.md. */
export async function writeProof(section: "battery" | "load" | "guards", report: string): Promise<void> {
  const page = await readFile(PROOF, "utf8");
  const [start, end] = [`<!-- ${section} -->\n`, `<!-- /${section} -->`];
  const [before = "", rest = ""] = page.split(start);
  const after = rest.slice(rest.indexOf(end));
  await writeFile(PROOF, `${before}${start}\n\`\`\`\n${report}\n\`\`\`\n\n${after}`);
}
