import { describe, expect, it } from "@jest/globals";
import { chanceOf } from "../aws/chance.ts";
import { Hop } from "./hop.ts";
import type { FleetMessage } from "./message.ts";

function message(index: number): FleetMessage {
  const type = "rmaker.event.alert";
  const truth = { type, atMs: index, nodeIds: [], userId: undefined, readings: [] } as const;
  return { type, body: String(index), attributes: {}, truth };
}

/** Sends as many messages through a hop as it accepts. */
async function sent(options: {
  events: number;
  duplicates: number;
  undecodable: number;
  seed?: number;
}) {
  const arrived: FleetMessage[] = [];
  const hop = new Hop({
    ...options,
    chance: chanceOf(options.seed ?? 1),
    send: async (messages) => {
      arrived.push(...messages);
      return messages.map((one) => ({ id: "", message: one }));
    },
  });
  let made = 0;
  while (hop.remaining > 0) {
    hop.take(message(made++));
    await hop.keepPace();
  }
  expect(await hop.finish()).toHaveLength(arrived.length);
  return { arrived, made };
}

describe("Hop", () => {
  it("Hop loses nothing, and adds only the requested duplicates and undecodable messages", async () => {
    const { arrived, made } = await sent({ events: 3000, duplicates: 0.1, undecodable: 0.01 });
    expect(arrived).toHaveLength(3000);
    expect(made).toBe(2670);
    const readable = arrived.filter(({ truth }) => truth !== undefined);
    expect(readable).toHaveLength(2970);
    expect(new Set(readable).size).toBe(made);
  });

  it("Hop reorders messages, some over a long distance", async () => {
    const { arrived } = await sent({ events: 3000, duplicates: 0, undecodable: 0 });
    const order = arrived.map(({ body }) => Number(body));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    expect(Math.max(...order.map((index, place) => place - index))).toBeGreaterThan(1500);
  });

  it("Hop makes the same messages for the same seed", async () => {
    const options = { events: 500, duplicates: 0.2, undecodable: 0.05 };
    const bodies = async (seed: number) =>
      (await sent({ ...options, seed })).arrived.map(({ body }) => body);
    expect(await bodies(4)).toEqual(await bodies(4));
    expect(await bodies(5)).not.toEqual(await bodies(4));
  });

  it.each([0, 1, 5])("Hop works with %d messages", async (events) => {
    expect((await sent({ events, duplicates: 0.1, undecodable: 0.1 })).arrived).toHaveLength(
      events,
    );
  });

  it("Hop fails when SNS rejects a message, because the message is lost", async () => {
    const hop = new Hop({
      events: 5,
      duplicates: 0,
      undecodable: 0,
      chance: chanceOf(1),
      send: () => Promise.reject(new Error("the topic is gone")),
    });
    for (let index = 0; index < 5; index++) hop.take(message(index));
    await expect(hop.finish()).rejects.toThrow("the topic is gone");
  });
});
