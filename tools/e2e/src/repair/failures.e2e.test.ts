import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type RunningConsole, startConsole } from "@rainhooks/app-console/serve/console";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { planReplay } from "@rainhooks/stage/operate/replay/plan-replay";
import { startReplay } from "@rainhooks/stage/operate/replay/run-job";
import { reachRunningStage } from "@rainhooks/stage/stage-access";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";

/** What stands between a program and the services of a stage. */
type Way = "open" | "away" | "throttled" | "conflicts";

/*
 * What fails is said with the same words in the terminal and on the page, and the page has its HTTP
 * status.
 */
describe("a failure", () => {
  let running: TestStage;
  let between: Server;
  let console_: RunningConsole;
  let dataDir: string;
  let session: Readonly<Record<string, string>>;
  let way: Way = "open";

  beforeAll(async () => {
    running = await startTestStage();
    const fleet = { seed: 4, nodes: 20, events: 120, duplicates: 0, undecodable: 0 };
    await runTestFleet(running, fleet, () => undefined);
    const stage = JSON.parse(await readFile(join(running.dataDir, "stage.json"), "utf8"));
    between = standBetween(new URL(stage.endpoint), () => way);
    await once(between.listen(0, "127.0.0.1"), "listening");
    const endpoint = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
    dataDir = await mkdtemp(join(tmpdir(), "between-"));
    await writeFile(join(dataDir, "stage.json"), JSON.stringify({ ...stage, endpoint }));
    console_ = await startConsole({ reach: () => reachRunningStage(dataDir), port: 0 });
    session = await enter(console_);
  });
  afterAll(async () => {
    await console_.stop();
    between.closeAllConnections();
    between.close();
    await rm(dataDir, { recursive: true });
    await running.stop();
  });

  const rainhooks = (...args: readonly string[]) => runCommand([...args, "--data", dataDir]);

  /** Does an action of the page; returns its status, and what it says. */
  async function page(
    action: string,
    body: object,
  ): Promise<{ status: number; code: string; detail: string }> {
    const response = await fetch(`${console_.origin}/console/actions/${action}`, {
      method: "POST",
      headers: { ...session, origin: console_.origin, "x-rainhooks-action": action },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { status: number; code: string; detail: string };
  }

  /** The job that was started last on the page. */
  async function lastJob(): Promise<{ state: string; text: string }> {
    const response = await fetch(`${console_.origin}/console/jobs`, { headers: session });
    const jobs = (await response.json()) as { id: number | string; state: string; text: string }[];
    return jobs.find(({ id }) => typeof id === "number") ?? { state: "", text: "" };
  }

  async function both(action: string, body: object, args: readonly string[]) {
    const [shown, { code, err }] = await Promise.all([page(action, body), rainhooks(...args)]);
    return { ...shown, exit: code, err };
  }

  it("a failure of unreachable services is 503", async () => {
    way = "away";
    const { status, code, detail, exit, err } = await both("pause", { id: "crm" }, ["nodes"]);
    way = "open";
    expect([status, code, exit]).toEqual([503, "stage-unavailable", 1]);
    for (const said of [detail, err]) expect(said).toMatch(/^AWS returned HTTP 503 /);
  });

  it("a failure of throttled services is 429, and says to try again later", async () => {
    way = "throttled";
    const { status, code, detail, exit, err } = await both("rule-pause", { name: "offline" }, [
      "watch",
      "pause",
      "offline",
    ]);
    way = "open";
    expect([status, code, exit]).toEqual([429, "throttled", 1]);
    expect(err).toBe(detail);
    expect(detail).toMatch(/^AWS is busy: .* Try again later\.$/);
  });

  it("a failure of a write conflict is 409", async () => {
    expect(
      await rainhooks("watch", "add", "offline", "--kind", "offline", "--for", "10m"),
    ).toMatchObject({
      code: 0,
    });
    way = "conflicts";
    const { status, code, detail, exit, err } = await both("rule-pause", { name: "offline" }, [
      "watch",
      "pause",
      "offline",
    ]);
    way = "open";
    expect([status, code, exit]).toEqual([409, "write-conflict", 1]);
    expect(err).toBe(detail);
  });

  it("a replay that another process runs is reported as a write conflict, by command and by API alike", async () => {
    const access = await reachRunningStage(running.dataDir);
    const question = { webhook: "node-status", fromMs: 0, rate: 1, maxDeadLetters: 1, wait: true };
    const planned = await planReplay(access, { ...question, toMs: Date.now() });
    const end = new AbortController();
    let id = "";
    const ended = startReplay(access, planned, {
      signal: end.signal,
      onProgress: (progress) => {
        if (progress.step === "started") id = progress.job.id;
      },
    });
    await eventually(
      () => id,
      (text) => text !== "",
    );
    const { exit, err } = await both("go-on", { id }, ["replay", "resume", id]);
    end.abort();
    await ended;
    const failed = await eventually(lastJob, ({ state }) => state !== "running");
    const said = `Replay ${id} is running in another process.`;
    expect([failed.state, failed.text]).toEqual(["failed", said]);
    expect([exit, err.split("\n").at(-1)]).toEqual([1, said]);
  });
});

/** Passes requests on, or fails as services do. */
function standBetween(to: URL, wayOf: () => Way): Server {
  return createServer(async (from, response) => {
    const way = wayOf();
    if (way === "away") return void response.writeHead(503).end();
    if (way === "throttled") return fail(response, "ProvisionedThroughputExceededException");
    const { method, url, headers } = from;
    const body = await buffer(from);
    const isWrite = /\.(?:Put|Update)Item$/.test(String(headers["x-amz-target"]));
    // The record of an operation has an id of its own, and never conflicts.
    if (way === "conflicts" && isWrite && body.includes("-watch-rules"))
      return fail(response, "ConditionalCheckFailedException");
    const onward = request(
      { host: to.hostname, port: to.port, method, path: url, headers },
      (reply) => {
        response.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    onward.end(body);
  });
}

/** Fails as DynamoDB does. */
function fail(response: ServerResponse, name: string): void {
  response.writeHead(400, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-errortype": name,
  });
  response.end(
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "Slow down" }),
  );
}

/** Lets a program in as a browser. */
async function enter(running: RunningConsole): Promise<Readonly<Record<string, string>>> {
  const { headers } = await fetch(running.address(), { redirect: "manual" });
  const key = new URL(headers.get("location") ?? "", running.origin).hash.replace("#key=", "");
  return { cookie: (headers.get("set-cookie") ?? "").split(";")[0] ?? "", "x-rainhooks-key": key };
}
