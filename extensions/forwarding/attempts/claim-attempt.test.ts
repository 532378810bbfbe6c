import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attemptsTable } from "../forwarding-tables.ts";
import { alertTo } from "../testing/samples.ts";
import type { Attempt } from "./attempt.ts";
import { type AttemptClaim, claimAttempts } from "./claim-attempt.ts";
import { attemptsOfEvent } from "./read-attempts.ts";
import { attemptSink } from "./write-attempts.ts";

let tables: TestTables;
let nowMs = 0;
let events = 0;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(attemptsTable);
});
afterAll(() => tables.stop());
const START_MS = 1_700_000_000_000;
beforeEach(() => {
  events += 1;
  nowMs = START_MS;
});

const log = () => ({ client: tables.client, tableName: attemptsTable.name });
const { delivery } = alertTo("https://crm.example.com").events[0];

/** Claims an attempt of the event of a test. */
function claim(id: string, of: Partial<AttemptClaim> = {}) {
  const claims = claimAttempts(log(), { nowMs: () => nowMs, keepMs: DAY_MS });
  const webhookId = `evt_${events}`;
  return claims({
    id,
    destination: "crm",
    webhookId,
    attempt: 1,
    sinceMs: START_MS,
    delivery,
    ...of,
  });
}

async function logged(change: Partial<Attempt>): Promise<void> {
  const value: Attempt = {
    destination: "crm",
    webhookId: `evt_${events}`,
    deliveryId: "d",
    publishedMs: START_MS,
    eventType: "rmaker.event.alert",
    attempt: 1,
    atMs: START_MS + 1000,
    method: "POST",
    url: "https://crm.example.com",
    headers: {},
    bodyBytes: 1,
    durationMs: 1,
    outcome: "failed",
    ...change,
  };
  expect(await attemptSink(log()).write([{ id: "1", value }])).toEqual([]);
}

describe("a claim", () => {
  it("the first attempt of an event that was received a moment ago needs no claim", async () => {
    nowMs += 15_000;
    expect([await claim("first"), await claim("second")]).toEqual(["claimed", "claimed"]);
    expect(await attemptsOfEvent(log(), `evt_${events}`)).toEqual([]);
  });

  it("one message claims an attempt, and claims it again when it is received again; the log shows no claim", async () => {
    nowMs += 15_001;
    expect(await claim("first")).toBe("claimed");
    expect(await claim("again", { isAgain: true })).toBe("other");
    expect(await claim("first")).toBe("claimed");
    await logged({ nextAtMs: undefined });
    expect(await claim("first")).toBe("claimed");
    expect(await claim("next", { attempt: 2 })).toBe("claimed");
    expect(await claim("copy of next", { attempt: 2 })).toBe("other");
    expect(await attemptsOfEvent(log(), `evt_${events}`)).toHaveLength(1);
  });

  it("a message that is there again has nothing to do once the first one's attempt is in the log", async () => {
    await logged({});
    expect(await claim("again", { isAgain: true })).toBe("made");
    // The first one was received again: nobody else makes its attempt.
    nowMs += 60_000;
    expect(await claim("first")).toBe("claimed");
    expect(await claim("again", { isAgain: true })).toBe("other");
  });

  it("an attempt whose next one was sent is not made again, nor any of an event that was delivered", async () => {
    nowMs += 60_000;
    await logged({ nextAtMs: START_MS + 300_000 });
    expect(await claim("first")).toBe("made");
    expect(await claim("next", { attempt: 2 })).toBe("claimed");
    await logged({ attempt: 2, atMs: nowMs, outcome: "delivered" });
    for (const attempt of [1, 2, 3]) expect(await claim("any", { attempt })).toBe("made");
    expect(await claim("other", { destination: "crm-2" })).toBe("claimed");
  });

  it("a redrive and a replay begin anew, whatever was claimed before, and what is older ends", async () => {
    nowMs += 60_000;
    expect(await claim("first")).toBe("claimed");
    await logged({});
    const anew = { sinceMs: START_MS + 50_000 };
    expect(await claim("redriven", { ...anew, isAgain: true })).toBe("claimed");
    expect(await claim("first")).toBe("other");
    expect(await claim("redriven", anew)).toBe("claimed");
  });
});
