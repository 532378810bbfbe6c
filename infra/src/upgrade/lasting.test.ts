import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { variant } from "../testing/variant.ts";
import { type Lasting, lastingOf, lastingStages, lostResources } from "./lasting.ts";

/** The folder with a file of each release: what `npm run release -- --prepare` has written. */
const RELEASES = join(import.meta.dirname, "../../releases");

it("no table, bucket, queue, function or parameter of a release is gone or replaced by an upgrade", () => {
  const releases = existsSync(RELEASES) ? readdirSync(RELEASES) : [];
  const now = lastingStages();
  for (const release of releases) {
    const kept: Record<string, Lasting> = JSON.parse(readFileSync(join(RELEASES, release), "utf8"));
    for (const [stage, before] of Object.entries(kept))
      expect([release, stage, lostResources(before, now[stage] ?? {})]).toEqual([
        release,
        stage,
        [],
      ]);
  }
});

it("the report of an upgrade lists what the upgrade would replace or delete", () => {
  const before = lastingOf(variant({}));
  expect(lostResources(before, lastingOf(variant({ tables: { recoveryDays: 7 } })))).toEqual([]);
  expect(
    Object.keys(before).filter((address) => address.startsWith("aws_dynamodb_table.")),
  ).not.toEqual([]);
  const changed: Record<string, Readonly<Record<string, unknown>>> = { ...before };
  const [table = ""] = Object.keys(before).filter((address) =>
    address.startsWith("aws_dynamodb_table."),
  );
  const [queue = ""] = Object.keys(before).filter((address) =>
    address.startsWith("aws_sqs_queue."),
  );
  changed[table] = { ...before[table], hash_key: "other", local_secondary_index: [] };
  delete changed[queue];
  expect(lostResources(before, changed).toSorted()).toEqual(
    [
      `${table}: hash_key was ${JSON.stringify(before[table]?.["hash_key"])}, and is "other"`,
      `${table}: local_secondary_index was absent, and is []`,
      `${queue} is gone`,
    ].toSorted(),
  );
  const renamed = lostResources(before, lastingOf(variant({ name: "acme-dev" })));
  expect(renamed.some((line) => line.includes("function_name was"))).toBe(true);
});
