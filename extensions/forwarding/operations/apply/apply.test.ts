import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  test,
} from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { auditTable, listAudits } from "@rainhooks/stage/operations/audits";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { secretsIdOf } from "../../destinations/destination-item.ts";
import { changeDestination } from "../../destinations/manage.ts";
import { readDestinationSecrets } from "../../destinations/read-secrets.ts";
import { setState } from "../../destinations/set-state.ts";
import { readAll, readDestination, removeDestination } from "../../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../../forwarding-tables.ts";
import { newSigningSecret, rotateSecret } from "../../secrets/rotate.ts";
import { destinationView } from "../../views/destination-view.ts";
import { forwardingOf } from "../forwarding-of.ts";
import { apply } from "./apply.ts";

let tables: TestTables;
let folder: string;
let stage: StageAccess;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [destinationsTable, auditsTable]) await tables.create(table);
  folder = await mkdtemp(join(tmpdir(), "rainhooks-apply-"));
  const outputs = {
    stage: "dev",
    region: "eu-west-1",
    parameters: { destinations: `file:${join(folder, "s.json")}` },
    tables: {
      destinations: destinationsTable.name,
      attempts: attemptsTable.name,
      audits: auditsTable.name,
    },
    functions: { attempts: { trigger: "queue", queueUrl: "" } },
  };
  stage = { outputs, local: {}, clients: { dynamodb: tables.client } } as unknown as StageAccess;
});
afterAll(async () => {
  await tables.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  process.env["CRM_URL"] = "https://8.8.8.8/hidden-path";
  process.env["CRM_KEY"] = "hidden-key";
});
afterEach(async () => {
  for (const { id } of (await readAll(forwardingOf(stage).table)).destinations)
    await removeDestination(forwardingOf(stage).table, id);
});

function callOf(destinations: unknown, options: object = {}) {
  const caller = { ...callerAt(stage, "terminal"), who: async () => "ann" };
  const place = { stage, functions: [], extensions: [], caller, onStage: "" };
  return apply.call({ file: JSON.stringify({ destinations }), ...options }, place);
}
const applied = (destinations: unknown, options: object = {}) =>
  callOf(destinations, options).run({});
const crm = (more: object = {}) => ({
  id: "crm",
  events: ["alert"],
  secrets: { url: "env:CRM_URL", header: ["X-Api-Key=env:CRM_KEY"] },
  ...more,
});
const stored = async (id: string) => {
  const forwarding = forwardingOf(stage);
  const destination = await readDestination(forwarding.table, id);
  return (
    destination && { destination, secrets: await readDestinationSecrets(forwarding, destination) }
  );
};

