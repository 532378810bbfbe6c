import {
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { EndRequest } from "../operate/progress.ts";
import {
  commandOnly,
  durationUpTo,
  flag,
  list,
  optionalText,
  requiredText,
  secret,
  time,
} from "../query/params/kinds.ts";
import type { StageAccess } from "../stage-access.ts";
import { auditsTable } from "../tables/stage-tables.ts";
import { auditTable, listAudits } from "./audits.ts";
import { callerAt, type Door } from "./caller.ts";
import { defineOperation } from "./define-operation.ts";
import { STAGE_OPERATIONS } from "./list-audits.ts";
import type { CallPlace, Operation } from "./operation.ts";
import { operationTools } from "./operation-tools.ts";
import { recordedNames, recordedRequest } from "./read-request.ts";

let tables: TestTables;
/** What was done, in order. */
let done: string[] = [];
beforeAll(async () => {
  tables = await startTables();
  await tables.create(auditsTable);
});
beforeEach(() => {
  done = [];
});
afterAll(() => tables?.stop());

function placeOf(who: string, client: DynamoDBClient = tables.client): CallPlace {
  const stage = {
    outputs: { stage: "dev", tables: { audits: auditsTable.name } },
    clients: { dynamodb: client },
  } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "console"), who: () => Promise.resolve(who) };
  return { stage, functions: [], extensions: [], caller, onStage: "" };
}

const SWITCH = {
  name: "switch",
  summary: "Switch lamps",
  request: {
    lamps: list({ description: "Lamps.", placeholder: "lamp", maxLength: 10 }, { min: 1, max: 3 }),
    password: secret(
      requiredText({ description: "Password.", placeholder: "text", maxLength: 20 }),
    ),
    isOff: flag({ description: "Off." }),
  },
  permission: "operate",
  changes: "much",
  command: { words: "lamps switch", args: ["lamps"] },
} as const;

const switchLamps = defineOperation({
  ...SWITCH,
  plan: async (_, { lamps }) => ({ count: lamps.length }),
  run: async (_, { lamps, isOff }) => {
    for (const lamp of lamps) done.push(lamp);
    if (lamps.includes("broken")) throw new RainhooksError("write-conflict", "It is broken.");
    return { isOff };
  },
  view: {
    question: ({ count }) => `Switch ${count} lamps?`,
    result: ({ isOff }) => (isOff ? "dark" : "light"),
    failed: ({ isOff }) => isOff,
  },
  recorded: { plan: ({ count }) => ({ count }), result: ({ isOff }) => ({ isOff }) },
});

async function audits() {
  const selection = { fromMs: Date.now() - 60_000, toMs: Date.now() + 1000, limit: 100 };
  const { stage } = placeOf("anybody");
  return listAudits(auditTable(stage), { ...selection, isWanted: () => true });
}

