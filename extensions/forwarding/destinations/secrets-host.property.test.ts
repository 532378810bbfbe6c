import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import fc from "fast-check";
import { destinationsTable } from "../forwarding-tables.ts";
import { fileSecretStore } from "../secrets/file-store.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { createSender } from "../send/sender.ts";
import { alertTo, SECRET } from "../testing/samples.ts";
import { settingsOf } from "./destination-item.ts";
import type { DestinationStores } from "./destination-store.ts";
import { addDestination, changeDestination, deleteDestination } from "./manage.ts";
import { readDestinationSecrets } from "./read-secrets.ts";
import { readSettings } from "./read-settings.ts";
import { settingsOfSecrets, withSecretSettings } from "./settings-of-secrets.ts";
import { readDestination } from "./store.ts";

/** Secrets of a test: a request that has one of these words has that secret. */
const secret = fc.integer({ min: 0, max: 5 }).map((index) => `secret${index}x`);
const host = fc.nat({ max: 2 });
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const stepOf = fc.record({
  host: optional(host),
  header: optional(fc.record({ name: fc.constantFrom("x-a", "x-b"), value: secret })),
  basic: optional(secret),
  client: optional(fc.record({ host: optional(host), secret: optional(secret) })),
  sameSecrets: fc.constantFrom(undefined, false, false, true),
});
type Step = typeof stepOf extends fc.Arbitrary<infer T> ? T : never;

let tables: TestTables;
let folder: string;
let stores: DestinationStores;
let receivers: TestReceiver[];
let moves = 0;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(destinationsTable);
  folder = await mkdtemp(join(tmpdir(), "rainhooks-hosts-"));
  stores = {
    table: { client: tables.client, tableName: destinationsTable.name },
    secrets: fileSecretStore(folder),
  };
  receivers = await Promise.all(
    [0, 1, 2].map(() =>
      startReceiver(({ path, headers }, response) => {
        const token = `token-of-${decoded(headers.authorization)}`.replaceAll(/[^\w-]/g, "");
        response.end(path === "/token" ? JSON.stringify({ access_token: token }) : "");
      }),
    ),
  );
});
afterAll(async () => {
  for (const one of receivers) await one.stop();
  await tables.stop();
  await rm(folder, { recursive: true });
});

function decoded(authorization = ""): string {
  const [kind, text = ""] = authorization.split(" ");
  return kind === "Basic" ? Buffer.from(text, "base64").toString() : text;
}

const urlOf = (index: number, path: string) => `${receivers[index]?.url}${path}`;

/** Returns secrets with what a step gives of them. */
function withStep(before: DestinationSecrets, one: Step): DestinationSecrets {
  const { basic, oauth2, ...rest } = before;
  const client = {
    ...(one.client?.host === undefined ? {} : { tokenUrl: urlOf(one.client.host, "/token") }),
    ...(one.client?.secret === undefined ? {} : { clientSecret: one.client.secret }),
  };
  const { tokenUrl, clientSecret } = { ...oauth2, ...client };
  const after = one.basic === undefined ? basic : { user: "ann", password: one.basic };
  const auth =
    one.client !== undefined && tokenUrl !== undefined && clientSecret !== undefined
      ? { oauth2: { clientId: "rainhooks", tokenUrl, clientSecret } }
      : { ...(after ? { basic: after } : {}), ...(after || !oauth2 ? {} : { oauth2 }) };
  return {
    ...rest,
    ...auth,
    ...(one.host === undefined ? {} : { url: urlOf(one.host, "/hook") }),
    headers: { ...rest.headers, ...(one.header && { [one.header.name]: one.header.value }) },
  };
}

/** What is said to be for which receiver: `<word> <origin>`. */
function claims({ url, headers, basic, oauth2 }: DestinationSecrets): string[] {
  const at = (to: string, ...words: readonly (string | undefined)[]) =>
    words.flatMap((word) => (word === undefined ? [] : [`${word} ${new URL(to).origin}`]));
  return [
    ...at(url, ...Object.values(headers), basic?.password),
    ...(oauth2 === undefined ? [] : at(oauth2.tokenUrl, oauth2.clientSecret)),
    ...(oauth2 === undefined ? [] : at(url, `token-of-rainhooks${oauth2.clientSecret}`)),
  ];
}

/** Sends an event, and returns which words came to which receiver. */
async function sent(): Promise<string[]> {
  const seen = receivers.map(({ requests }) => requests.length);
  const destination = await readDestination(stores.table, "crm");
  if (destination === undefined) throw new Error("There is no destination.");
  const secrets = await readDestinationSecrets(stores, destination);
  const sender = createSender({ allowPrivate: true });
  await sender.sendOnce({ ...alertTo(secrets.url), destination, secrets });
  sender.close();
  return receivers.flatMap(({ url, requests }, index) =>
    requests.slice(seen[index]).flatMap(({ headers, body }) => {
      const text = [JSON.stringify(headers), decoded(headers.authorization), body].join(" ");
      const words = text.match(/(token-of-\w*?)?secret\dx/g) ?? [];
      return words.map((word) => `${word} ${url}`);
    }),
  );
}

/**
 * Takes a step. Returns what it says is for whom, and what the destination has before and after.
 */
async function take(one: Step) {
  let before: DestinationSecrets | undefined;
  let after: DestinationSecrets | undefined;
  const changed = await changeDestination(
    stores,
    "crm",
    async ({ destination, secrets }) => {
      before = await secrets();
      after = withStep(before, one);
      const settings = readSettings(withSecretSettings(settingsOf(destination), after));
      return { settings, secrets: after, sameSecrets: one.sameSecrets };
    },
    2000,
  ).catch(({ code }: { readonly code?: string }) => expect(code).toBe("input-invalid"));
  const [were, are] = [before, after].map((all) => (all === undefined ? [] : claims(all)));
  return { isRefused: changed === undefined, were, are, isMoved: before?.url !== after?.url };
}

function givenIn(one: Step, are: readonly string[] = []): string[] {
  const fresh = [one.header?.value, one.basic, one.client?.secret].filter(
    (word) => word !== undefined,
  );
  if (one.sameSecrets) return [...are];
  return are.filter((claim) => fresh.some((word) => claim.split(" ")[0]?.endsWith(word)));
}

it("a request to a host has only secrets that were given for this host, whatever changes in URL, token URL and secrets", async () => {
  const step = async (given: Set<string>, one: Step) => {
    const { isRefused, were, are, isMoved } = await take(one);
    if (isRefused) {
      // Only what would go to another host is refused.
      expect(are?.some((claim) => !were?.includes(claim))).toBe(true);
      expect(one.sameSecrets).not.toBe(true);
    } else {
      for (const claim of givenIn(one, are)) given.add(claim);
      moves += isMoved ? 1 : 0;
    }
    for (const claim of await sent()) expect([...given]).toContain(claim);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(stepOf, { minLength: 1, maxLength: 8 }), async (steps) => {
      const first = { url: urlOf(0, "/hook"), signingSecrets: [{ secret: SECRET }], headers: {} };
      const settings = readSettings({ id: "crm", ...settingsOfSecrets(first) });
      await addDestination(stores, { settings, secrets: first }, 1000);
      const given = new Set<string>();
      try {
        for (const one of steps) await step(given, one);
      } finally {
        await deleteDestination(stores, "crm");
      }
    }),
    { numRuns: 60 },
  );
  expect(moves).toBeGreaterThan(0);
});