describe("destinations of a file", () => {
  it("destinations of a file are added with secrets from the sources it names; a repeated run writes nothing", async () => {
    const plan = await callOf([crm()]).plan({});
    expect([plan.question, plan.text]).toEqual([
      "Make 1 destination as the file has them?",
      [
        "+ crm",
        "    to https://8.8.8.8",
        "    url from env:CRM_URL goes to https://8.8.8.8",
        "    header X-Api-Key from env:CRM_KEY goes to https://8.8.8.8",
      ].join("\n"),
    ]);
    expect((await applied([crm()])).value).toMatchObject({ added: ["crm"], failed: [] });
    const first = await stored("crm");
    expect(first?.secrets).toMatchObject({
      url: "https://8.8.8.8/hidden-path",
      headers: { "x-api-key": "hidden-key" },
    });
    const again = callOf([crm()]);
    expect(await again.plan({})).toMatchObject({
      question: undefined,
      text: "1 destination as the file says.",
    });
    expect((await again.run({})).text).toBe("All is as the file says. Nothing was changed.");
    expect(await stored("crm")).toEqual(first);
  });

  it("destinations that differ are changed: a setting that the file leaves out gets its default, secrets stay", async () => {
    await applied([crm({ ratePerS: 5, template: { a: "{{id}}" } })]);
    await setState(forwardingOf(stage).table, "crm", {
      state: "paused",
      reason: "a test",
      atMs: 1,
    });
    const before = await stored("crm");
    const { secrets: _, ...changed } = crm({ batchEvents: 10, schedule: "5s,1m" });
    const call = callOf([changed]);
    expect((await call.plan({})).value).toMatchObject({
      steps: [
        {
          changes: [
            "format: template → event",
            'template: {"a":"{{id}}"} → ',
            "ratePerS: 5 → none",
            "schedule: 5s,5m,30m,2h,5h,10h,10h → 5s,1m",
            "batchEvents: none → 10",
          ],
        },
      ],
    });
    expect((await call.run({})).value).toMatchObject({ changed: ["crm"] });
    const after = await stored("crm");
    expect(after?.secrets).toEqual(before?.secrets);
    expect(after?.destination).toMatchObject({
      state: "paused",
      batchEvents: 10,
      headerNames: ["x-api-key"],
    });
    expect(after?.destination).not.toHaveProperty("template");
  });

  it("a file made of the output of a list changes nothing", async () => {
    await applied([
      crm({ where: 'event.type == "alert"', nodes: ["n1"] }),
      { id: "orders", url: "target:o" },
    ]);
    const listed = (await readAll(forwardingOf(stage).table)).destinations.map(destinationView);
    const call = callOf(JSON.parse(JSON.stringify(listed.map((one) => ({ ...one, health: {} })))));
    expect((await call.plan({})).text).toBe("2 destinations as the file says.");
  });

  it("a destination of a list is added elsewhere only with all of the secrets that the list shows", async () => {
    const key = newSigningSecret("v1a");
    process.env["CRM_SECRET"] = key;
    const basic = { basic: "ann", password: "env:CRM_KEY" };
    const whole = {
      url: "env:CRM_URL",
      header: ["X-Api-Key=env:CRM_KEY"],
      secret: "env:CRM_SECRET",
      ...basic,
    };
    await applied([crm({ secrets: whole })]);
    const { table } = forwardingOf(stage);
    const listed = JSON.stringify((await readAll(table)).destinations.map(destinationView));
    await removeDestination(table, "crm");
    const [entry] = JSON.parse(listed);
    await expect(applied([entry])).rejects.toThrow(
      /headerNames is not that of its secrets[\s\S]*auth is not[\s\S]*publicKey is not[\s\S]*secrets\.url is missing/,
    );
    for (const name of ["url", "header", "secret", "basic"]) {
      const { [name]: _, ...some } = Object.fromEntries(Object.entries(whole));
      if (name === "basic") delete some["password"];
      await expect(applied([{ ...entry, secrets: some }])).rejects.toMatchObject({
        code: "input-invalid",
      });
    }
    expect((await readAll(table)).destinations).toEqual([]);
    await applied([{ ...entry, secrets: whole }]);
    expect((await stored("crm"))?.secrets).toMatchObject({
      url: "https://8.8.8.8/hidden-path",
      headers: { "x-api-key": "hidden-key" },
      basic: { user: "ann" },
      signingSecrets: [{ secret: key }],
    });
  });

  it.each(["https://8.8.8.8", "https://8.8.8.8/", "HTTPS://8.8.8.8:443/?"])(
    "a file that has only scheme and host, such as %s, keeps the path that is secret",
    async (url) => {
      await applied([crm()]);
      expect(
        (await callOf([{ id: "crm", url, events: ["alert"] }]).plan({})).question,
      ).toBeUndefined();
    },
  );

  it("lost secrets are a mistake of their destination", async () => {
    await applied([crm()]);
    const { table, secrets } = forwardingOf(stage);
    await secrets.remove(secretsIdOf((await readDestination(table, "crm")) ?? { id: "" }));
    await expect(callOf([crm(), { id: "erp" }]).plan({})).rejects.toMatchObject({
      code: "input-invalid",
      message: expect.stringMatching(
        /^crm: Destination crm has no secrets[\s\S]*erp\.url is missing/,
      ),
    });
  });

  it("a plan shows a long template shortened on one line, and of secrets their names", async () => {
    await applied([crm({ template: { a: "x".repeat(500) } })]);
    process.env["CRM_SECRET"] = newSigningSecret();
    const changed = crm({
      template: '{\n "b":\n "{{id}}" }',
      secrets: { secret: "env:CRM_SECRET" },
    });
    expect((await callOf([changed]).plan({})).text).toMatch(
      /^~ crm\n {4}template: \{"a":"x{93}… → \{ "b": "\{\{id\}\}" \}\n {4}secrets: \w+$/,
    );
  });

  it("changed secrets are stored, and the old signing secret stays valid for a day", async () => {
    await applied([crm()]);
    process.env["CRM_KEY"] = "other-key";
    process.env["CRM_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const secrets = { header: ["X-Api-Key=env:CRM_KEY"], secret: "env:CRM_SECRET" };
    const call = callOf([crm({ secrets })]);
    expect((await call.plan({})).text).toBe(
      "~ crm\n    secrets: signingSecrets, headers\n    header X-Api-Key from env:CRM_KEY goes to https://8.8.8.8",
    );
    await call.run({});
    expect((await stored("crm"))?.secrets).toMatchObject({
      url: "https://8.8.8.8/hidden-path",
      headers: { "x-api-key": "other-key" },
      signingSecrets: [{ secret: process.env["CRM_SECRET"] }, { validUntilMs: expect.any(Number) }],
    });
    expect((await callOf([crm({ secrets })]).plan({})).question).toBeUndefined();
  });

  it("destinations that are not in the file are removed only with prune", async () => {
    await applied([crm(), crm({ id: "erp" })]);
    expect((await callOf([crm()]).plan({})).text).toMatch(
      /^1 destination.*\nNot in the file.*: erp$/,
    );
    expect((await applied([crm()])).value).toMatchObject({ removed: [] });
    // Room is made first: a stage may have as many destinations as it can.
    expect((await callOf([crm(), crm({ id: "abc" })], { prune: true }).plan({})).text).toMatch(
      /^- erp\n\+ abc\n/,
    );
    expect((await applied([crm()], { prune: true })).value).toMatchObject({
      removed: ["erp"],
      changed: [],
    });
    expect(await stored("erp")).toBeUndefined();
    expect(await stored("crm")).toBeDefined();
  });

  it("destinations of a file fail separately: the others are as the file says, and the command fails", async () => {
    await applied([crm()]);
    const call = callOf([crm({ description: "mine" }), crm({ id: "erp" })]);
    await call.plan({});
    const { table } = forwardingOf(stage);
    await changeDestination(
      forwardingOf(stage),
      "crm",
      async ({ secrets }) => ({ secrets: rotateSecret(await secrets(), Date.now()) }),
      Date.now(),
    );
    const outcome = await call.run({});
    expect([outcome.failed, outcome.value]).toEqual([
      true,
      {
        added: ["erp"],
        changed: [],
        removed: [],
        failed: [{ id: "crm", error: expect.any(String) }],
      },
    ]);
    expect(outcome.text).toContain("crm may not be as the file says: ");
    expect(await readDestination(table, "crm")).toMatchObject({ description: "" });
  });

  it("the record of an apply has the ids of the destinations, without secrets", async () => {
    await applied([crm({ id: "noted" })]);
    const [first] = await listAudits(auditTable(stage), {
      fromMs: 0,
      toMs: Date.now() + 1000,
      limit: 1,
      isWanted: (one) => JSON.stringify(one).includes("noted"),
    });
    expect(first).toMatchObject({
      operation: "destination-apply",
      plan: { added: ["noted"] },
      result: { added: ["noted"] },
    });
    expect(JSON.stringify(first)).not.toContain("hidden");
  });

  it("callers other than the terminal cannot apply a file, not even plan it, because it reads files of this machine", async () => {
    const place = {
      stage,
      functions: [],
      extensions: [],
      caller: callerAt(stage, "console"),
      onStage: "",
    };
    const call = apply.call({ file: '{"destinations":[]}' }, place);
    for (const one of [() => call.plan({}), () => call.run({})])
      await expect(one()).rejects.toThrow("the permission terminal");
  });

  test.each<[what: string, destinations: unknown, message: string]>([
    ["no list", "crm", "The file must be JSON with a list of destinations"],
    ["no object", ["crm"], 'destinations[0] is "crm", not an object.'],
    ["one without an id", [{ url: "https://8.8.8.8" }], "destinations[0].id must be up to 30"],
    ["one that is there twice", [crm(), crm()], "crm is in the file twice."],
    ["no URL", [{ id: "crm" }], "crm.url is missing"],
    [
      "a private address",
      [{ id: "crm", url: "https://10.1.0.1/hidden" }],
      "crm.url: The address of https://10.1.0.1",
    ],
    ["a setting that is none", [crm({ rate: 5 })], 'crm."rate" is not a setting'],
    ["a wrong value", [crm({ concurrency: 0 })], "crm.concurrency must be a whole number"],
    ["a wrong condition", [crm({ where: "event.typ" })], "crm.where"],
    [
      "a secret itself",
      [crm({ secrets: { url: "https://8.8.8.8/hidden" } })],
      "Is it the secret itself?",
    ],
    [
      "a variable that is not set",
      [crm({ secrets: { url: "env:NO_SUCH" } })],
      "variable NO_SUCH is not set",
    ],
    [
      "a secret that is none",
      [crm({ secrets: { pasword: "x" } })],
      "crm.secrets.pasword is unknown.",
    ],
    [
      "the secrets of another host",
      [crm({ url: "https://9.9.9.9" })],
      "must begin with https://9.9.9.9, as url",
    ],
    ["a target with secrets", [crm({ url: "target:orders" })], "crm.secrets must not be there"],
  ])(
    "destinations of a file are refused with %s, before anything is changed",
    async (_, destinations, message) => {
      const run = applied(destinations);
      await expect(run).rejects.toMatchObject({
        code: "input-invalid",
        message: expect.stringContaining(message),
      });
      await expect(run).rejects.not.toMatchObject({ message: expect.stringContaining("hidden") });
      expect((await readAll(forwardingOf(stage).table)).destinations).toEqual([]);
    },
  );

  it("destinations of a file send secrets to no other host, and report every mistake at once", async () => {
    await applied([crm()]);
    const moved = { id: "crm", url: "https://9.9.9.9/hook" };
    await expect(callOf([moved, { id: "erp" }]).plan({})).rejects.toMatchObject({
      message: expect.stringMatching(
        /crm\.url would send secrets to https:\/\/9\.9\.9\.9[\s\S]*erp\.url is missing/,
      ),
    });
    await expect(callOf([{ id: "crm", url: "target:o" }]).plan({})).rejects.toThrow(
      "cannot become a target",
    );
  });
});
