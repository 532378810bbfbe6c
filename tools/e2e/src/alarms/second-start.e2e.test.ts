import { expect, it } from "@jest/globals";
import { ALL_FUNCTIONS, startTestStage } from "@rainhooks/app-local/testing/test-stage";
import { HOUR_MS } from "@rainhooks/core/durations";
import { ruleTableOf } from "@rainhooks/extensions/alarms/operations/tables";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { changeWatchRule } from "@rainhooks/extensions/alarms/rules/rule-store";
import { resumeFleet } from "@rainhooks/local/fleet/simulate";
import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { SUPER_ADMIN } from "@rainhooks/local/rainmaker/rest/server";
import { startRainmaker } from "@rainhooks/local/rainmaker/start";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import { registrationChanges } from "@rainhooks/rainmaker/registration";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";

const FLEET = { seed: 1, nodes: 11 };
const NAMES = ["node-status", "watch", "query-api"];
const EVENTS = ["rmaker.event.node_connected", "rmaker.event.node_disconnected"] as const;
const RULES = [
  { name: "gone", kind: "offline", for: "10m" },
  { name: "down", kind: "outage", by: "fleet", share: 0.5, count: 5, for: "5m" },
];

it("a fleet that goes on is online while its stage is stopped, which is neither an outage nor an alarm; one that does not is offline", async () => {
  const running = await startTestStage({
    functions: ALL_FUNCTIONS.filter(({ name }) => NAMES.includes(name)),
  });
  const { stage, dataDir } = running;
  const access = await reachRunningStage(dataDir);
  const startMs = Date.now() - 5 * HOUR_MS;
  for (const rule of RULES) {
    const read = readRule(JSON.stringify(rule));
    await changeWatchRule(
      ruleTableOf(access),
      read.name,
      { status: "in-force", rule: read },
      startMs,
    );
  }
  const start = () =>
    startRainmaker({
      publisher: publisherOf(stage),
      dataDir,
      casing: "pascal",
      onProblem: (text) => expect(text).toBe(""),
    });
  const ask = async (path: string) =>
    (await (await fetch(stage.apiUrl + path)).json()) as Readonly<Record<string, unknown>>;
  // The last one is gone for good.
  const counted = (state: string) =>
    eventually(
      () => ask("/v1/node-counts"),
      (found) => found[state] === FLEET.nodes - 1,
    );
  try {
    const first = await start();
    const client = new RainmakerClient({ baseUrl: first.baseUrl });
    await client.login(SUPER_ADMIN, first.password);
    const wanted = { name: stage.integration, events: EVENTS };
    for (const { apply } of await registrationChanges(client, wanted)) await apply();
    first.clock.play(startMs);
    await resumeFleet(first, FLEET, true);
    await first.stop();
    await counted("online");
    const second = await start();
    // A disconnect within a second after it would be that of an older session.
    second.clock.play(startMs + HOUR_MS);
    await resumeFleet(second, FLEET, true);
    await second.stop();
    await stage.runScheduled();
    await counted("online");
    expect(await ask("/v1/alarms?state=all")).toMatchObject({ alarms: [], more: false });
    const third = await start();
    await resumeFleet(third, FLEET, false);
    await counted("offline");
    await third.stop();
  } finally {
    await running.stop();
  }
});
