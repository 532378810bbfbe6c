import { beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { setState } from "@rainhooks/extensions/forwarding/destinations/set-state";
import { readAll, readPauses } from "@rainhooks/extensions/forwarding/destinations/store";
import type { MissedRange } from "@rainhooks/extensions/forwarding/pauses/pause";
import { widenPause } from "@rainhooks/extensions/forwarding/pauses/widen";
import type { Respond } from "@rainhooks/extensions/forwarding/testing/receivers";
import type { ReplayJob } from "@rainhooks/stage/operate/replay/replay-job";
import { MAX_LIST } from "@rainhooks/stage/operate/replay/request";
import type { ForwardWorld } from "./forward-world.ts";
import type { Recovery } from "./recovery.ts";
import { useWorlds } from "./use-worlds.ts";

/*
 * Destinations that get no events for a while, through the real functions and the real recovery, in
 * played time.
 */

/** Events that are missed in a day; set MISSED_EVENTS for more. */
const MISSED = Number(process.env["MISSED_EVENTS"] ?? 60);

const { newArchivingWorld, newWorld, receiving } = useWorlds();
let world: ForwardWorld;
let recovery: Recovery;
let isDown = false;

beforeEach(() => {
  isDown = false;
});

/**
 * Adds a destination; returns what its receiver has accepted: the nodes of the events, by
 * `webhook-id`.
 */
async function addCounting(
  id: string,
  settings: object = {},
  onAccepted = (_nodeId: string): void => undefined,
) {
  const nodes = new Map<string, string[]>();
  const respond: Respond = ({ headers, body }, response) => {
    if (!isDown) {
      const key = String(headers["webhook-id"]);
      const { nodeId } = JSON.parse(body).data;
      nodes.set(key, [...(nodes.get(key) ?? []), nodeId]);
      onAccepted(nodeId);
    }
    response.writeHead(isDown ? 503 : 204).end();
  };
  const receiver = await receiving(respond);
  await world.add(receiver.url, { id, ...settings });
  return { receiver, accepted: () => nodes };
}

const pauseByHand = async (id: string) => {
  await setState(world.destinations, id, {
    state: "paused",
    reason: "by hand",
    atMs: world.nowMs,
  });
};

/** Widens what a destination has missed in its pause, as an event that was published then does. */
async function setMissed(id: string, range: MissedRange): Promise<void> {
  const [pause] = await readPauses(world.destinations, id);
  if (pause === undefined) throw new Error("There is no pause.");
  await widenPause(world.destinations, pause, range);
}

/** Publishes alerts of different nodes, one each so many ms. */
async function publish(count: number, prefix: string, everyMs: number): Promise<string[]> {
  const nodes = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  for (const node of nodes) {
    world.alert(node);
    await world.run(everyMs);
  }
  return nodes;
}

const nodesOf = (accepted: ReadonlyMap<string, readonly string[]>) =>
  [...accepted.values()].map(([node]) => node).sort();

describe("a destination that was down", () => {
  it("a destination that was down gets all that it missed: queued events, waiting retries, and events during the pause", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    const before = await publish(5, "before-", SECOND_MS);
    isDown = true;
    const waiting = await publish(5, "waiting-", SECOND_MS);
    for (let index = 0; index < 5; index += 1) world.alert(`queued-${index}`);
    await pauseByHand("crm");
    await world.run(MINUTE_MS);
    const missed = await publish(MISSED, "missed-", DAY_MS / MISSED);
    isDown = false;
    const queued = Array.from({ length: 5 }, (_, index) => `queued-${index}`);
    const all = [...before, ...waiting, ...queued, ...missed];
    expect(accepted().size).toBe(before.length);
    expect(world.reasons("attempts")).toEqual([]);

    await world.resume("crm");
    expect(await recovery.recover("crm")).toEqual({
      kind: "done",
      pauses: 1,
      sent: expect.any(Number),
    });
    await world.run(DAY_MS);
    expect(nodesOf(accepted())).toEqual(all.sort());
    expect([...accepted().values()].every((nodes) => new Set(nodes).size === 1)).toBe(true);
    // What the log shows as delivered did not come again.
    expect([...accepted().values()].flat()).toHaveLength(all.length);
    expect((await readAll(world.destinations)).pauses).toEqual([]);
    expect([world.reasons("attempts"), world.reasons("retries"), world.reasons("forward")]).toEqual(
      [[], [], []],
    );
  }, 900_000);

  it("a destination that was down gets what it missed if the process is killed five times, and if it is paused again", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    const missed = await publish(100, "missed-", MINUTE_MS);
    await world.resume("crm");
    // Before anything was replayed, while functions have not seen it yet.
    expect(await recovery.recover("crm", { killAtWait: 1 })).toBe("killed");
    for (const killAtWait of [70, 4, 8, 5])
      expect(await recovery.recover("crm", { rate: 5, killAtWait })).toBe("killed");
    let waits = 0;
    const onWait = async () => {
      waits += 1;
      if (waits === 30) await pauseByHand("crm");
    };
    const stopped = await recovery.recover("crm", { rate: 5, onWait });
    expect(stopped).toMatchObject({ kind: "stopped", destination: { state: "paused" } });
    const more = await publish(5, "more-", MINUTE_MS);
    expect((await readPauses(world.destinations, "crm")).length).toBe(2);
    await world.resume("crm");
    expect(await recovery.recover("crm")).toMatchObject({ kind: "done", pauses: 2 });
    await world.run(DAY_MS);
    expect(nodesOf(accepted())).toEqual([...missed, ...more].sort());
    expect([...accepted().values()].every((nodes) => new Set(nodes).size === 1)).toBe(true);
    expect((await readAll(world.destinations)).pauses).toEqual([]);
  });

  it("a destination that was down does not get twice what waits for a retry until after it was resumed", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    isDown = true;
    const waiting = await publish(5, "waiting-", SECOND_MS);
    // The next attempts are hours away.
    await world.run(3 * HOUR_MS);
    await publish(1, "missed-", SECOND_MS);
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    await setMissed("crm", { fromMs: world.published[0]?.sentAtMs ?? 0, toMs: world.nowMs });
    isDown = false;
    await world.resume("crm");
    expect(await recovery.recover("crm")).toMatchObject({ kind: "done" });
    await world.run(DAY_MS);
    expect(nodesOf(accepted())).toEqual([...waiting, "missed-0"].sort());
    expect([...accepted().values()].every(({ length }) => length === 1)).toBe(true);
  });

  it("a destination that was down gets live events first while it gets what it missed, also within a rate", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const arrivals = new Map<string, number>();
    await addCounting("crm", { ratePerS: 4 }, (nodeId) => {
      if (!arrivals.has(nodeId)) arrivals.set(nodeId, world.nowMs);
    });
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    await publish(120, "missed-", SECOND_MS);
    await world.resume("crm");
    await world.run(10 * SECOND_MS);
    const published = new Map<string, number>();
    let waits = 0;
    const onWait = async () => {
      waits += 1;
      const node = `live-${waits}`;
      if (waits % 5 > 0) return;
      published.set(node, world.nowMs);
      world.alert(node);
    };
    await recovery.recover("crm", { rate: 20, onWait });
    await world.run(HOUR_MS);
    const delays = [...published].map(
      ([node, atMs]) => (arrivals.get(node) ?? Number.POSITIVE_INFINITY) - atMs,
    );
    expect(published.size).toBeGreaterThan(8);
    expect([...arrivals.keys()].filter((node) => node.startsWith("missed-"))).toHaveLength(120);
    // A second of turns can be taken before a live event comes.
    expect(Math.max(...delays)).toBeLessThanOrEqual(3 * SECOND_MS);
  });

  it("a destination is resumed although another one is removed in the middle", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const crm = await addCounting("crm");
    const erp = await addCounting("erp", { events: ["alert"] });
    for (const id of ["crm", "erp"]) await pauseByHand(id);
    await world.run(10 * SECOND_MS);
    const missed = await publish(60, "missed-", MINUTE_MS);
    for (const id of ["crm", "erp"]) await world.resume(id);
    let removed: Promise<unknown> | undefined;
    const onProgress = ({ counts }: ReplayJob) => {
      if (counts.sent > 10) removed ??= world.remove("erp");
    };
    const [first, second] = await Promise.all([
      recovery.recover("crm", { rate: 1 }),
      recovery.recover("erp", { rate: 1, onProgress }),
    ]);
    expect([first.valueOf(), second]).toEqual([
      expect.objectContaining({ kind: "done" }),
      { kind: "removed" },
    ]);
    await removed;
    await world.run(HOUR_MS);
    expect(nodesOf(crm.accepted())).toEqual(missed.sort());
    expect(erp.accepted().size).toBeLessThan(missed.length);
    // One that still seemed to run would keep erasures from beginning.
    expect((await recovery.replays()).map(({ state }) => state).sort()).toEqual([
      "cancelled",
      "done",
    ]);
    expect((await readAll(world.destinations)).pauses).toEqual([]);
  });

  it("a destination that was down gets what it missed by its current filter, URL and format", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    await publish(6, "missed-", MINUTE_MS);
    await world.change("crm", { nodes: ["missed-1", "missed-4", "other"] });
    await world.resume("crm");
    expect(await recovery.recover("crm")).toMatchObject({ kind: "done" });
    await world.run(HOUR_MS);
    expect(nodesOf(accepted())).toEqual(["missed-1", "missed-4"]);
  });

  it("a destination that was down gets nothing from before it was added", async () => {
    ({ world, recovery } = await newArchivingWorld());
    world.alert("before");
    await world.run(SECOND_MS);
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    const missed = await publish(2, "missed-", SECOND_MS);
    await world.resume("crm");
    expect(await recovery.recover("crm")).toMatchObject({ kind: "done" });
    await world.run(HOUR_MS);
    expect(nodesOf(accepted())).toEqual(missed);
  });

  it("a destination that was down gets what was archived while the first pass was running", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    const missed = await publish(3, "missed-", MINUTE_MS);
    await world.resume("crm");
    const publishedMs = world.nowMs - 2 * MINUTE_MS;
    let isAdded = false;
    const onProgress = () => {
      if (!isAdded) recovery.archiveOnly("late", publishedMs);
      isAdded = true;
    };
    expect(await recovery.recover("crm", { rate: 1, onProgress })).toMatchObject({
      kind: "done",
      sent: 3 + 1,
    });
    await world.run(HOUR_MS);
    expect(nodesOf(accepted())).toEqual([...missed, "late"].sort());
  });

  it("a destination that was down gets what was archived meanwhile also if there are too many objects to list them", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    const missed = await publish(3, "missed-", MINUTE_MS);
    await world.resume("crm");
    const publishedMs = world.nowMs - 2 * MINUTE_MS;
    const others = Array.from({ length: MAX_LIST }, (_, index) => {
      return { key: `old-${index}`, bytes: 1, hour: undefined, writtenAtMs: 0 };
    });
    const onProgress = ({ id }: ReplayJob) => {
      if (!id.endsWith("-late")) recovery.archiveOnly("late", publishedMs);
    };
    expect(await recovery.recover("crm", { rate: 1, onProgress, others })).toMatchObject({
      kind: "done",
    });
    await world.run(HOUR_MS);
    expect(nodesOf(accepted())).toEqual([...missed, "late"].sort());
  });

  it("a destination that was down gets what was archived meanwhile from one process, also after one was killed", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    const missed = await publish(3, "missed-", MINUTE_MS);
    await world.resume("crm");
    const publishedMs = world.nowMs - 2 * MINUTE_MS;
    const late = Array.from({ length: 20 }, (_, index) => `late-${index}`);
    let second: Promise<unknown> | undefined;
    const options = {
      rate: 1,
      killAtWait: Number.POSITIVE_INFINITY,
      onProgress: ({ id, counts }: ReplayJob) => {
        if (!id.endsWith("-late")) for (const node of late) recovery.archiveOnly(node, publishedMs);
        else second ??= recovery.recover("crm").catch((error: unknown) => error);
        if (id.endsWith("-late") && counts.sent > 10) options.killAtWait = 0;
      },
    };
    expect(await recovery.recover("crm", options)).toBe("killed");
    expect(await second).toMatchObject({ code: "write-conflict" });
    const both = await Promise.allSettled([recovery.recover("crm"), recovery.recover("crm")]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await world.run(HOUR_MS);
    expect(nodesOf(accepted())).toEqual([...missed, ...late].sort());
    expect((await recovery.replays()).map(({ state }) => state)).toEqual(["done", "done"]);
  });

  it("a replay whose process was killed is cancelled when another one has to send more", async () => {
    ({ world, recovery } = await newArchivingWorld());
    const { accepted } = await addCounting("crm");
    await pauseByHand("crm");
    await world.run(10 * SECOND_MS);
    const missed = await publish(10, "missed-", MINUTE_MS);
    await world.resume("crm");
    const options = {
      rate: 1,
      killAtWait: Number.POSITIVE_INFINITY,
      onProgress: ({ counts }: ReplayJob) => {
        if (counts.sent > 3) options.killAtWait = 0;
      },
    };
    expect(await recovery.recover("crm", options)).toBe("killed");
    await setMissed("crm", { fromMs: 0, toMs: world.nowMs });
    expect(await recovery.recover("crm")).toMatchObject({ kind: "done" });
    await world.run(HOUR_MS);
    expect(nodesOf(accepted())).toEqual(missed);
    expect((await recovery.replays()).map(({ state }) => state).sort()).toEqual([
      "cancelled",
      "done",
    ]);
  });
});

it("a pause without an archive loses no event: events go to the dead letters", async () => {
  world = await newWorld();
  await addCounting("crm");
  await pauseByHand("crm");
  await world.run(10 * SECOND_MS);
  await publish(2, "missed-", SECOND_MS);
  expect(world.reasons("attempts").map((reason) => reason.split(":")[0])).toEqual([
    "destination-paused",
    "destination-paused",
  ]);
  expect((await readPauses(world.destinations, "crm"))[0]?.missed).toBeUndefined();
});
