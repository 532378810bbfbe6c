import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { destinationsTable } from "../../forwarding-tables.ts";
import { cachedSecrets } from "../../secrets/cached-secrets.ts";
import { fileSecretStore } from "../../secrets/file-store.ts";
import { rotateSecret } from "../../secrets/rotate.ts";
import { SECRET } from "../../testing/samples.ts";
import { settingsOf } from "../destination-item.ts";
import type { DestinationStores } from "../destination-store.ts";
import { addDestination, changeDestination, deleteDestination } from "../manage.ts";
import { readDestinationSecrets } from "../read-secrets.ts";
import { readSettings } from "../read-settings.ts";
import { setState } from "../set-state.ts";
import { withSecretSettings } from "../settings-of-secrets.ts";
import { readAll, readDestination } from "../store.ts";
import { readDeclared } from "./declared.ts";
import { giveSecrets, readSecretsOfFile } from "./give-secrets.ts";
import { writeDeclared } from "./write-declared.ts";

const HOST = "https://crm.example.com";
const given = { signingSecrets: [{ secret: SECRET }], headers: { "x-key": "abc" } };

describe("a destination of the stage's file in the table", () => {
  let tables: TestTables;
  let folder: string;
  let count = 0;
  let stores: DestinationStores;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    count += 1;
    const tableName = `${destinationsTable.name}-${count}`;
    await tables.create({ ...destinationsTable, name: tableName });
    folder = await mkdtemp(join(tmpdir(), "rainhooks-declared-"));
    stores = {
      table: { client: tables.client, tableName },
      secrets: fileSecretStore(join(folder, "secrets.json")),
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Writes what the file declares, as a deployment does. */
  const deploy = (declared: Readonly<Record<string, object>>) =>
    writeDeclared(
      stores.table,
      Object.entries(declared).map(([id, one]) => {
        const { item, mistakes } = readDeclared(id, one, { allowPrivate: true, readTemplate: String });
        expect(mistakes).toEqual([]);
        return item;
      }),
    );
  const crm = () => readDestination(stores.table, "crm");
  const required = async () => {
    const found = await crm();
    if (found === undefined) throw new Error("There is no crm.");
    return found;
  };
  const keptSecrets = async () =>
    Object.keys(JSON.parse(await readFile(join(folder, "secrets.json"), "utf8").catch(() => "{}")));

  it("is paused until it has secrets, and then active, with the settings that follow from them", async () => {
    await deploy({ crm: { url: `${HOST}/hook`, events: ["alert"] } });
    expect(await crm()).toMatchObject({
      ...{ id: "crm", url: HOST, wholeUrl: `${HOST}/hook`, origin: "file", events: ["rmaker.event.alert"] },
      ...{ state: "paused", stateReason: "it waits for its secrets", pauseId: "secrets-0", version: 0 },
    });
    await expect(setState(stores.table, "crm", { state: "active", atMs: 1 })).rejects.toMatchObject({
      code: "secret-unavailable",
      hint: { command: "destinations set-secrets crm" },
    });
    await expect(readDestinationSecrets(stores, await required())).rejects.toThrow(
      "has no secrets for its host",
    );
    const active = await giveSecrets(stores, await required(), given, 5000);
    expect(active).toMatchObject({ state: "active", headerNames: ["x-key"], version: 1, updatedAtMs: 5000 });
    expect(active).toEqual((await readAll(stores.table)).destinations[0]);
    expect(await readDestinationSecrets(stores, active)).toEqual({ ...given, url: `${HOST}/hook` });
  });

  it("keeps its state and its secrets over a deployment, and calls the URL that the file says now", async () => {
    await deploy({ crm: { url: `${HOST}/old` } });
    await giveSecrets(stores, await required(), given, 5000);
    const secretsOf = cachedSecrets({ store: stores.secrets, nowMs: () => 0 });
    expect((await secretsOf(await required())).url).toBe(`${HOST}/old`);
    await setState(stores.table, "crm", { state: "paused", reason: "update", atMs: 6000 });
    await deploy({ crm: { url: `${HOST}/new`, ratePerS: 5 } });
    const paused = await required();
    expect(paused).toMatchObject({ state: "paused", stateReason: "update", pausedAtMs: 6000, ratePerS: 5 });
    expect((await secretsOf(paused)).url).toBe(`${HOST}/new`);
    await setState(stores.table, "crm", { state: "active", atMs: 7000 });
    expect(await crm()).toMatchObject({ state: "active", resumedAtMs: 7000, version: 3 });
    expect((await readAll(stores.table)).pauses.map(({ activeSinceMs }) => activeSinceMs)).toEqual([7000]);
  });

  it("sends secrets to the host only for which they were given", async () => {
    await deploy({ crm: { url: HOST } });
    await giveSecrets(stores, await required(), { ...given, url: `${HOST}/secret/path` }, 5000);
    expect((await readDestinationSecrets(stores, await required())).url).toBe(`${HOST}/secret/path`);
    await deploy({ crm: { url: "https://other.example" } });
    const moved = await required();
    expect(moved).toMatchObject({
      ...{ state: "paused", pauseId: "secrets-1", headerNames: [], auth: "none" },
      stateReason: `it waits for its secrets: it has those for ${HOST}, and the stage's file says https://other.example`,
    });
    expect(moved.secretsId).toBeUndefined();
    await expect(readDestinationSecrets(stores, moved)).rejects.toMatchObject({ code: "secret-unavailable" });
    // Somebody says that they are for the new host, too: the secret path is not.
    const kept = await readSecretsOfFile(stores, moved);
    expect(kept).toEqual(given);
    const refused = { code: "input-invalid", message: expect.stringContaining("for another host (header") };
    await expect(giveSecrets(stores, moved, kept ?? given, 6000)).rejects.toMatchObject(refused);
    await giveSecrets(stores, moved, kept ?? given, 6000, true);
    expect((await readDestinationSecrets(stores, await required())).url).toBe("https://other.example");
    expect(await keptSecrets()).toHaveLength(1);
  });

  it("refuses a URL that is not the one of the file", async () => {
    await deploy({ crm: { url: `${HOST}/hook` } });
    const give = async (url: string) => giveSecrets(stores, await required(), { ...given, url }, 5000);
    await expect(give(`${HOST}/other`)).rejects.toThrow("url: The stage's file has the whole URL.");
    await deploy({ crm: { url: HOST } });
    await expect(give("https://other.example/x")).rejects.toThrow(`url must begin with ${HOST}`);
    expect(await keptSecrets()).toEqual([]);
  });

  it("of two who give secrets at once, one does", async () => {
    await deploy({ crm: { url: HOST } });
    const before = await required();
    const done = await Promise.allSettled([1, 2, 3].map((at) => giveSecrets(stores, before, given, at)));
    const failed = done.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(new Set(failed)).toEqual(new Set(failed.length === 0 ? [] : ["write-conflict"]));
    expect(await keptSecrets()).toEqual([(await required()).secretsId]);
  });

  it("is neither changed nor removed by commands, except for its secrets", async () => {
    await deploy({ crm: { url: `${HOST}/hook` } });
    await giveSecrets(stores, await required(), given, 5000);
    const change = (settings: object) =>
      changeDestination(
        stores,
        "crm",
        ({ destination }) => ({ settings: readSettings({ ...settingsOf(destination), ...settings }) }),
        6000,
      );
    const inFile = expect.objectContaining({
      code: "input-invalid",
      message: expect.stringContaining("is in the stage's file"),
    });
    await expect(change({ ratePerS: 9 })).rejects.toEqual(inFile);
    await expect(change({ url: "https://elsewhere.example" })).rejects.toEqual(inFile);
    await expect(deleteDestination(stores, "crm")).rejects.toEqual(inFile);
    const rotated = await changeDestination(
      stores,
      "crm",
      async ({ destination, secrets }) => {
        const after = rotateSecret(await secrets(), 7000, 60);
        return { settings: readSettings(withSecretSettings(settingsOf(destination), after)), secrets: after };
      },
      7000,
    );
    expect((await readDestinationSecrets(stores, rotated)).signingSecrets).toHaveLength(2);
    expect(await keptSecrets()).toEqual([rotated.secretsId]);
  });

  it("a clash of names is refused both ways", async () => {
    const secrets = { ...given, url: `${HOST}/hook` };
    const input = { settings: readSettings({ id: "crm", url: HOST, headerNames: ["x-key"] }), secrets };
    await addDestination(stores, input, 1000);
    expect(await deploy({ crm: { url: HOST }, erp: { url: HOST } })).toEqual({
      ...{ written: ["erp"], refused: ["crm"], removed: [] },
    });
    expect((await required()).origin).toBeUndefined();
    const other = { settings: readSettings({ id: "erp", url: HOST }), secrets };
    await expect(addDestination(stores, other, 1000)).rejects.toMatchObject({ code: "write-conflict" });
  });

  it("is gone when the file has it no more; its secrets stay until somebody removes it, or adds one of its name", async () => {
    await deploy({ crm: { url: HOST } });
    await giveSecrets(stores, await required(), given, 5000);
    expect(await deploy({})).toEqual({ written: [], refused: [], removed: ["crm"] });
    expect(await crm()).toBeUndefined();
    expect(await readAll(stores.table)).toMatchObject({ destinations: [], left: ["crm"] });
    await deleteDestination(stores, "crm");
    expect(await readAll(stores.table)).toMatchObject({ destinations: [], left: [] });
    expect(await keptSecrets()).toEqual([]);
    await expect(deleteDestination(stores, "crm")).rejects.toMatchObject({ code: "not-found" });

    await deploy({ crm: { url: HOST } });
    await giveSecrets(stores, await required(), given, 6000);
    await deploy({});
    const own = {
      settings: readSettings({ id: "crm", url: HOST, headerNames: ["x-key"] }),
      secrets: { ...given, url: HOST },
    };
    const added = await addDestination(stores, own, 7000);
    expect(await keptSecrets()).toEqual([added.secretsId]);
    expect(await readAll(stores.table)).toMatchObject({ left: [], destinations: [{ id: "crm" }] });
  });

  it("a target needs no secrets, and can be paused", async () => {
    await deploy({ crm: { target: "orders" } });
    expect(await crm()).toMatchObject({ state: "active", url: "target:orders", origin: "file" });
    const { changed } = await setState(stores.table, "crm", { state: "paused", atMs: 5000 });
    expect([changed, (await crm())?.state]).toEqual([true, "paused"]);
    await setState(stores.table, "crm", { state: "active", atMs: 6000 });
    expect((await crm())?.state).toBe("active");
  });

  it("is disabled with the reason if its item is not as we write it", async () => {
    await deploy({ crm: { url: HOST } });
    await stores.table.client.send(
      new UpdateItemCommand({
        ...{ TableName: stores.table.tableName, Key: { id: { S: "crm" } } },
        ...{ UpdateExpression: "SET concurrency = :x", ExpressionAttributeValues: { ":x": { N: "0" } } },
      }),
    );
    expect(await crm()).toMatchObject({
      state: "disabled",
      stateReason: expect.stringContaining("concurrency"),
    });
    const { tableName: TableName } = stores.table;
    await stores.table.client.send(new DeleteItemCommand({ TableName, Key: { id: { S: "crm" } } }));
    expect(await crm()).toBeUndefined();
  });
});