describe("an operation that changes something", () => {
  it("a change is recorded: who, by which caller, what without secrets, its plan and its result", async () => {
    const call = switchLamps.call({ lamps: ["hall", "attic"], password: "hush" }, placeOf("ann"));
    expect((await call.plan({})).question).toBe("Switch 2 lamps?");
    expect(await call.run({})).toMatchObject({ text: "light", failed: false, notes: [] });
    const [first] = await audits();
    expect(first).toMatchObject({
      operation: "switch",
      caller: "ann",
      door: "console",
      outcome: "done",
      request: { lamps: ["hall", "attic"] },
      plan: { count: 2 },
      result: { isOff: false },
    });
    expect(JSON.stringify(first)).not.toContain("hush");
  });

  it("a change is recorded for as long as the stage says", async () => {
    const place = placeOf("flo");
    const daysWith = async (retention: object) => {
      const stage = {
        ...place.stage,
        outputs: { ...place.stage.outputs, retention },
      } as StageAccess;
      await switchLamps.call({ lamps: "hall", password: "p" }, { ...place, stage }).run({});
      const { Items = [] } = await tables.client.send(
        new ScanCommand({ TableName: auditsTable.name }),
      );
      const days = Items.filter((one) => one["caller"]?.S === "flo").map(
        ({ expiresAtS, startedAtMs }) =>
          (Number(expiresAtS?.N) * 1000 - Number(startedAtMs?.N)) / 86_400_000,
      );
      return days.map(Math.floor).sort((a, b) => a - b);
    };
    expect(await daysWith({})).toEqual([400]);
    expect(await daysWith({ auditDays: 7 })).toEqual([7, 400]);
  });

  it("a change is recorded for each of two callers at once", async () => {
    const callers = ["bob", "cleo"];
    await Promise.all(
      callers.map((who) => switchLamps.call({ lamps: [who], password: "p" }, placeOf(who)).run({})),
    );
    const found = (await audits()).filter(({ caller }) => callers.includes(caller));
    expect(found.map(({ caller }) => caller).sort()).toEqual(callers);
  });

  it("a change is recorded as failed with the code of its error, also if only a part of it is done", async () => {
    const broken = switchLamps.call({ lamps: "broken", password: "p" }, placeOf("dan"));
    await expect(broken.run({})).rejects.toMatchObject({ code: "write-conflict" });
    await switchLamps.call({ lamps: "hall", password: "p", isOff: true }, placeOf("dan")).run({});
    const ends = (await audits()).filter(({ caller }) => caller === "dan");
    expect(new Set(ends.map(({ outcome, error }) => `${outcome} ${error}`))).toEqual(
      new Set(["failed write-conflict", "failed undefined"]),
    );
  });

  it("a change is not made if it cannot be recorded, and the error says so", async () => {
    const client = tables.newClient();
    client.send = () =>
      Promise.reject(
        new ProvisionedThroughputExceededException({ message: "Slow down", $metadata: {} }),
      );
    const call = switchLamps.call({ lamps: "hall", password: "p" }, placeOf("eve", client));
    await expect(call.run({})).rejects.toMatchObject({
      code: "throttled",
      message: expect.stringMatching(
        /^Nothing was changed, because the record of it cannot be written\./,
      ),
    });
    expect(done).toEqual([]);
  });

  it("a change needs its permission; an assistant may plan it, but not plan an operation of the terminal", async () => {
    const place = placeOf("finn");
    const assistant = { ...place, caller: callerAt(place.stage, "assistant") };
    const call = switchLamps.call({ lamps: "hall", password: "p" }, assistant);
    await expect(call.run({})).rejects.toThrow(
      "The operation switch needs the permission operate.",
    );
    expect((await call.plan({})).value).toEqual({ count: 1 });
    const kept = defineOperation({
      ...SWITCH,
      permission: "terminal",
      plan: async () => ({}),
      run: async () => ({}),
      view: { result: () => "" },
    });
    const given = { lamps: "hall", password: "p" };
    await expect(kept.call(given, place).run({})).rejects.toThrow("needs the permission terminal");
    await expect(kept.call(given, place).plan({})).rejects.toThrow("needs the permission terminal");
    expect(done).toEqual([]);
  });
});

it("nobody is asked before one without a plan, although its view has a question", () => {
  const { view, run } = {
    view: { question: () => "Switch?", result: () => "" },
    run: async () => ({}),
  };
  expect(defineOperation({ ...SWITCH, run, view }).isAsked).toBe(false);
  expect(defineOperation({ ...SWITCH, plan: async () => ({}), run, view }).isAsked).toBe(true);
});

it("a request that makes no sense from its caller is refused before anything is recorded", () => {
  const strict = defineOperation({
    ...SWITCH,
    run: async () => ({}),
    view: { result: () => "" },
    check: ({ isOff }, caller) => {
      if (isOff && caller?.door === "console")
        throw new RainhooksError("input-invalid", "Not off.");
    },
  });
  expect(() => strict.call({ lamps: "hall", password: "p", isOff: true }, placeOf("kim"))).toThrow(
    "Not off.",
  );
  expect(() => strict.call({ lamps: "hall", password: "p" }, placeOf("kim"))).not.toThrow();
});

it("a record has only as much of long lists, long texts and files as fits into an item", () => {
  const ids = Array.from({ length: 100_000 }, (_, index) => `id-${index}`);
  const help = { description: "Ids.", placeholder: "ids", maxLength: 10_000_000 };
  const fields = {
    ids: list(help, { max: 100_000 }),
    texts: list(help, { max: 3 }),
    text: requiredText(help),
    file: { ...requiredText(help), isFile: true },
  } as const;
  const long = "x".repeat(5000);
  const kept = recordedRequest(fields, {
    ids,
    texts: [long],
    text: long,
    file: `${ids.join("\n")}\n`,
  });
  expect(kept).toMatchObject({
    ids: { first: ids.slice(0, 50), count: 100_000 },
    file: { lines: 100_000 },
  });
  expect([recordedNames(kept).includes("id-49"), JSON.stringify(kept).length < 5000]).toEqual([
    true,
    true,
  ]);
});

