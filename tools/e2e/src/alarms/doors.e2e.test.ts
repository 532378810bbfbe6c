import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve/console";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { ruleTableOf } from "@rainhooks/extensions/alarms/operations/tables";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { startReceiver } from "@rainhooks/testing/receiver";
import { runCommand } from "../cli/testing/run-command.ts";

/* What comes in by the console's routes and by commands, and must not go through. */
describe("the doors of a stage", () => {
  let running: TestStage;
  let console_: RunningConsole;
  let session: Readonly<Record<string, string>>;

  beforeAll(async () => {
    running = await startTestStage();
    console_ = await startConsole({ reach: () => reachRunningStage(running.dataDir), port: 0 });
    const { headers } = await fetch(console_.address(), { redirect: "manual" });
    const key = new URL(headers.get("location") ?? "", console_.origin).hash.replace("#key=", "");
    session = {
      cookie: (headers.get("set-cookie") ?? "").split(";")[0] ?? "",
      "x-rainhooks-key": key,
    };
  });
  afterAll(async () => {
    await console_.stop();
    await running.stop();
  });

  const rainhooks = (...args: readonly string[]) =>
    runCommand([...args, "--data", running.dataDir]);
  const page = (path: string) => fetch(`${console_.origin}${path}`, { headers: session });
  const act = async (action: string, body: string) => {
    const headers = { ...session, origin: console_.origin, "x-rainhooks-action": action };
    const init = { method: "POST", headers, body };
    const response = await fetch(`${console_.origin}/console/actions/${action}`, init);
    return [response.status, await response.text()] as const;
  };
  const maintenance = async () =>
    JSON.parse((await rainhooks("watch", "ls", "--json")).out).maintenance;

  test.each(["9e15", "-1", "NaN", '""', "1e300", "0.5", "null", "253402300799999"])(
    "a maintenance window from %s is 400, and is not stored",
    async (from) => {
      const [status] = await act("maintenance", `{"name":"bad","for":"1h","from":${from}}`);
      expect([status, await maintenance()]).toEqual([400, []]);
    },
  );

  test.each(["9e15", "9000000000000000", "999999999999999", "-1", "NaN", "", "1e300"])(
    "the time %s is refused wherever one is asked for",
    async (time) => {
      const replay = JSON.stringify({ webhook: "archive", from: time });
      expect((await act("replay", replay))[0]).toBe(400);
      for (const path of [
        `/console/deliveries/x?at=${time}`,
        ...(time === ""
          ? []
          : [`/console/deliveries?to=${time}`, `/console/deliveries?after=${time}.0.x`]),
      ])
        expect([path, (await page(path)).status]).toEqual([path, 400]);
      const command = await rainhooks("watch", "maintenance", "bad", "--from", time, "--for", "1h");
      expect([command.code, await maintenance()]).toEqual([2, []]);
    },
  );

  it("a window with a time that is none is shown as such beside the others, and can be ended", async () => {
    const { client, tableName } = ruleTableOf(await reachRunningStage(running.dataDir));
    for (const [name, fromMs] of Object.entries({ planted: 9e15, other: 1e300 })) {
      const window = JSON.stringify({ name, fromMs, toMs: fromMs + 3_600_000 });
      const Item = { name: { S: `maintenance#${name}` }, window: { S: window } };
      await client.send(new PutItemCommand({ TableName: tableName, Item }));
    }
    expect((await rainhooks("watch", "maintenance", "good", "--for", "1h")).code).toBe(0);
    const { code, out } = await rainhooks("watch", "ls");
    expect([code, out]).toEqual([0, expect.stringMatching(/no time \(9000000000000000\)/)]);
    expect(out).toContain("good");
    expect((await page("/v1/watch-rules")).status).toBe(200);
    for (const name of ["planted", "other"])
      expect(await act("maintenance", JSON.stringify({ name, end: true }))).toEqual([
        200,
        expect.any(String),
      ]);
  });

  it("another host gets no secret of a destination from the form, unless it says so", async () => {
    const one = await startReceiver();
    const other = await startReceiver();
    const header = ["X-Api-Key: hidden"];
    expect(
      (await act("destination-add", JSON.stringify({ id: "crm", url: one.url, header })))[0],
    ).toBe(200);
    const [status, text] = await act(
      "destination-set",
      JSON.stringify({ id: "crm", url: other.url }),
    );
    expect([status, JSON.parse(text).detail]).toEqual([
      400,
      expect.stringMatching(
        /^url would send secrets to .*for another host \(header x-api-key\)\..*"same secrets"/,
      ),
    ]);
    await act("test", '{"id":"crm"}');
    expect([one.requests.length, other.requests.length]).toEqual([1, 0]);
    const said = JSON.stringify({ id: "crm", url: other.url, sameSecrets: true });
    expect((await act("destination-set", said))[0]).toBe(200);
    await act("test", '{"id":"crm"}');
    expect(other.requests).toMatchObject([{ headers: { "x-api-key": "hidden" } }]);
    await one.stop();
    await other.stop();
  });
});
