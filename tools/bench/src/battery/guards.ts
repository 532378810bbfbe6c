import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundleDir } from "@rainhooks/app-list/bundles";
import type { Plugin } from "esbuild";
import { bundleInto } from "../processes/bundle.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");

/**
 * A guard of the code, and how it is removed in a build for a battery. Bundles that are deployed have no such
 * switch.
 */
export interface Guard {
  readonly name: string;
  /** What the code does without it. */
  readonly without: string;
  readonly file: string;
  readonly code: string;
  readonly instead: string;
}

/** The guards, each of which a battery must need. */
export const GUARDS: readonly Guard[] = [
  {
    name: "time-condition",
    without: "The event that is handled last wins, whatever its time.",
    file: "packages/node-status/src/connection.ts",
    code: "  if (a.atMs !== b.atMs) return a.atMs > b.atMs ? a : b;",
    instead: "  if (a.atMs !== b.atMs) return b;",
  },
  {
    name: "version-condition",
    without: "A row is written even if another process has written it since it was read.",
    file: "packages/sinks/src/dynamodb/fold-table.ts",
    code: `          ConditionExpression: version === undefined ? "attribute_not_exists(#name)" : "#name = :version",
          ExpressionAttributeNames: { "#name": current === undefined ? table.partitionKey.name : VERSION },
          ...(version === undefined ? {} : { ExpressionAttributeValues: { ":version": version } }),
`,
    instead: "",
  },
  {
    name: "partial-failure-report",
    without: "Failed records are not reported, and so are deleted from their queue.",
    file: "packages/webhook/src/handler.ts",
    code: "return { batchItemFailures: retries.map(({ id }) => ({ itemIdentifier: id })) };",
    instead: "return { batchItemFailures: [] };",
  },
  {
    name: "retry-of-leftovers",
    without: "What a service has not taken of a call is neither sent again nor reported.",
    file: "packages/core/src/retry.ts",
    code: "  let remaining = await send(entries);",
    instead: "  let remaining = (await send(entries)).slice(0, 0);",
  },
  {
    name: "idempotent-key",
    without: "An alert gets a new key each time it is handled.",
    file: "packages/node-status/src/timeline-item.ts",
    code: "event.deliveryId",
    instead: "Math.random()",
  },
  {
    name: "dead-letter-first",
    without: "A record is acknowledged, and its dead letter is sent 50 ms later.",
    file: "packages/webhook/src/handler.ts",
    code: "const kept = letters.length === 0 ? [] : await within(remainingTimeMs() / 2, deadLetters(letters), late);",
    instead:
      "const kept = late().slice(0, 0); if (letters.length > 0) setTimeout(() => void deadLetters(letters), 50);",
  },
];

/**
 * Builds the bundles of webhooks without a guard; returns the folder of a bundle, which is the deployed one
 * for others.
 */
export async function buildWithout(
  guard: Guard | undefined,
  webhooks: readonly string[],
  outDir: string,
): Promise<(name: string) => string> {
  const plugins = guard === undefined ? [] : [without(guard)];
  for (const name of webhooks)
    await bundleInto(join(outDir, name), join(ROOT, "apps", name, "src/handler.ts"), plugins);
  return (name) => (webhooks.includes(name) ? join(outDir, name) : bundleDir(name));
}

function without({ name, file, code, instead }: Guard): Plugin {
  return {
    name,
    setup: ({ onLoad }) =>
      onLoad({ filter: new RegExp(`/${file}$`) }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        return { contents: text.replace(code, () => instead), loader: "ts" };
      }),
  };
}
