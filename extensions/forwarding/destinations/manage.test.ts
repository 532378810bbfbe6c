import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { destinationsTable } from "../forwarding-tables.ts";
import { fileSecretStore } from "../secrets/file-store.ts";
import { rotateSecret } from "../secrets/rotate.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { SECRET } from "../testing/samples.ts";
import { secretsIdOf, settingsOf } from "./destination-item.ts";
import type { DestinationStores } from "./destination-store.ts";
import {
  addDestination,
  type CurrentDestination,
  changeDestination,
  type DestinationInput,
  deleteDestination,
} from "./manage.ts";
import { readDestinationSecrets } from "./read-secrets.ts";
import { readSettings } from "./read-settings.ts";
import { setState } from "./set-state.ts";
import { settingsOfSecrets } from "./settings-of-secrets.ts";
import { putDestination, readDestination, removeDestination } from "./store.ts";

const inputOf = (id: string, host: string): Required<DestinationInput> => {
  const secrets: DestinationSecrets = {
    url: `https://${host}/hooks/${host}`,
    signingSecrets: [{ secret: SECRET }],
    headers: { "x-host": host },
  };
  return { settings: readSettings({ id, ...settingsOfSecrets(secrets) }), secrets };
};

describe("a destination and its secrets", () => {
  let tables: TestTables;
  let folder: string;
  let stores: DestinationStores;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(destinationsTable);
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rainhooks-manage-"));
    stores = {
      table: { client: tables.client, tableName: destinationsTable.name },
      secrets: fileSecretStore(folder),
    };
  });
  afterEach(async () => {
    await removeDestination(stores.table, "crm");
    await rm(folder, { recursive: true });
  });

  const keptIds = async () => (await readdir(folder)).map((name) => name.replace(/\.json$/, ""));

  /** The row and its secrets belong together, and there are no others. */
  async function expectWhole(host: string) {
    const row = await readDestination(stores.table, "crm");
    if (row === undefined) throw new Error("There is no row.");
    const secrets = await readDestinationSecrets(stores, row);
    expect([row.url, secrets.url, secrets.headers]).toEqual([
      `https://${host}`,
      `https://${host}/hooks/${host}`,
      { "x-host": host },
    ]);
    expect(await keptIds()).toEqual([secretsIdOf(row)]);
    return row;
  }

  it("a destination and its secrets are added together, once", async () => {
    await addDestination(stores, inputOf("crm", "a.example"), 1000);
    const again = addDestination(stores, inputOf("crm", "b.example"), 2000);
    await expect(again).rejects.toMatchObject({
      code: "write-conflict",
      message: expect.stringContaining("There is a destination crm already"),
    });
    expect(await expectWhole("a.example")).toMatchObject({
      state: "active",
      version: 1,
      createdAtMs: 1000,
    });
  });

  it("after many additions at once, the destination and its secrets are those of the addition that succeeded", async () => {
    const hosts = Array.from({ length: 8 }, (_, index) => `h${index}.example`);
    const results = await Promise.allSettled(
      hosts.map((host) => addDestination(stores, inputOf("crm", host), 1000)),
    );
    const added = hosts.filter((_, index) => results[index]?.status === "fulfilled");
    expect(added).toHaveLength(1);
    await expectWhole(added[0] ?? "");
  });

  it("after many changes at once, the destination and its secrets are those of the last change that succeeded", async () => {
    await addDestination(stores, inputOf("crm", "a.example"), 1000);
    const hosts = Array.from({ length: 8 }, (_, index) => `h${index}.example`);
    const results = await Promise.allSettled(
      hosts.map((host) => changeDestination(stores, "crm", () => inputOf("crm", host), 2000)),
    );
    const failed = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason] : [],
    );
    expect(failed.length).toBeGreaterThan(0);
    for (const one of failed) expect(one).toMatchObject({ code: "write-conflict" });
    const { url } = (await readDestination(stores.table, "crm")) ?? {};
    expect(hosts.map((host) => `https://${host}`)).toContain(url);
    await expectWhole(new URL(url ?? "").host);
  });

  it("a destination is changed although a function changes its state meanwhile, and keeps that state", async () => {
    await addDestination(stores, inputOf("crm", "a.example"), 1000);
    const changed = await changeDestination(
      stores,
      "crm",
      async () => {
        await setState(stores.table, "crm", {
          state: "paused",
          reason: "too many waiting",
          atMs: 1500,
        });
        return inputOf("crm", "b.example");
      },
      2000,
    );
    expect(changed).toMatchObject({
      state: "paused",
      stateReason: "too many waiting",
      pausedAtMs: 1500,
    });
    expect(await expectWhole("b.example")).toEqual(changed);
  });

  it("a destination that is removed meanwhile is not changed, and no secrets are left behind", async () => {
    await addDestination(stores, inputOf("crm", "a.example"), 1000);
    const change = changeDestination(
      stores,
      "crm",
      async () => {
        await deleteDestination(stores, "crm");
        return inputOf("crm", "b.example");
      },
      2000,
    );
    await expect(change).rejects.toMatchObject({ code: "write-conflict" });
    expect([await readDestination(stores.table, "crm"), await keptIds()]).toEqual([undefined, []]);
  });

  it("a destination keeps its secrets if a call is repeated because its response was lost", async () => {
    const { table } = stores;
    const lossy = {
      ...table,
      client: Object.assign(Object.create(table.client), {
        send: async (command: Parameters<typeof table.client.send>[0]) => {
          const response = await table.client.send(command);
          return command.constructor.name === "PutItemCommand"
            ? table.client.send(command)
            : response;
        },
      }),
    };
    await addDestination({ ...stores, table: lossy }, inputOf("crm", "a.example"), 1000);
    await expectWhole("a.example");
    await changeDestination(
      { ...stores, table: lossy },
      "crm",
      () => inputOf("crm", "b.example"),
      2000,
    );
    await expectWhole("b.example");
    // Fields in another order, as when one is added last.
    const change = ({ destination }: CurrentDestination) => {
      const { concurrency, ...settings } = settingsOf(destination);
      return {
        ...inputOf("crm", "c.example"),
        settings: { ...settings, url: "https://c.example", concurrency },
      };
    };
    await changeDestination({ ...stores, table: lossy }, "crm", change, 3000);
    await expectWhole("c.example");
  });

  it("a destination and its secrets are changed separately: settings without secrets, secrets without settings", async () => {
    const added = await addDestination(stores, inputOf("crm", "a.example"), 1000);
    const described = await changeDestination(
      stores,
      "crm",
      ({ destination }) => {
        expect(destination).toEqual(added);
        return { settings: { ...inputOf("crm", "a.example").settings, description: "Customers" } };
      },
      2000,
    );
    expect(described).toMatchObject({
      description: "Customers",
      version: 2,
      secretsId: added.secretsId,
    });
    const rotated = await changeDestination(
      stores,
      "crm",
      async ({ secrets }) => ({ secrets: rotateSecret(await secrets(), 3000, 60) }),
      3000,
    );
    expect(rotated).toMatchObject({ description: "Customers", version: 3, createdAtMs: 1000 });
    expect(rotated.secretsId).not.toBe(added.secretsId);
    expect((await readDestinationSecrets(stores, rotated)).signingSecrets).toMatchObject([
      { secret: expect.stringMatching(/^whsec_/) },
      { secret: SECRET, validUntilMs: 63_000 },
    ]);
    await expectWhole("a.example");
  });

  it("a destination and its secrets are removed together", async () => {
    await addDestination(stores, inputOf("crm", "a.example"), 1000);
    await deleteDestination(stores, "crm");
    expect([await readDestination(stores.table, "crm"), await keptIds()]).toEqual([undefined, []]);
    const missing = { code: "not-found", message: "There is no destination crm." };
    await expect(deleteDestination(stores, "crm")).rejects.toMatchObject(missing);
    await expect(changeDestination(stores, "crm", () => ({}), 1)).rejects.toMatchObject(missing);
  });

  it("secrets under the id of the destination are found, and replaced", async () => {
    const { settings, secrets } = inputOf("crm", "a.example");
    await stores.secrets.put("crm", JSON.stringify(secrets));
    await putDestination(stores.table, {
      ...settings,
      state: "active",
      createdAtMs: 1,
      updatedAtMs: 1,
      version: 0,
    });
    await expectWhole("a.example");
    await changeDestination(stores, "crm", () => inputOf("crm", "b.example"), 2000);
    await expectWhole("b.example");
  });

  it("the URL of a destination with batches has no values of one event", async () => {
    const withUrl = (path: string, options: object) => {
      const secrets = { ...inputOf("crm", "a.example").secrets, url: `https://a.example/${path}` };
      return {
        settings: readSettings({ id: "crm", ...settingsOfSecrets(secrets), ...options }),
        secrets,
      };
    };
    const refused = {
      code: "input-invalid",
      message: expect.stringContaining("a batch has several"),
    };
    const batches = { batchEvents: 10 };
    const byNode = addDestination(stores, withUrl("{{nodeId}}", batches), 1000);
    await expect(byNode).rejects.toMatchObject(refused);
    await addDestination(
      stores,
      withUrl("{{id}}/{{count}}/{{nodeId}}", { ...batches, inOrder: true }),
      1000,
    );
    const shared = changeDestination(
      stores,
      "crm",
      ({ destination }) => ({ settings: { ...destination, inOrder: false } }),
      2000,
    );
    await expect(shared).rejects.toMatchObject(refused);
    await changeDestination(stores, "crm", () => withUrl("{{data.message}}", {}), 3000);
  });

  it("a destination that is a target of the stage has no secrets", async () => {
    const settings = readSettings({ id: "crm", url: "target:orders" });
    const added = await addDestination(stores, { settings }, 1000);
    expect([added.url, added.secretsId, await keptIds()]).toEqual(["target:orders", undefined, []]);
    await expect(addDestination(stores, { settings }, 1000)).rejects.toMatchObject({
      code: "write-conflict",
    });
    const change = () => ({ settings: { ...settings, description: "Orders" } });
    expect(await changeDestination(stores, "crm", change, 2000)).toMatchObject({
      description: "Orders",
    });
    await deleteDestination(stores, "crm");
    expect(await readDestination(stores.table, "crm")).toBeUndefined();
  });

  it("secrets with a mistake are not written", async () => {
    const input = inputOf("crm", "a.example");
    const invalid = { ...input, secrets: { ...input.secrets, headers: { "bad name": "hidden" } } };
    const refused = { code: "input-invalid", message: expect.not.stringContaining("hidden") };
    await expect(addDestination(stores, invalid, 1000)).rejects.toMatchObject(refused);
    await addDestination(stores, input, 1000);
    await expect(changeDestination(stores, "crm", () => invalid, 2000)).rejects.toMatchObject(
      refused,
    );
    await expectWhole("a.example");
  });

  it("a destination whose secrets are missing is reported", async () => {
    const added = await addDestination(stores, inputOf("crm", "a.example"), 1000);
    await stores.secrets.remove(secretsIdOf(added));
    await expect(readDestinationSecrets(stores, added)).rejects.toMatchObject({
      code: "secret-unavailable",
      message: "Destination crm has no secrets. Remove it and add it again.",
    });
  });
});