describe("the record of an operation", () => {
  const dim = defineOperation({
    ...SWITCH,
    name: "dim",
    plan: async (_, { lamps }) => ({ ids: lamps.map((lamp) => `${lamp}-id`) }),
    needsPlan: true,
    run: async (_, { isOff }, { record, signal }) => {
      await record({ number: 7 });
      if (isOff) signal?.throwIfAborted();
      return {};
    },
    view: {
      result: () => "",
      planCsv: ({ ids }) => ({ header: ["id"], rows: ids.map((id) => [id]) }),
    },
    recorded: {
      request: ({ ids }) => ({ lamps: ids }),
      plan: ({ ids }) => ({ count: ids.length }),
    },
  });
  const dimmed = async (who: string, isOff: boolean, signal: AbortSignal) => {
    const call = dim.call({ lamps: "hall", password: "p", isOff }, placeOf(who));
    await call.run({ signal }).catch(() => undefined);
    return (await audits()).find(({ caller }) => caller === who);
  };

  it("the record has the plan that the operation needs although nobody has seen it, and what the plan has found", async () => {
    const found = await dimmed("mia", false, new AbortController().signal);
    const { csv } = await dim.call({ lamps: "hall", password: "p" }, placeOf("mia")).plan({});
    expect(csv).toEqual({ header: ["id"], rows: [["hall-id"]] });
    expect(found).toMatchObject({
      plan: { count: 1 },
      request: { lamps: ["hall-id"] },
      outcome: "done",
    });
  });

  it("the record has what was written before it was cancelled; a run that completed although it was cancelled is done", async () => {
    const aborted = AbortSignal.abort();
    expect(await dimmed("nora", true, aborted)).toMatchObject({
      outcome: "cancelled",
      result: { number: 7 },
    });
    expect(await dimmed("olga", false, aborted)).toMatchObject({
      outcome: "done",
      result: { number: 7 },
    });
  });
});

describe("what an operation returns", () => {
  const given = { lamps: "hall", password: "p" };

  it("an operation returns what its views make of its plan, which is made once, and of its result", async () => {
    let plans = 0;
    const full = defineOperation({
      ...SWITCH,
      changes: "nothing",
      permission: "read",
      needsPlan: true,
      title: ({ lamps }) => `Switch ${lamps.join()}`,
      plan: async (_, { lamps }) => {
        plans += 1;
        return { lamps, number: plans };
      },
      run: async (_, { lamps }, { plan }) => ({ lamps, left: (await plan()).number }),
      view: {
        planJson: ({ number }) => ({ number }),
        plan: ({ lamps }, { isOff }, { onStage }) => `${lamps.join()} ${isOff}${onStage}`,
        question: ({ number }) => `${number}?`,
        planNotes: ({ lamps }) => lamps,
        json: ({ left }) => ({ left }),
        result: ({ left }, { isOff }, { onStage }) => `${left} ${isOff}${onStage}`,
        header: ["left"],
        rows: ({ left }) => [[left]],
        notes: ({ lamps }) => lamps,
        failed: ({ left }) => left > 0,
        exitCode: ({ left }) => left + 2,
      },
    });
    expect(full).toMatchObject({
      hasPlan: true,
      isAsked: true,
      needsPlan: true,
      isLong: true,
      header: ["left"],
    });
    const call = full.call(given, { ...placeOf("pia"), onStage: " --stage x" });
    expect([call.title, await call.plan({}), await call.run({})]).toEqual([
      "Switch hall",
      {
        value: { number: 1 },
        text: "hall false --stage x",
        question: "1?",
        notes: ["hall"],
        csv: { header: [], rows: [] },
      },
      {
        value: { left: 1 },
        text: "1 false --stage x",
        rows: [[1]],
        notes: ["hall"],
        failed: true,
        exitCode: 3,
      },
    ]);
    expect(plans).toBe(1);
  });

  it("an operation returns its plan and its result where it has no views of them", async () => {
    const entry = {
      ...SWITCH,
      changes: "nothing",
      permission: "read",
      run: async () => ({ left: 1 }),
    } as const;
    const bare = defineOperation({ ...entry, view: { result: () => "done" } });
    expect(bare).toMatchObject({
      hasPlan: false,
      isAsked: false,
      needsPlan: false,
      isLong: false,
      header: undefined,
    });
    const call = bare.call(given, placeOf("pia"));
    expect([call.title, await call.run({})]).toEqual([
      "switch",
      {
        value: { left: 1 },
        text: "done",
        rows: [],
        notes: [],
        failed: false,
        exitCode: undefined,
      },
    ]);
    await expect(call.plan({})).rejects.toThrow("The operation switch has no plan.");
    const planned = defineOperation({
      ...entry,
      plan: async () => ({ x: 1 }),
      view: { result: () => "" },
    });
    expect(planned.isAsked).toBe(false);
    expect(await planned.call(given, placeOf("pia")).plan({})).toEqual({
      value: { x: 1 },
      text: undefined,
      csv: { header: [], rows: [] },
      question: undefined,
      notes: [],
    });
  });
});

