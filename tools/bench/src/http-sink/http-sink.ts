import { mapLimited } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { eventBody } from "@rainhooks/sinks/http/event-body";
import { httpSink } from "@rainhooks/sinks/http/http-sink";
import { gate } from "@rainhooks/testing/gate";
import { Pool } from "undici";
import { fleetDeliveries } from "../events.ts";
import { median } from "../median.ts";
import { type Child, startChild } from "../processes/child.ts";

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
  const events = (await fleetDeliveries("pascal", EVENTS)).deliveries.flatMap((delivery) => {
    const decoded = decode(delivery);
    return decoded.kind === "event" ? [decoded.event] : [];
  });
  const { child: receiver, ready } = await startChild("receiver", {});
  const { url } = ready as { readonly url: string };
  const pool = new Pool(url, { connections: CONCURRENCY });
  const contenders = Object.entries<Send>({
    [SIGNED_SINK]: sinkSender(url, SECRET),
    httpSink: sinkSender(url, []),
    "fetch, one at a time": fetchSender(url, 1),
    [FETCH]: fetchSender(url, CONCURRENCY),
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
  await receiver.stop();
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
  receiver: Child,
): Promise<number> {
  const startedMs = performance.now();
  await send(events);
  const ms = performance.now() - startedMs;
  const { requests, ids } = (await receiver.ask("take")) as Readonly<Record<"requests" | "ids", number>>;
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

const requestOf = (event: RainmakerEvent) => ({
  method: "POST" as const,
  headers: { "content-type": "application/json", "webhook-id": event.deliveryId },
  body: eventBody(event),
});

function fetchSender(url: string, concurrency: number): Send {
  return async (events) => {
    await mapLimited(events, concurrency, async (event) => {
      const response = await fetch(url, requestOf(event));
      gate(response.status === 204, "fetch delivers every event");
    });
  };
}

function poolSender(pool: Pool): Send {
  return async (events) => {
    await mapLimited(events, CONCURRENCY, async (event) => {
      const { statusCode, body } = await pool.request({ path: "/", ...requestOf(event) });
      await body.dump();
      gate(statusCode === 204, "undici delivers every event");
    });
  };
}
