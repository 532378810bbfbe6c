import { createServer, type Socket } from "node:net";
import { describe, expect, it, test } from "@jest/globals";
import { listAttempts } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { readDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import type { Respond } from "@rainhooks/extensions/forwarding/testing/receivers";
import { type Audit, listAudits } from "@rainhooks/stage/operations/audits";
import { selfSignedCertificate } from "@rainhooks/testing/certificate";
import { attempts, hostileBody } from "@rainhooks/testing/hostile";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import type { ReceivedRequest } from "@rainhooks/testing/receiver";
import fc from "fast-check";
import type { ForwardWorld } from "./forward-world.ts";
import { useWorlds } from "./use-worlds.ts";

/*
 * What receivers can do, through the real functions: what is logged, when an event comes again, and
 * that none is lost.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

const { stops, newWorld, receiving } = useWorlds();
let world: ForwardWorld;

/** A server of raw TCP, for responses that an HTTP server does not send. */
async function rawServer(response: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(response));
  });
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listenOnLoopback(server);
}

/** Returns the attempts for a destination, the first one first, as lists show them. */
async function attemptsOf(destination: string) {
  const { attempts } = await listAttempts(world.attempts, {
    destinations: [destination],
    fromMs: 0,
    toMs: world.nowMs + 1,
    limit: 1000,
  });
  return attempts.toReversed();
}

/** Returns after how many seconds each attempt came, from the first one on. */
async function secondsOf(destination: string): Promise<number[]> {
  const attempts = await attemptsOf(destination);
  return attempts.map(({ atMs }) => Math.round((atMs - (attempts[0]?.atMs ?? 0)) / 1000));
}

const idsOf = (requests: readonly ReceivedRequest[]) =>
  new Set(requests.map(({ headers, body }) => `${headers["webhook-id"]} ${body}`));

const SECRET_PATH = "/hooks/T0/very-secret-path?token=very-secret-query";
/** Attempts of the default schedule, in seconds after the first. */
const DEFAULT_SECONDS = [0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305];

describe("a receiver that fails for good", () => {
  const withStatus =
    (status: number, headers = {}, text = ""): Respond =>
    (_, response) =>
      response.writeHead(status, headers).end(text);

  test.each<[string, Respond, number | undefined, RegExp]>([
    ["responds with 500", withStatus(500, {}, "oops"), 500, /responded with status 500: oops/],
    [
      "redirects",
      withStatus(302, { location: "https://elsewhere.example/x" }),
      302,
      /Redirects are not followed/,
    ],
    ["sends 10 MB", withStatus(500, {}, "x".repeat(10 * 1024 * 1024)), 500, /status 500/],
    [
      "closes the connection",
      (_, response) => response.socket?.destroy(),
      undefined,
      /socket hang up/,
    ],
    [
      "closes it in the middle of the headers",
      (_, response) => response.socket?.end("HTTP/1.1 200 OK\r\ncontent-le"),
      undefined,
      /cannot be reached/,
    ],
  ])(
    "%s: eight attempts by the schedule with one id, then a dead letter with the last response",
    async (_, respond, status, reason) => {
      world = await newWorld();
      const { url, requests } = await receiving(respond);
      await world.add(`${url}${SECRET_PATH}`, { id: "crm" });
      world.alert("n1");
      await world.run(2 * DAY_MS);
      expect(await secondsOf("crm")).toEqual(DEFAULT_SECONDS);
      expect(requests).toHaveLength(8);
      expect(idsOf(requests).size).toBe(1);
      const [first, ...rest] = await attemptsOf("crm");
      expect(first).toMatchObject({ outcome: "failed", error: expect.stringMatching(reason) });
      expect(first?.status).toBe(status);
      expect(rest.at(-1)).not.toHaveProperty("nextAtMs");
      expect(world.reasons("retries")).toEqual([
        expect.stringMatching(/^sink-rejected: 8 attempts failed/),
      ]);
      expect(world.reasons("retries")[0]).toMatch(reason);
      expect(world.lines.join("\n")).not.toContain("very-secret");
    },
  );

  it("a receiver that speaks broken HTTP is treated as one that does not respond", async () => {
    world = await newWorld();
    await world.add(await rawServer("SMTP ready\r\n\r\n"), { id: "crm", schedule: [60] });
    world.alert("n1");
    await world.run(DAY_MS);
    expect(await secondsOf("crm")).toEqual([0, 60]);
    expect(world.reasons("retries")).toEqual([expect.stringContaining("2 attempts failed")]);
  });

  it("a receiver that does not respond: the attempt ends after its timeout, and the next ones come from the retry queue", async () => {
    world = await newWorld({ sender: { timeoutMs: 1000 }, limits: { slowAfter: 500 } });
    const { url, requests } = await receiving(() => undefined);
    await world.add(url, { id: "crm", schedule: [60] });
    world.alert("n1");
    await world.run(DAY_MS);
    expect(await secondsOf("crm")).toEqual([0, 60]);
    expect((await attemptsOf("crm"))[0]?.error).toMatch(/no response within \d+ ms/);
    expect(idsOf(requests).size).toBe(1);
    expect(world.reasons("retries")).toHaveLength(1);
  });

  it("a receiver with an expired certificate gets no event", async () => {
    const day = 86_400_000;
    const certificate = selfSignedCertificate(
      "localhost",
      new Date(Date.now() - 2 * day),
      new Date(Date.now() - day),
    );
    world = await newWorld({ sender: { ca: certificate.cert } });
    const { url, requests } = await receiving(undefined, certificate);
    await world.add(url, { id: "crm", schedule: [60] });
    world.alert("n1");
    await world.run(DAY_MS);
    expect((await attemptsOf("crm")).map(({ error }) => error)).toEqual([
      expect.stringMatching(/certificate has expired/),
      expect.stringMatching(/certificate has expired/),
    ]);
    expect(requests).toEqual([]);
    expect(world.reasons("retries")).toHaveLength(1);
  });
});

