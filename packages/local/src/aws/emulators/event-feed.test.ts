import { mkdtemp, rm } from "node:fs/promises";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PublishBatchCommand } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { localClients } from "@rainhooks/stage/clients";
import {
  EVENT_FEED_PATH,
  type EventFeedLine,
  MAX_FEED_PAST,
  readEventFeed,
} from "@rainhooks/stage/event-feed";
import { eventually } from "@rainhooks/testing/eventually";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { memoryInUse } from "@rainhooks/testing/memory";
import { provisionTopics } from "../provision/provision.ts";
import { EventFeed } from "./event-feed.ts";
import { startEmulators } from "./start-emulators.ts";

const deliveryOf = (id: number, body = "{}"): Delivery => ({
  id: String(id),
  sentAtMs: id,
  topic: "topic",
  attributes: { node_id: "n" },
  body,
});
const idsOf = (lines: readonly EventFeedLine[]) =>
  lines.map((line) => (line.kind === "delivery" ? line.delivery.id : line.kind));

describe("the event feed", () => {
  let feed: EventFeed;
  let server: Server;
  let url: string;

  beforeEach(async () => {
    feed = new EventFeed();
    server = createServer((request, response) => feed.serve(request, response));
    url = await listenOnLoopback(server);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("the event feed has the last deliveries, up to a number and a size", async () => {
    const last = (count: number) => collect(readEventFeed(url, { last: count, follow: false }));
    expect(await last(5)).toEqual([]);
    for (let id = 0; id < 150; id++) feed.add(deliveryOf(id));
    // Fewer than a reader asks for.
    expect(await last(MAX_FEED_PAST)).toHaveLength(150);
    for (let id = 150; id < 1000; id++) feed.add(deliveryOf(id));
    expect(await last(2)).toEqual([
      { kind: "delivery", delivery: deliveryOf(998) },
      { kind: "delivery", delivery: deliveryOf(999) },
    ]);
    expect(await last(0)).toEqual([]);
    expect(await last(MAX_FEED_PAST)).toHaveLength(MAX_FEED_PAST);
    for (let id = 1000; id < 1020; id++)
      feed.add({ ...deliveryOf(id, "x".repeat(255 * 1024)), attributes: { a: "x".repeat(1023) } });
    expect(idsOf(await last(MAX_FEED_PAST))).toEqual(
      Array.from({ length: 8 }, (_, index) => String(1012 + index)),
    );
  });

  it("the event feed continues with further deliveries until the stage ends", async () => {
    feed.add(deliveryOf(1));
    const reading = readEventFeed(url, { last: 1, follow: true });
    expect(await reading.next()).toMatchObject({ value: { delivery: { id: "1" } } });
    expect(await reading.next()).toMatchObject({ value: { kind: "live" } });
    feed.add(deliveryOf(2));
    expect(await reading.next()).toMatchObject({ value: { delivery: { id: "2" } } });
    const end = reading.next();
    server.closeAllConnections();
    expect(await end).toEqual({ done: true, value: undefined });
  });

  it("the event feed leaves out deliveries for a slow reader, and reports how many; its memory stays bounded", async () => {
    const response = await new Promise<IncomingMessage>((resolve) => {
      get(`${url}${EVENT_FEED_PATH}?follow&last=0`, resolve);
    });
    response.pause();
    const bytes = memoryInUse().heapUsed;
    const body = "x".repeat(10_000);
    for (let id = 0; id < 20_000; id++) feed.add(deliveryOf(id, body));
    expect(memoryInUse().heapUsed - bytes).toBeLessThan(64 * 1024 * 1024);
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.resume();
    await eventually(
      () => text,
      (seen) => /"left-out","count":\d+}\n$/.test(seen),
    );
    const lines = text
      .trim()
      .split("\n")
      .map((line): { kind: string; count?: number } => JSON.parse(line));
    const leftOut = lines.reduce((sum, { count = 0 }) => sum + count, 0);
    expect(lines.filter(({ kind }) => kind === "delivery").length + leftOut).toBe(20_000);
    expect(leftOut).toBeGreaterThan(10_000);
    feed.add(deliveryOf(20_000));
    await eventually(
      () => text,
      (seen) => seen.includes('"id":"20000"'),
    );
    response.destroy();
  });

  it("the event feed has a limited number of followers, and forgets those that have gone", async () => {
    const responses: IncomingMessage[] = [];
    const follow = () =>
      new Promise<IncomingMessage>((resolve) => get(`${url}${EVENT_FEED_PATH}?follow`, resolve));
    for (;;) {
      const response = await follow();
      if (response.statusCode !== 200) break;
      responses.push(response);
    }
    expect(responses).toHaveLength(16);
    await expect(readEventFeed(url, { last: 0, follow: true }).next()).rejects.toThrow(
      "Too many programs",
    );
    for (const response of responses) response.destroy();
    const again = await eventually(follow, ({ statusCode }) => statusCode === 200);
    again.destroy();
  });

  test.each(["?last=-1", "?last=201", "?last=x"])("the event feed refuses %s", async (query) => {
    expect((await fetch(`${url}${EVENT_FEED_PATH}${query}`)).status).toBe(400);
    expect((await fetch(`${url}${EVENT_FEED_PATH}`, { method: "POST" })).status).toBe(400);
  });

  it("the event feed does not exist at another emulator", async () => {
    const expected = "This stage does not show its events";
    const read = (endpoint: string) => readEventFeed(endpoint, { last: 0, follow: true }).next();
    const other = createServer((_, response) => response.writeHead(404).end());
    await expect(read(await listenOnLoopback(other))).rejects.toThrow(expected);
    other.close();
    await expect(read("http://127.0.0.1:1")).rejects.toThrow(expected);
  });
});

it("the event feed of the embedded services has what SNS accepts, also from a batch", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "feed-"));
  const emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
  const { sns } = localClients(emulators.endpoint);
  const topics = await provisionTopics(sns);
  const MessageAttributes = { node_id: { DataType: "String", StringValue: "n1" } };
  const { Successful = [] } = await sns.send(
    new PublishBatchCommand({
      TopicArn: topics.get("rmaker.event.alert"),
      PublishBatchRequestEntries: [{ Id: "1", Message: "not JSON", MessageAttributes }],
    }),
  );
  const lines = await collect(readEventFeed(emulators.endpoint, { last: 5, follow: false }));
  expect(lines).toEqual([
    {
      kind: "delivery",
      delivery: {
        id: Successful[0]?.MessageId,
        sentAtMs: expect.any(Number),
        topic: "esp_rainmaker_sns_node_alert",
        attributes: { node_id: "n1" },
        body: "not JSON",
      },
    },
  ]);
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});