describe("long work", () => {
  /** Calls work that ends as a test says, and returns what came of it and its record. */
  async function worked(who: string, signal?: AbortSignal, run = async () => ({ failed: false })) {
    const work = defineOperation({
      ...SWITCH,
      title: ({ lamps }: { readonly lamps: readonly string[] }) => `Work on ${lamps.join()}`,
      run,
      view: { result: () => "worked", failed: ({ failed }) => failed },
    });
    const ended = work.call({ lamps: "hall", password: "p" }, placeOf(who)).run({ signal });
    const result = await ended.catch((error: unknown) => error);
    return { result, audit: (await audits()).find(({ caller }) => caller === who) };
  }
  const aborted = () =>
    Promise.reject(Object.assign(new Error("It was aborted."), { name: "AbortError" }));

  it("the record of long work has its title and its process; that of other work has not", async () => {
    const { result, audit } = await worked("quinn");
    expect([result, audit]).toMatchObject([
      { isCancelled: false, notes: [] },
      { title: "Work on hall", outcome: "done" },
    ]);
    expect(audit?.aliveUntilMs).toBe((audit?.startedAtMs ?? 0) + 120_000);
    expect(audit?.endedAtMs).toBeGreaterThanOrEqual(audit?.startedAtMs ?? Number.POSITIVE_INFINITY);
    expect((await audits()).find(({ caller }) => caller === "ann")?.title).toBe(undefined);
  });

  it("work that has failed was cancelled if it was asked to end, and then the error says by whom", async () => {
    const failing = async () => ({ failed: true });
    const by = new EndRequest("bob");
    expect(await worked("rosa", undefined, failing)).toMatchObject({
      result: { isCancelled: false, failed: true },
      audit: { outcome: "failed" },
    });
    expect(await worked("sara", AbortSignal.abort(by), failing)).toMatchObject({
      result: { isCancelled: true },
      audit: { outcome: "cancelled" },
    });
    expect(await worked("tina", AbortSignal.abort(by), aborted)).toMatchObject({
      result: by,
      audit: { outcome: "cancelled" },
    });
    expect(await worked("ursa", AbortSignal.abort(), aborted)).toMatchObject({
      result: { message: "It was aborted." },
      audit: { outcome: "cancelled" },
    });
    expect(await worked("vera", undefined, aborted)).toMatchObject({
      audit: { outcome: "failed" },
    });
  });

  it("work that ends with a record that cannot be written says so", async () => {
    const client = tables.newClient();
    const send = client.send.bind(client);
    let calls = 0;
    client.send = (command: never) => {
      calls += 1;
      return calls === 1 ? send(command) : Promise.reject(new Error("gone"));
    };
    const { notes } = await switchLamps
      .call({ lamps: "hall", password: "p" }, placeOf("wim", client))
      .run({});
    expect(notes).toEqual([
      expect.stringMatching(/^The record \d{8}-\S+ does not say how it has ended: .*gone/),
    ]);
  });
});

describe("a request", () => {
  const read = (given: object) => switchLamps.call({ ...given }, placeOf("gil"));

  test.each<[string, object, readonly string[]]>([
    ["lacks a field", { lamps: ["hall"] }, ["password is missing."]],
    [
      "has others",
      { lamps: "hall", password: "p", colour: 1 },
      ["colour is unknown. Fields: lamps, password, isOff."],
    ],
    [
      "has too many",
      { lamps: ["a", "b", "c", "d"], password: "p" },
      ["lamps must have 1 to 3 texts."],
    ],
    [
      "has what is no text",
      { lamps: [{}], password: ["p"], isOff: 1 },
      [
        "lamps must be a text, a number, or true or false.",
        "password must be a text, a number, or true or false.",
        "isOff must be true or false.",
      ],
    ],
  ])("a request that %s is refused with each mistake by its field", (_, given, messages) => {
    let thrown: unknown;
    try {
      read(given);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "input-invalid", message: messages.join("\n") });
  });

  it("a request whose fields contradict each other is refused before a stage is looked up", () => {
    const checked: Operation = defineOperation({
      ...SWITCH,
      changes: "nothing",
      check: ({ lamps, isOff }) => {
        if (isOff && lamps.length > 1)
          throw new RainhooksError("input-invalid", "One after the other.");
      },
      run: async () => ({}),
      view: { result: () => "" },
    });
    const given = { lamps: ["a", "b"], password: "p", isOff: true };
    expect(() => checked.check(given)).toThrow("One after the other.");
    expect(() => checked.call(given, placeOf("kim"))).toThrow("One after the other.");
    expect(() => checked.check({})).toThrow("password is missing.");
  });

  it("a request has times as people write them, and durations", async () => {
    let at: unknown;
    const timed: Operation = defineOperation({
      ...SWITCH,
      changes: "nothing",
      request: {
        from: time({ description: "Start." }),
        for: durationUpTo("1h", { description: "How long.", fallback: "5m" }),
      },
      run: async (_, request) => {
        at = request;
        return {};
      },
      view: { result: () => "" },
    });
    await timed.call({ from: "1970-01-02" }, placeOf("hal")).run({});
    expect(at).toEqual({ from: 86_400_000, for: 300_000 });
    expect(() => timed.call({ from: "1234" }, placeOf("hal"))).toThrow(
      "from must be a date such as",
    );
    expect(() => timed.call({ for: "2h" }, placeOf("hal"))).toThrow(
      "for must be a duration from 0s to 1h",
    );
  });
});