describe("a receiver that comes back", () => {
  it("a receiver that comes back gets each event once more than it failed, and its failures are forgotten", async () => {
    world = await newWorld();
    let isUp = false;
    const { url, requests } = await receiving((_, response) =>
      response.writeHead(isUp ? 204 : 503).end(),
    );
    await world.add(url, { id: "crm" });
    for (const node of ["n1", "n2", "n3"]) world.alert(node);
    await world.run(MINUTE_MS);
    isUp = true;
    await world.run(DAY_MS);
    expect(requests).toHaveLength(9);
    expect(idsOf(requests).size).toBe(3);
    expect(await secondsOf("crm")).toEqual([0, 0, 0, 5, 5, 5, 305, 305, 305]);
    expect(world.reasons("retries")).toEqual([]);
    expect((await readDestination(world.destinations, "crm"))?.state).toBe("active");
  });

  it("a receiver that responds 429 with Retry-After gets the event after that time, not before", async () => {
    world = await newWorld();
    const responses = [429, 429, 204];
    const { url } = await receiving((_, response) =>
      response.writeHead(responses.shift() ?? 204, { "retry-after": "1200" }).end(),
    );
    await world.add(url, { id: "crm" });
    world.alert("n1");
    await world.run(DAY_MS);
    // The second wait of the schedule is 5 min, and the receiver asks for 20.
    expect(await secondsOf("crm")).toEqual([0, 1200, 2400]);
  });

  it("a receiver that responds 410 is disabled, gets no more, and gets its missed events by a redrive after it is resumed", async () => {
    world = await newWorld();
    const { url, requests } = await receiving((_, response) => response.writeHead(410).end("bye"));
    await world.add(url, { id: "crm" });
    world.alert("n1");
    await world.run(MINUTE_MS);
    expect(await readDestination(world.destinations, "crm")).toMatchObject({
      state: "disabled",
      stateReason: expect.stringContaining("410"),
    });
    world.alert("n2");
    await world.run(DAY_MS);
    expect(requests).toHaveLength(1);
    expect(world.reasons("attempts")).toEqual([expect.stringContaining("destination-disabled: ")]);
  });
});

