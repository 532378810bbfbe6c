import { decode, mapLimited, type RainmakerEvent, topicName } from "@rainhooks/core";
import { collectMessages } from "@rainhooks/fleet";
import { eventBody, httpSink } from "@rainhooks/sinks";
import { integrationName } from "@rainhooks/webhook/define";
import { Pool } from "undici";
import { gate } from "../gate.ts";
import { median } from "../median.ts";
import { type ReceiverProcess, startReceiverProcess } from "./receiver.ts";

const EVENTS = 2000;
const WARM_UP = 2;
const CONCURRENCY = 10;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Sends all events. */
type Send = (events: readonly RainmakerEvent[]) => Promise<void>;

/** How many events per second something sends. */
export interface HttpRate {
  readonly name: string;
  readonly perS: number;
  /** Compared with {@link FETCH}. */
  readonly timesFetch: number;
}

/** Names among what is measured: our sink, and what others would use. */
export const SIGNED_SINK = "httpSink, signed";
export const POOL = "undici's Pool, 10 connections";
const FETCH = "fetch, 10 at a time";

/** Measures how many events per second the HTTP sink and other clients send to a receiver on this machine. */
export async function measureHttpSink(rounds: number): Promise<readonly HttpRate[]> {
  const events = await fleetEvents();
  const receiver = await startReceiverProcess();
  const pool = new Pool(new URL(receiver.url).origin, { connections: CONCURRENCY });
  const contenders = Object.entries<Send>({
    [SIGNED_SINK]: sinkSender(receiver.url, SECRET),
    httpSink: sinkSender(receiver.url, []),
    "fetch, one at a time": fetchSender(receiver.url, 1),
    [FETCH]: fetchSender(receiver.url, CONCURRENCY),
    [POOL]: poolSender(pool),
  }).map(([name, send]) => ({ name, send, timesMs: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    // Each begins a round in turn: what comes first is slower.
    const first = round % contenders.length;
    for (const { name, send, timesMs } of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const ms = await timed(name, send, events, receiver);
      if (round >= WARM_UP) timesMs.push(ms);
    }
  }
  await pool.close();
  receiver.stop();
  const rates = contenders.map(({ name, timesMs }) => ({
    name,
    perS: (events.length * 1000) / median(timesMs),
  }));
  const fetchRate = rates.find(({ name }) => name === FETCH)?.perS ?? Number.NaN;
  return rates.map((rate) => ({ ...rate, timesFetch: rate.perS / fetchRate }));
}

async function timed(
  name: string,
  send: Send,
  events: readonly RainmakerEvent[],
  receiver: ReceiverProcess,
): Promise<number> {
  const startedMs = performance.now();
  await send(events);
  const ms = performance.now() - startedMs;
  const { requests, ids } = await receiver.take();
  gate(requests === events.length && ids === events.length, `${name} sends every event once`);
  return ms;
}

function sinkSender(url: string, sign: string | readonly string[]): Send {
  const sink = httpSink<RainmakerEvent>({
    url,
    sign,
    allowPrivate: true,
    concurrency: CONCURRENCY,
    toBody: eventBody,
  });
  return async (events) => {
    const failures = await sink.write(events.map((value) => ({ id: value.deliveryId, value })));
    gate(failures.length === 0, "the sink delivers every event");
  };
}

const headersOf = ({ deliveryId }: RainmakerEvent) => ({
  "content-type": "application/json",
  "webhook-id": deliveryId,
});

function fetchSender(url: string, concurrency: number): Send {
  return async (events) => {
    await mapLimited(events, concurrency, async (event) => {
      const response = await fetch(url, {
        method: "POST",
        headers: headersOf(event),
        body: eventBody(event),
      });
      gate(response.status === 204, "fetch delivers every event");
    });
  };
}

function poolSender(pool: Pool): Send {
  return async (events) => {
    await mapLimited(events, CONCURRENCY, async (event) => {
      const { statusCode, body } = await pool.request({
        method: "POST",
        path: "/",
        headers: headersOf(event),
        body: eventBody(event),
      });
      await body.dump();
      gate(statusCode === 204, "undici delivers every event");
    });
  };
}

async function fleetEvents(): Promise<readonly RainmakerEvent[]> {
  const endsAtMs = Date.now();
  const options = { seed: 1, nodes: 60, events: EVENTS, duplicates: 0, undecodable: 0, endsAtMs };
  const { messages } = await collectMessages(options, "pascal", integrationName("bench"));
  return messages.flatMap(({ body, attributes, type }, index) => {
    const delivery = { id: `event-${index}`, sentAtMs: endsAtMs, topic: topicName(type), attributes, body };
    const decoded = decode(delivery);
    return decoded.kind === "event" ? [decoded.event] : [];
  });
}
