import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { shippedBundle } from "@rainhooks/app-local/testing/shipped-bundle";
import { codeOf } from "@rainhooks/webhook/define-function";
import { sizesKib } from "./bundles.ts";
import { shippedVariables } from "./processes/function.ts";

/**
 * KiB of a bundle, and of what a function loads at its start, with room for three percent. A bundle
 * that grows beyond this has something in it that the function does not use.
 */
const MAX_KIB: Readonly<Record<string, readonly [all: number, atStart: number]>> = {
  archive: [242, 218],
  "node-status": [290, 266],
  "time-series": [271, 246],
  forward: [385, 291],
  hello: [247, 224],
  "query-api": [377, 362],
  attempts: [571, 366],
  watch: [407, 407],
  "fleet-samples": [232, 232],
  "store-read": [467, 466],
  "store-work": [467, 466],
  "neo-events": [228, 204],
  rounds: [532, 478],
};

const folders = new Map<string, string>();
beforeAll(async () => {
  for (const name of new Set(SHIPPED.map(codeOf))) folders.set(name, await shippedBundle(name));
});

test("every bundle has a limit", () => {
  expect(Object.keys(MAX_KIB).sort()).toEqual([...folders.keys()].sort());
});

test.each(Object.entries(MAX_KIB))("the bundle of %s is small", async (name, [all, atStart]) => {
  const { kib, startKib } = await sizesKib(folders.get(name) ?? "");
  expect(startKib).toBeGreaterThan(50);
  expect(kib).toBeLessThanOrEqual(all);
  expect(startKib).toBeLessThanOrEqual(atStart);
});

/**
 * Loads functions, one after the other, where everything that formats or compares texts by a
 * language fails.
 */
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
    file: pathToFileURL(join(folders.get(definition.name) ?? "", "index.mjs")).href,
    variables: { ...shippedVariables(definition, "http://127.0.0.1"), AWS_REGION: "us-east-1" },
  }));
  const args = ["--input-type=module", "-e", LOADER, JSON.stringify(functions)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
});
