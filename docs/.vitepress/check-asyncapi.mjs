/* Validates asyncapi.json with the parser of the specification. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Parser } from "@asyncapi/parser";

const path = fileURLToPath(new URL("../asyncapi.json", import.meta.url));
const { document, diagnostics } = await new Parser().parse(readFileSync(path, "utf8"));
const errors = diagnostics.filter(({ severity }) => severity === 0);
for (const { message, path: at } of errors) console.error(`${at.join(".")}: ${message}`);
if (errors.length > 0 || document === undefined) process.exit(1);
console.log(`asyncapi.json is valid: ${document.channels().all().length} channels.`);
