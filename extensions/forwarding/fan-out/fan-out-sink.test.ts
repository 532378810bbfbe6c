import { describe, expect, it } from "@jest/globals";
import type { EventType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import { RainhooksError } from "@rainhooks/core/errors";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { EventDelivery } from "@rainhooks/webhook/classify";
import type { CopyMemory } from "../copies/memory.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";
import type { DestinationState } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { HEALTHY } from "../health/health.ts";
import { type EventMessage, isAttempt, type WorkerMessage } from "../messages/attempt-message.ts";
import type { AppendedEvent } from "../outbox/append.ts";
import { fanOutSink } from "./fan-out-sink.ts";

const NOW_MS = 1_700_000_000_000;
const ALERT = "rmaker.event.alert";

const isEvent = (one: WorkerMessage): one is EventMessage =>
  isAttempt(one) && one.batch === undefined;

/** A fan-out, and what it has sent. */
function setUp(
  destinations: readonly {
    readonly id: string;
    readonly state?: DestinationState;
    readonly [name: string]: unknown;
  }[],
  {
    refuses = (_: EventMessage): boolean => false,
    refusesLate = (_: EventMessage): boolean => false,
    isTooLarge = false,
    isCopy = false,
    failsToClaim = false,
    archived = [] as readonly EventType[],
    delivered = [] as readonly string[],
    failsToKeep = false,
  } = {},
) {
  const sent: EventMessage[] = [];
  const claims: string[] = [];
  const asked: string[] = [];
  const appended: AppendedEvent[] = [];
  const recovered: EventMessage[] = [];
  const missed: [string, readonly number[]][] = [];
  const all = destinations.map(({ state, ...settings }) => ({
    ...destinationOf(readSettings({ url: "https://a.example", ...settings }), { nowMs: 0 }),
    ...(state === undefined ? {} : { state }),
    ...(state === undefined || state === "active" ? {} : { pauseId: "p1" }),
  }));
  const copies: CopyMemory = async (event) => {
    claims.push(event.deliveryId);
    if (failsToClaim) throw new RainhooksError("sink-unavailable", "The table is down.");
    return { kind: isCopy ? "copy" : "first", webhookId: webhookIdOf(event, { eachCopy: false }) };
  };
  const sink = fanOutSink({
    destinations: async () => ({
      destinations: all,
      find: () => undefined,
      healthOf: () => HEALTHY,
    }),
    copies,
    attributesOf: async (nodeIds) => {
      asked.push(...nodeIds);
      return new Map(nodeIds.map((id) => [id, { id, type: `type of ${id}`, tags: [`tag:${id}`] }]));
    },
    send: async (messages) => {
      const all = messages.filter(isEvent);
      sent.push(...all.filter((one) => !refuses(one)));
      const error = new RainhooksError("sink-unavailable", "The queue is down.", {
        permanent: isTooLarge,
      });
      return all.filter(refuses).map((message) => ({ message, error }));
    },
    sendMissed: async (messages) => {
      const all = messages.filter(isEvent);
      recovered.push(...all.filter((one) => !refusesLate(one)));
      const error = new RainhooksError("sink-unavailable", "This queue is down, too.");
      return all.filter(refusesLate).map((message) => ({ message, error }));
    },
    append: async (all) => {
      appended.push(...all.filter(({ message }) => !refuses(message)));
      const error = new RainhooksError("throttled", "The table is throttled.");
      return all.flatMap(({ message }) => (refuses(message) ? [{ message, error }] : []));
    },
    archived: new Set(archived),
    missed: async ({ destination, pauseId }, publishedMs) => {
      if (failsToKeep) throw new RainhooksError("sink-unavailable", "The table is down.");
      missed.push([`${destination} ${pauseId}`, publishedMs]);
    },
    isDelivered: async (webhookId) => delivered.includes(webhookId),
  });
  return { sink, sent, claims, asked, recovered, missed, appended };
}

function alertOf(node_id: string): { readonly id: string; readonly value: EventDelivery } {
  const delivery = deliveryOf(
    {
      event_type: "rmaker.event.alert",
      timestamp: NOW_MS,
      event_data: { node_id, user_id: "u", message_body: "x" },
    },
    { id: `for-${node_id}` },
  );
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is an event.");
  return { id: node_id, value: { event: decoded.event, delivery, firstReceivedMs: NOW_MS } };
}

const targets = (sent: readonly EventMessage[]) => sent.map(({ destination }) => destination);

describe("the fan-out", () => {
  it("the fan-out does nothing without a destination: it writes no claim, and reads no tags", async () => {
    const { sink, sent, claims, asked } = setUp([]);
    expect(await sink.write([alertOf("n1")])).toEqual([]);
    expect([sent, claims, asked]).toEqual([[], [], []]);
  });

  it("the fan-out sends an event that is not archived also to a paused destination, but not to a disabled one", async () => {
    const { sink, sent } = setUp([
      { id: "all" },
      { id: "alerts", events: ["alert"] },
      { id: "connects", events: ["node_connected"] },
      { id: "paused", state: "paused" },
      { id: "disabled", state: "disabled" },
    ]);
    expect(await sink.write([alertOf("n1")])).toEqual([]);
    expect(targets(sent)).toEqual(["all", "alerts", "paused"]);
    expect(sent[0]).toMatchObject({ attempt: 1, delivery: { id: "for-n1" } });
    expect(new Set(sent.map(({ webhookId }) => webhookId)).size).toBe(1);
  });

  it("the fan-out sends a copy only to destinations that want each copy, with an id of its own", async () => {
    const { sink, sent } = setUp([{ id: "once" }, { id: "each", eachCopy: true }], {
      isCopy: true,
    });
    await sink.write([alertOf("n1")]);
    expect(sent.map(({ destination, webhookId }) => [destination, webhookId])).toEqual([
      ["each", "for-n1"],
    ]);
  });

  it("the fan-out writes no claim if all destinations want each copy", async () => {
    const { sink, claims } = setUp([{ id: "each", eachCopy: true }]);
    await sink.write([alertOf("n1")]);
    expect(claims).toEqual([]);
  });

  it("the fan-out reads tags only if a destination filters this event by tags", async () => {
    const { sink, sent, asked } = setUp([{ id: "one", events: ["alert"], tags: ["tag:n2"] }]);
    await sink.write([alertOf("n1"), alertOf("n2"), alertOf("n2")]);
    expect(asked).toEqual(["n1", "n2"]);
    expect(sent.map(({ delivery }) => delivery.id)).toEqual(["for-n2", "for-n2"]);
    const other = setUp([{ id: "one", events: ["node_connected"], tags: ["tag:n2"] }]);
    await other.sink.write([alertOf("n1")]);
    expect(other.asked).toEqual([]);
  });

  it("the fan-out sends an event only to destinations whose condition holds, and reads only what a condition needs", async () => {
    const where = { id: "two", where: 'node.type == "type of n2"' };
    const { sink, sent, asked, claims } = setUp([
      where,
      { id: "none", where: 'event.type == "x"' },
    ]);
    await sink.write([alertOf("n1"), alertOf("n2")]);
    expect(sent.map(({ destination, delivery }) => [destination, delivery.id])).toEqual([
      ["two", "for-n2"],
    ]);
    expect([asked, claims]).toEqual([["n1", "n2"], ["for-n2"]]);
    const other = setUp([{ id: "alerts", where: 'event.data.message == "x"' }]);
    await other.sink.write([alertOf("n1")]);
    expect([targets(other.sent), other.asked]).toEqual([["alerts"], []]);
  });

  it("the fan-out adds events to the outbox of a destination with batches or order, and marks those that may be there already", async () => {
    const { sink, sent, appended } = setUp([
      { id: "batched", batchEvents: 10 },
      { id: "ordered", inOrder: true },
    ]);
    const { id, value } = alertOf("n2");
    await sink.write([alertOf("n1"), { id, value: { ...value, again: "received" } }]);
    const shown = appended.map((one) => [one.destination.id, one.message.delivery.id, one.isAgain]);
    expect(shown.sort()).toEqual([
      ["batched", "for-n1", false],
      ["batched", "for-n2", true],
      ["ordered", "for-n1", false],
      ["ordered", "for-n2", true],
    ]);
    expect(sent).toEqual([]);
  });

  it("the fan-out does not store as missed what the condition of a paused destination refuses", async () => {
    const { sink, missed } = setUp([{ id: "p", state: "paused", where: 'event.type == "x"' }], {
      archived: [ALERT],
    });
    await sink.write([alertOf("n1")]);
    expect(missed).toEqual([]);
  });

  const isSecondOfB = ({ destination, delivery }: EventMessage) =>
    destination !== "a" && delivery.id === "for-n2";

  it("the fan-out gives no destination an event again because another one failed: the retry queue gets that event", async () => {
    const all = [{ id: "a" }, { id: "b" }, { id: "batched", batchEvents: 10 }];
    const { sink, sent, recovered } = setUp(all, { refuses: isSecondOfB });
    expect(await sink.write([alertOf("n1"), alertOf("n2"), alertOf("n3")])).toEqual([]);
    expect(targets(sent)).toEqual(["a", "b", "a", "a", "b"]);
    expect(
      recovered.map(({ destination, delivery, isForOutbox }) => [
        destination,
        delivery.id,
        isForOutbox,
      ]),
    ).toEqual([
      ["b", "for-n2", undefined],
      ["batched", "for-n2", true],
    ]);
  });

  it("the fan-out fails only the events whose message no queue accepted, and those that none can accept", async () => {
    for (const settings of [{ refusesLate: isSecondOfB }, { isTooLarge: true }]) {
      const { sink } = setUp([{ id: "a" }, { id: "b" }], { refuses: isSecondOfB, ...settings });
      const failures = await sink.write([alertOf("n1"), alertOf("n2"), alertOf("n3")]);
      expect(failures.map(({ id, error }) => [id, error.code])).toEqual([
        ["n2", "sink-unavailable"],
      ]);
    }
  });

  it("the fan-out marks a message that may have been sent before, and delays it until an attempt for that is logged", async () => {
    const { sink, sent } = setUp([{ id: "a" }]);
    const { id, value } = alertOf("n2");
    const redriven = { id: "n3", value: { ...alertOf("n3").value, again: "redriven" as const } };
    await sink.write([alertOf("n1"), { id, value: { ...value, again: "received" } }, redriven]);
    expect(sent.map(({ isAgain, sinceMs, dueAtMs }) => [isAgain, sinceMs, dueAtMs])).toEqual([
      [undefined, NOW_MS, undefined],
      [true, NOW_MS, NOW_MS + 75_000],
      [true, NOW_MS, undefined],
    ]);
  });

  const stopped = [
    { id: "live" },
    { id: "paused", state: "paused" },
    { id: "disabled", state: "disabled" },
    { id: "others", state: "paused", events: ["node_connected"] },
  ] as const;

  it("the fan-out sends nothing that is archived to paused destinations, and stores what they miss", async () => {
    const { sink, sent, missed } = setUp(stopped, { archived: [ALERT] });
    expect(await sink.write([alertOf("n1"), alertOf("n2")])).toEqual([]);
    expect(targets(sent)).toEqual(["live", "live"]);
    const atMs = alertOf("n1").value.delivery.sentAtMs;
    expect(missed).toEqual([
      ["paused p1", [atMs, atMs]],
      ["disabled p1", [atMs, atMs]],
    ]);
  });

  it("the fan-out claims no copies for events that are missed", async () => {
    const { sink, claims } = setUp(stopped.slice(1), { archived: [ALERT] });
    await sink.write([alertOf("n1")]);
    expect(claims).toEqual([]);
  });

  it("the fan-out leaves it to the retry queue to store what is missed if that fails", async () => {
    const { sink, sent, recovered } = setUp(stopped, { archived: [ALERT], failsToKeep: true });
    expect(await sink.write([alertOf("n1")])).toEqual([]);
    expect([targets(sent), targets(recovered)]).toEqual([["live"], ["paused", "disabled"]]);
  });

  it("the fan-out retries events if it can neither store what is missed nor leave that to the retry queue", async () => {
    const { sink } = setUp(stopped.slice(1), {
      archived: [ALERT],
      failsToKeep: true,
      refusesLate: () => true,
    });
    const failures = await sink.write([alertOf("n1")]);
    expect(failures.map(({ id, error }) => [id, error.code])).toEqual([["n1", "sink-unavailable"]]);
  });

  describe("of a replay", () => {
    const replayed = (address: string) => {
      const { id, value } = alertOf("n1");
      return { id, value: { ...value, event: { ...value.event, replay: { job: "j1", address } } } };
    };

    it("a replay sends only to its destination, after live events", async () => {
      const { sink, sent, recovered } = setUp([...stopped, { id: "more" }], { archived: [ALERT] });
      expect(await sink.write([replayed("live")])).toEqual([]);
      expect(sent).toEqual([]);
      expect(recovered.map(({ destination, isMissed }) => [destination, isMissed])).toEqual([
        ["live", true],
      ]);
    });

    it("a replay sends nothing that was delivered, that the destination does not want, or whose destination is missing", async () => {
      const destinations = [
        { id: "live", eachCopy: true },
        { id: "others", events: ["node_connected"] },
      ];
      const delivered = [alertOf("n1").value.event.deliveryId];
      const { sink, sent, recovered } = setUp(destinations, { archived: [ALERT], delivered });
      await sink.write([replayed("live"), replayed("others"), replayed("gone")]);
      expect([sent, recovered]).toEqual([[], []]);
    });

    it("a replay stores as missed what is for a destination that is paused again", async () => {
      const { sink, sent, recovered, missed } = setUp(stopped, { archived: [ALERT] });
      await sink.write([replayed("paused")]);
      expect([sent, recovered, missed.map(([pause]) => pause)]).toEqual([[], [], ["paused p1"]]);
    });
  });

  it("the fan-out fails an event that it cannot claim", async () => {
    const { sink, sent } = setUp([{ id: "a" }], { failsToClaim: true });
    expect(await sink.write([alertOf("n1")])).toEqual([
      { id: "n1", error: expect.objectContaining({ message: "The table is down." }) },
    ]);
    expect(sent).toEqual([]);
  });
});
