import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { withSection } from "../report/page.ts";

const PROOF = resolve(import.meta.dirname, "../../../../docs/proof.md");

/** Puts a report into its place in docs/proof.md. */
export async function writeProof(section: "battery" | "load" | "guards", report: string): Promise<void> {
  const page = await readFile(PROOF, "utf8");
  await writeFile(PROOF, withSection(page, section, `\`\`\`\n${report}\n\`\`\``));
}