describe("a destination", () => {
  it("a destination for which too many events wait is paused, with an alarm; resumed and redriven, it gets all of them", async () => {
    world = await newWorld({ limits: { maxWaiting: 20 } });
    let isUp = false;
    const { url, requests } = await receiving((_, response) =>
      response.writeHead(isUp ? 204 : 500).end(),
    );
    await world.add(url, { id: "crm" });
    for (let node = 0; node < 30; node++) world.alert(`n${node}`);
    await world.run(DAY_MS);
    expect(await readDestination(world.destinations, "crm")).toMatchObject({
      state: "paused",
      stateReason: "30 events wait for it; 20 is the maximum",
    });
    expect(
      world.lines.filter((line) => line.includes("Destination crm is paused now")),
    ).toHaveLength(1);
    world.alert("later");
    await world.run(MINUTE_MS);
    expect(world.queuesOf("retries").deadLetters.peek()).toHaveLength(30);
    expect(world.reasons("attempts")).toEqual([
      expect.stringMatching(
        /^destination-paused: Destination crm is paused since 2026-.* \(30 events wait/,
      ),
    ]);
    isUp = true;
    await world.resume("crm");
    world.redrive("attempts");
    world.redrive("retries");
    const before = requests.length;
    await world.run(MINUTE_MS);
    expect(requests.length - before).toBe(31);
    expect(idsOf(requests).size).toBe(31);
    expect(world.reasons("attempts")).toEqual([]);
    expect(world.reasons("retries")).toEqual([]);
  });

  it("a destination that keeps failing is paused after the time for that, not before", async () => {
    world = await newWorld({ limits: { maxFailures: 3, minFailing: 10 * MINUTE_MS } });
    const { url } = await receiving((_, response) => response.writeHead(500).end());
    await world.add(url, { id: "crm", schedule: [60, 60, 60, 600, 600] });
    world.alert("n1");
    await world.run(9 * MINUTE_MS);
    expect((await readDestination(world.destinations, "crm"))?.state).toBe("active");
    await world.run(30 * MINUTE_MS);
    expect(await readDestination(world.destinations, "crm")).toMatchObject({
      state: "paused",
      stateReason: expect.stringMatching(/^5 attempts in a row have failed since 2026-11-26T/),
    });
  });

  it("what is paused by itself is recorded once, by which function and why, and not paused before it is", async () => {
    let lost = 0;
    const limits = { maxFailures: 3, minFailing: 10 * MINUTE_MS };
    world = await newWorld({ limits, isAuditLost: () => lost++ < 1 });
    const { url } = await receiving((_, response) => response.writeHead(500).end());
    await world.add(url, { id: "audited", schedule: Array.from({ length: 20 }, () => 60) });
    for (let node = 0; node < 5; node++) world.alert(`n${node}`);
    await world.run(40 * MINUTE_MS);
    const { stateReason: reason = "", pausedAtMs = 0 } =
      (await readDestination(world.destinations, "audited")) ?? {};
    expect([lost > 1, pausedAtMs > 0]).toEqual([true, true]);
    const range = { fromMs: 0, toMs: world.nowMs + 1, limit: 100 };
    const isWanted = ({ request }: Audit) => request["id"] === "audited";
    expect(
      await listAudits(world.audits, { ...range, fromMs: world.nowMs - DAY_MS, isWanted }),
    ).toEqual([
      {
        id: expect.any(String),
        operation: "pause",
        outcome: "done",
        caller: "function retries",
        door: "function",
        request: { id: "audited", reason },
        startedAtMs: pausedAtMs,
        endedAtMs: expect.any(Number),
      },
    ]);
  });

  it("a destination that is gone is recorded as disabled", async () => {
    world = await newWorld();
    const { url } = await receiving((_, response) => response.writeHead(410).end());
    await world.add(url, { id: "gone" });
    world.alert("n1");
    await world.run(MINUTE_MS);
    const isWanted = ({ request }: Audit) => request["id"] === "gone";
    const range = { fromMs: world.nowMs - DAY_MS, toMs: world.nowMs + 1, limit: 100, isWanted };
    expect(await listAudits(world.audits, range)).toMatchObject([
      { operation: "disable", outcome: "done", caller: "function attempts" },
    ]);
  });

  it("a destination with a rate gets its events evenly, however many come at once", async () => {
    world = await newWorld();
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm", ratePerS: 2 });
    for (let node = 0; node < 20; node++) world.alert(`n${node}`);
    await world.run(MINUTE_MS);
    const seconds = await secondsOf("crm");
    expect(requests).toHaveLength(20);
    for (const second of seconds)
      expect(seconds.filter((one) => one === second).length).toBeLessThanOrEqual(3);
    expect(seconds.at(-1)).toBeGreaterThanOrEqual(9);
    expect(seconds.at(-1)).toBeLessThanOrEqual(11);
  });

  it("a destination that is redriven begins its schedule again", async () => {
    world = await newWorld();
    const { url } = await receiving((_, response) => response.writeHead(500).end());
    await world.add(url, { id: "crm", schedule: [60, 60] });
    world.alert("n1");
    await world.run(DAY_MS);
    world.redrive("retries");
    await world.run(DAY_MS);
    expect((await attemptsOf("crm")).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(world.reasons("retries")).toHaveLength(1);
  });

  it("a destination that a worker does not know yet loses no event", async () => {
    world = await newWorld();
    const { url, requests } = await receiving();
    await world.add(url, { id: "first" });
    world.alert("n1");
    await world.run(1000);
    // Of the functions, only the one that sends messages reads the destinations anew.
    await world.add(url, { id: "second" }, {}, 0);
    world.restart("forward");
    world.alert("n2");
    await world.run(1000);
    expect(requests.filter(({ body }) => body.includes('"n2"'))).toHaveLength(2);
  });

  it("a destination that was removed is forgotten, with what waits for it", async () => {
    world = await newWorld();
    const { url, requests } = await receiving((_, response) => response.writeHead(500).end());
    await world.add(url, { id: "crm" });
    world.alert("n1");
    await world.run(1000);
    await world.remove("crm");
    await world.run(DAY_MS);
    expect(requests).toHaveLength(1);
    expect(world.reasons("retries")).toEqual([]);
  });

  it("a destination gets no attempt again if a function is killed after its work, before its queue is told", async () => {
    world = await newWorld();
    const responses = [500, 500, 500];
    const { url, requests } = await receiving((_, response) =>
      response.writeHead(responses.shift() ?? 204).end(),
    );
    await world.add(url, { id: "crm" });
    for (const name of ["forward", "attempts", "retries"]) world.kill(name);
    world.alert("n1");
    await world.run(DAY_MS);
    expect(requests).toHaveLength(4);
    expect(idsOf(requests).size).toBe(1);
    expect((await attemptsOf("crm")).some(({ outcome }) => outcome === "delivered")).toBe(true);
    for (const name of ["forward", "attempts", "retries"]) {
      const { queue, deadLetters } = world.queuesOf(name);
      expect([name, queue.peek(), deadLetters.peek()]).toEqual([name, [], []]);
    }
  });

  it("a destination gets the events between hostile messages, whose content is sent or set aside", async () => {
    world = await newWorld();
    const { url, requests } = await receiving();
    await world.add(url, { id: "crm" });
    let events = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(hostileBody, { minLength: 1, maxLength: 6 }), async (bodies) => {
        const nodes = [`before-${events}`, `after-${events}`];
        events += 1;
        world.alert(nodes[0] ?? "");
        for (const body of bodies) world.raw(body);
        world.alert(nodes[1] ?? "");
        await world.run(MINUTE_MS);
        const seen = requests.map(({ body }) => body);
        for (const node of nodes)
          expect(seen.filter((body) => body.includes(`"${node}"`))).toHaveLength(1);
      }),
      { numRuns: attempts(15, 200) },
    );
    for (const name of ["forward", "attempts", "retries"])
      expect(world.queuesOf(name).queue.peek()).toEqual([]);
  });

  it("a destination without secrets fails, as one that is down", async () => {
    world = await newWorld();
    await world.add("https://crm.example.com", { id: "crm", schedule: [60] });
    world.secrets.clear();
    world.alert("n1");
    await world.run(DAY_MS);
    expect((await attemptsOf("crm"))[0]?.error).toContain("Destination crm has no secrets");
    expect(world.reasons("retries")).toHaveLength(1);
  });
});

