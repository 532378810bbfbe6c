import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";

const BUNDLE = join(import.meta.dirname, "functions/query-api/bundle");

it("the deployed bundle has none of the console's routes and actions", () => {
  const files = readdirSync(BUNDLE).filter((name) => name.endsWith(".mjs"));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) {
    const code = readFileSync(join(BUNDLE, name), "utf8");
    for (const ours of ["/console/", "x-rainhooks-action", "x-rainhooks-key", "redrive"])
      expect(code).not.toContain(ours);
  }
});