it("a parameter that costs money or waits is accepted from a command only, and a file not from an assistant", () => {
  const help = { description: "Text.", placeholder: "text", maxLength: 10 };
  const asking = defineOperation({
    ...SWITCH,
    plan: async () => ({}),
    run: async () => ({}),
    view: { result: () => "" },
    request: {
      by: commandOnly(optionalText(help)),
      names: { ...optionalText(help), isFile: true },
    },
    command: { words: "ask" },
  });
  const takes = (door: Door) => {
    const place = placeOf("lea");
    return ["by", "names"].filter((field) => {
      try {
        return asking.call({ [field]: "x" }, { ...place, caller: callerAt(place.stage, door) });
      } catch (error) {
        expect(error).toMatchObject({ code: "input-invalid" });
        return false;
      }
    });
  };
  expect([takes("terminal"), takes("console"), takes("assistant")]).toEqual([
    ["by", "names"],
    ["names"],
    [],
  ]);
  expect(operationTools([asking], { functions: [], extensions: [] })[0]?.params).toEqual({});
});

it("an assistant reads, has the plan of what changes much, and nothing that changes or says who has", async () => {
  const view = { result: () => "" };
  const run = async (_: StageAccess, __: object, { caller }: { caller: { door: Door } }) => ({
    at: caller.door,
  });
  const others = [
    defineOperation({ ...SWITCH, name: "read", permission: "read", changes: "nothing", run, view }),
    defineOperation({ ...SWITCH, name: "unplanned", run, view }),
    defineOperation({
      ...SWITCH,
      name: "some",
      changes: "something",
      plan: async () => ({}),
      run,
      view,
    }),
    defineOperation({
      ...SWITCH,
      name: "kept",
      permission: "terminal",
      plan: async () => ({}),
      run,
      view,
    }),
  ];
  const tools = operationTools([switchLamps, ...others, ...STAGE_OPERATIONS], {
    functions: [],
    extensions: [],
  });
  const texts = {
    planSwitch: "Switch lamps: what that would do. Changes nothing",
    read: "Switch lamps",
  };
  expect(Object.fromEntries(tools.map(({ name, summary }) => [name, summary]))).toEqual(texts);
  const { stage } = placeOf("xaver");
  const given = { lamps: "hall", password: "p" };
  expect(await Promise.all(tools.map((tool) => tool.run(stage, given)))).toEqual([
    { count: 1 },
    { at: "assistant" },
  ]);
  expect(tools.map(({ paged }) => paged)).toEqual([false, false]);
});

it("audits are listed by caller, operation and what they name, the newest first", async () => {
  const [listAll] = STAGE_OPERATIONS;
  const place = placeOf("ida");
  for (const lamp of ["one", "two"])
    await switchLamps.call({ lamps: lamp, password: "p" }, place).run({});
  const found = async (given: object) => {
    const { value } = await listAll.call({ ...given }, place).run({});
    return "audits" in value && Array.isArray(value.audits) ? value.audits.length : undefined;
  };
  expect(await found({ caller: "ida" })).toBe(2);
  expect(await found({ caller: "ida", node: "two" })).toBe(1);
  expect(await found({ operation: "nothing" })).toBe(0);
  expect(await found({ to: "2026-01-01" })).toBe(0);
  expect(await found({ limit: 1 })).toBe(1);
  expect(await found({ caller: "ida", to: "9999-01-01" })).toBe(2);
  for (const range of [{ from: "2026-01-02", to: "2026-01-01" }, { from: "9998-01-01" }])
    await expect(found(range)).rejects.toMatchObject({ code: "input-invalid" });
});
