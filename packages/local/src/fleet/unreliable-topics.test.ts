import { describe, expect, it } from "@jest/globals";
import { chanceOf } from "../aws/chance.ts";
import type { FleetMessage } from "./message.ts";
import { UnreliableTopics } from "./unreliable-topics.ts";

function message(index: number): FleetMessage {
  const type = "rmaker.event.alert";
  const truth = { type, atMs: index, nodeIds: [], userId: undefined, readings: [] } as const;
  return { type, body: String(index), attributes: {}, truth };
}

/** Sends as many messages through a topics as it accepts. */
async function sent(options: {
  events: number;
  duplicates: number;
  undecodable: number;
  seed?: number;
}) {
  const arrived: FleetMessage[] = [];
  const topics = new UnreliableTopics({
    ...options,
    chance: chanceOf(options.seed ?? 1),
    send: async (messages) => {
      arrived.push(...messages);
      return messages.map((one) => ({ id: "", message: one }));
    },
  });
  let made = 0;
  while (topics.remaining > 0) {
    topics.take(message(made++));
    await topics.keepPace();
  }
  expect(await topics.finish()).toHaveLength(arrived.length);
  return { arrived, made };
}

describe("UnreliableTopics", () => {
  it("UnreliableTopics loses nothing, and adds only the requested duplicates and undecodable messages", async () => {
    const { arrived, made } = await sent({ events: 3000, duplicates: 0.1, undecodable: 0.01 });
    expect(arrived).toHaveLength(3000);
    expect(made).toBe(2670);
    const readable = arrived.filter(({ truth }) => truth !== undefined);
    expect(readable).toHaveLength(2970);
    expect(new Set(readable).size).toBe(made);
  });

  it("UnreliableTopics reorders messages, some over a long distance", async () => {
    const { arrived } = await sent({ events: 3000, duplicates: 0, undecodable: 0 });
    const order = arrived.map(({ body }) => Number(body));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    expect(Math.max(...order.map((index, place) => place - index))).toBeGreaterThan(1500);
  });

  it("UnreliableTopics makes the same messages for the same seed", async () => {
    const options = { events: 500, duplicates: 0.2, undecodable: 0.05 };
    const bodies = async (seed: number) =>
      (await sent({ ...options, seed })).arrived.map(({ body }) => body);
    expect(await bodies(4)).toEqual(await bodies(4));
    expect(await bodies(5)).not.toEqual(await bodies(4));
  });

  it.each([0, 1, 5])("UnreliableTopics works with %d messages", async (events) => {
    expect((await sent({ events, duplicates: 0.1, undecodable: 0.1 })).arrived).toHaveLength(
      events,
    );
  });

  it("UnreliableTopics fails when SNS rejects a message, because the message is lost", async () => {
    const topics = new UnreliableTopics({
      events: 5,
      duplicates: 0,
      undecodable: 0,
      chance: chanceOf(1),
      send: () => Promise.reject(new Error("the topic is gone")),
    });
    for (let index = 0; index < 5; index++) topics.take(message(index));
    await expect(topics.finish()).rejects.toThrow("the topic is gone");
  });
});