it("a node of three users: one request, three with each copy, and one when a copy comes an hour later on restarted functions", async () => {
  world = await newWorld();
  const { url, requests } = await receiving();
  await world.add(`${url}/once`, { id: "once" });
  await world.add(`${url}/each`, { id: "each", eachCopy: true });
  const atMs = world.nowMs;
  for (const user_id of ["ann", "bob"]) world.alert("n1", { user_id });
  await world.run(MINUTE_MS);
  world.restart();
  world.nowMs += 60 * MINUTE_MS;
  // SQS delivers it an hour later; SNS had published it with the others.
  world.alert("n1", { user_id: "cid" }, atMs);
  await world.run(MINUTE_MS);
  const paths = requests.map(({ path }) => path);
  expect(paths.filter((path) => path === "/once")).toHaveLength(1);
  expect(paths.filter((path) => path === "/each")).toHaveLength(3);
});

describe("an event that is too large for a queue", () => {
  test.each([
    ["of attempts", "forward", { attempts: 1000 }, 0],
    ["of retries", "attempts", { retries: 1000 }, 1],
  ])(
    "an event that is too large for the queue %s is a dead letter of the function that sends, at once",
    async (_, sender, maxMessageBytes, requests) => {
      world = await newWorld({ maxMessageBytes });
      const receiver = await receiving((_, response) => response.writeHead(500).end());
      await world.add(receiver.url, { id: "crm" });
      world.alert("n1", { message_body: "x".repeat(1000) });
      await world.run(MINUTE_MS);
      expect(receiver.requests).toHaveLength(requests);
      expect(world.reasons(sender)).toEqual([
        expect.stringMatching(
          /^sink-rejected: The queue .* took no message for crm: InvalidParameterValue/,
        ),
      ]);
      for (const name of ["forward", "attempts", "retries"])
        expect(world.queuesOf(name).queue.counts()).toEqual({ visible: 0, inFlight: 0 });
    },
  );
});
