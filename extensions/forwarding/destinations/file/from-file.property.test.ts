import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { destinationsTable } from "../../forwarding-tables.ts";
import type { SecretStore } from "../../secrets/store.ts";
import { SECRET } from "../../testing/samples.ts";
import type { Destination } from "../destination.ts";
import type { DestinationStores } from "../destination-store.ts";
import { readDestinationSecrets } from "../read-secrets.ts";
import { setState } from "../set-state.ts";
import { readAll, readDestination } from "../store.ts";
import { readDeclared } from "./declared.ts";
import { giveSecrets, readSecretsOfFile } from "./give-secrets.ts";
import { hasPath } from "./merged-item.ts";
import { writeDeclared } from "./write-declared.ts";

let tables: TestTables;
let runs = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** A store in memory: an id that is written twice would be a mistake. */
function memoryStore(): SecretStore & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    get: async (id) => texts.get(id),
    put: async (id, text) => {
      expect(texts.has(id)).toBe(false);
      texts.set(id, text);
    },
    remove: async (id) => void texts.delete(id),
  };
}

const hosts = ["https://a.example", "https://b.example"];
const deploy = fc.record({
  kind: fc.constant("deploy" as const),
  url: fc
    .tuple(fc.constantFrom(...hosts), fc.constantFrom("", "/hook", "/{{nodeId}}?x=1"))
    .map((parts) => parts.join("")),
  ratePerS: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
});
const step = fc.oneof(
  deploy,
  fc.record({
    kind: fc.constantFrom("remove", "give", "give-secret-url", "keep", "pause", "disable", "resume"),
  }),
);

/** Does a step; one that is refused changes nothing. */
async function take(stores: DestinationStores, one: { readonly kind: string }, atMs: number): Promise<void> {
  const before = await readDestination(stores.table, "crm");
  if (before === undefined) return;
  const change = (state: "active" | "paused" | "disabled") => setState(stores.table, "crm", { state, atMs });
  const given = { signingSecrets: [{ secret: SECRET }], headers: { "x-for": before.url } };
  const url = one.kind === "give-secret-url" ? { url: `${before.url}/secret` } : {};
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    give: () => giveSecrets(stores, before, given, atMs),
    "give-secret-url": () => giveSecrets(stores, before, { ...given, ...url }, atMs),
    keep: async () => {
      const kept = await readSecretsOfFile(stores, before);
      if (kept !== undefined) await giveSecrets(stores, before, kept, atMs);
    },
    pause: () => change("paused"),
    disable: () => change("disabled"),
    resume: () => change("active"),
  };
  await steps[one.kind]?.().catch(({ code }: { readonly code?: string }) => {
    expect(["secret-unavailable", "input-invalid"]).toContain(code);
  });
}

type Item = ReturnType<typeof readDeclared>["item"];
type Step = { readonly kind: string; readonly url?: string; readonly ratePerS?: number | undefined };

/** Does what a deployment of a changed file does. Returns what the file has now. */
async function deployed({ kind, ...given }: Step, { table }: DestinationStores): Promise<Item | undefined> {
  const options = { allowPrivate: false, readTemplate: String };
  const item = kind === "deploy" ? readDeclared("crm", given, options).item : undefined;
  await writeDeclared(table, item === undefined ? [] : [item]);
  return item;
}

/** What a plan compares with the file is as it was deployed. */
async function expectDeployed(item: Item | undefined, { client, tableName }: DestinationStores["table"]) {
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: { id: { S: "crm" } } }));
  expect(Item).toEqual(item);
}

/** A deployment for the same host changes neither state nor secrets. */
function expectSameState(before: Destination | undefined, now: Destination | undefined): void {
  if (before === undefined || before.url !== now?.url) return;
  const { state, pauseId, secretsId, version, headerNames } = before;
  expect([now.state, now.pauseId, now.secretsId, now.version, now.headerNames]).toEqual([
    ...[state, pauseId, secretsId, version, headerNames],
  ]);
}

/** It sends only with the secrets of its host, and to the URL of the file. */
async function expectOwnSecrets(stores: DestinationStores, now: Destination | undefined): Promise<void> {
  if (now?.state === "active") expect(now.secretsId).toBeDefined();
  if (now?.secretsId === undefined) return;
  const { url, headers } = await readDestinationSecrets(stores, now);
  expect([new URL(url).origin, headers["x-for"]]).toEqual([now.url, now.url]);
  const { wholeUrl = "" } = now;
  if (hasPath(wholeUrl)) expect(url).toBe(wholeUrl);
}

it("deployments and commands in any order: neither writes what the other decides, and no secret is for another host", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      runs += 1;
      const table = { client: tables.client, tableName: `destinations-${runs}` };
      await tables.create({ ...destinationsTable, name: table.tableName });
      const secrets = memoryStore();
      const stores: DestinationStores = { table, secrets };
      let item: Item | undefined;
      for (const [index, one] of steps.entries()) {
        const before = await readDestination(table, "crm");
        const isDeployment = one.kind === "deploy" || one.kind === "remove";
        if (isDeployment) item = await deployed(one, stores);
        else await take(stores, one, 1000 + index);
        const now = await readDestination(table, "crm");
        await expectDeployed(item, table);
        expect((await readAll(table)).destinations).toEqual(now === undefined ? [] : [now]);
        if (isDeployment) expectSameState(before, now);
        await expectOwnSecrets(stores, now);
      }
      // No secrets are left that nothing refers to.
      expect(secrets.texts.size).toBeLessThanOrEqual(1);
    }),
    { numRuns: 50 },
  );
});
