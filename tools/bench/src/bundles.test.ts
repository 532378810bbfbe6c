import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { codeOf } from "@rainhooks/webhook/define-function";
import { sizesKib } from "./bundles.ts";
import { shippedVariables } from "./processes/function.ts";

/**
 * KiB of a bundle, and of what a function loads at its start. A bundle that grows beyond this has something
 * in it that the function does not use.
 */
const MAX_KIB: Readonly<Record<string, readonly [all: number, atStart: number]>> = {
  archive: [236, 213],
  "node-status": [284, 261],
  "time-series": [264, 241],
  forward: [380, 291],
  hello: [241, 218],
  "query-api": [379, 363],
  attempts: [575, 375],
  watch: [401, 401],
  "fleet-samples": [225, 225],
  "store-work": [525, 458],
  "neo-events": [222, 199],
};

test("every bundle has a limit", () => {
  const names = new Set(SHIPPED.map(codeOf));
  expect(Object.keys(MAX_KIB).sort()).toEqual([...names].sort());
});

test.each(Object.entries(MAX_KIB))("the bundle of %s is small", async (name, [all, atStart]) => {
  const { kib, startKib } = await sizesKib(bundleDir(name));
  expect(startKib).toBeGreaterThan(50);
  expect(kib).toBeLessThanOrEqual(all);
  expect(startKib).toBeLessThanOrEqual(atStart);
});

/** Loads functions, one after the other, where everything that formats or compares texts by a language fails. */
const LOADER = `
const refuse = (name) => () => { throw new Error(name + " loads ICU, for about 12 ms"); };
for (const { prototype } of [Number, BigInt, Date, Array, String])
  for (const name of Object.getOwnPropertyNames(prototype))
    if (/^toLocale|^localeCompare$|^normalize$/.test(name)) prototype[name] = refuse(name);
for (const name of Object.getOwnPropertyNames(Intl)) Intl[name] = refuse("Intl." + name);
for (const { name, file, variables } of JSON.parse(process.argv[1])) {
  Object.assign(process.env, variables);
  await import(file).catch((error) => console.log(name + ": " + error.message));
}
process.exit();
`;

test("no function loads ICU at its start: texts about numbers are made when somebody reads them", () => {
  const functions = SHIPPED.filter(({ sameAs }) => sameAs === undefined).map((definition) => ({
    name: definition.name,
    file: pathToFileURL(join(bundleDir(definition.name), "index.mjs")).href,
    variables: { ...shippedVariables(definition, "http://127.0.0.1"), AWS_REGION: "us-east-1" },
  }));
  const args = ["--input-type=module", "-e", LOADER, JSON.stringify(functions)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
});
