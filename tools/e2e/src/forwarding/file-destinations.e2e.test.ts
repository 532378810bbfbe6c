import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { applyStageFile, readStageFile } from "@rainhooks/app-local/stage-file";
import { MAX_KNOWN_AGE_MS } from "@rainhooks/extensions/forwarding/destinations/known-destinations";
import { reachRunningStage } from "@rainhooks/stage/reached";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { Webhook } from "standardwebhooks";
import { runCommand } from "../cli/testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "./destinations-stage.ts";

/* What a deployment does with the file of a stage in AWS, a start does on the local stage. */
describe("destinations of the stage's file, on the local stage", () => {
  let running: ForwardStage;
  let receiver: TestReceiver;
  let folder: string;
  let starts = 0;

  beforeAll(async () => {
    running = await startForwardStage();
    receiver = await startReceiver((_, response) => response.writeHead(200).end());
    folder = await mkdtemp(join(tmpdir(), "file-destinations-"));
    await writeFile(join(folder, "alert.json"), '{"text":"{{data.message}}","node":"{{nodeId}}"}');
  });
  afterAll(async () => {
    await receiver.stop();
    await running.stop();
    await rm(folder, { recursive: true });
  });

  const rainhooks = (...args: string[]) => runCommand([...args, "--data", running.dataDir]);
  async function json(...args: string[]) {
    const { code, out, err } = await rainhooks(...args, "--json");
    expect([args, code, err]).toEqual([args, 0, ""]);
    return JSON.parse(out);
  }

  /** Starts with a file: each is loaded once in a process. */
  async function start(destinations: object) {
    starts += 1;
    const file = join(folder, `stage${starts}.ts`);
    await writeFile(file, `export const stage = ${JSON.stringify({ destinations })};\n`);
    const applied = await applyStageFile(await reachRunningStage(running.dataDir), await readStageFile(file));
    await pause(MAX_KNOWN_AGE_MS + 500);
    return applied;
  }

  const bodies = () => receiver.requests.map(({ path, body }) => [path, JSON.parse(body)]);
  const crm = () => ({ url: `${receiver.url}/hook`, events: ["alert"], template: "alert.json" });

  it("one waits, keeps what it misses, and gets it when it has its secrets", async () => {
    expect(await start({ crm: crm() })).toEqual({
      lines: ["  destinations  crm (of the stage's file)"],
      problems: [],
    });
    const list = await rainhooks("destinations", "--check");
    expect([list.code, list.out]).toEqual([
      1,
      expect.stringMatching(/crm +paused.*it waits for its secrets/),
    ]);
    expect(list.out).toContain("destinations set-secrets crm");
    await rainhooks("trigger", "alert", "--node", "early");
    await eventually(
      async () => (await json("destinations", "show", "crm")).pauses ?? [],
      ([first]) => first?.missed !== undefined,
    );
    for (const [command, ...more] of [
      ["test", "crm"],
      ["resume", "crm", "--yes"],
      ["rotate-secret", "crm"],
    ]) {
      const { code, err } = await rainhooks("destinations", command ?? "", ...more);
      expect([command, code]).toEqual([command, 1]);
      expect(err).toMatch(/has no secrets for its host yet\. Give them: .*destinations set-secrets crm/);
    }
    const { destination, signingSecret } = await json("destinations", "set-secrets", "crm");
    expect(destination).toMatchObject({ state: "active", origin: "file" });
    await json("destinations", "test", "crm", "--node", "tested");
    await rainhooks("destinations", "resume", "crm", "--yes");
    await eventually(
      async () => bodies().length,
      (count) => count === 2,
    );
    expect(new Set(bodies().map(([path, { node }]) => `${path} ${node}`))).toEqual(
      new Set(["/hook tested", "/hook early"]),
    );
    for (const { body, headers } of receiver.requests)
      expect(new Webhook(signingSecret).verify(body, headers as Record<string, string>)).toHaveProperty(
        "text",
      );
  });

  it("commands change neither its settings nor its being there, and pause it over the next start", async () => {
    for (const args of [
      ["set", "crm", "--rate", "3"],
      ["set", "crm", "--url", `${receiver.url}/elsewhere`],
      ["rm", "crm", "--yes"],
    ]) {
      const { code, err } = await rainhooks("destinations", ...args);
      expect([args, code]).toEqual([args, 2]);
      expect(err).toMatch(/in the stage's file|The stage's file has the whole URL/);
    }
    expect((await rainhooks("destinations", "add", "crm", "--url", receiver.url)).code).toBe(1);
    await json("destinations", "set-secrets", "crm", "--header", "X-Api-Key: hidden");
    await json("destinations", "pause", "crm");
    await start({ crm: { ...crm(), url: `${receiver.url}/moved`, ratePerS: 100 } });
    expect((await json("destinations", "show", "crm")).destination).toMatchObject({
      ...{ state: "paused", ratePerS: 100, headerNames: ["x-api-key"], wholeUrl: `${receiver.url}/moved` },
    });
    await json("destinations", "resume", "crm", "--skip-missed", "--yes");
    await json("destinations", "test", "crm", "--node", "after");
    expect(receiver.requests.at(-1)).toMatchObject({ path: "/moved", headers: { "x-api-key": "hidden" } });
  });

  it("secrets that it has go to a new host of the file only if somebody says so", async () => {
    const other = await startReceiver();
    await start({ crm: { ...crm(), url: other.url } });
    const { code, err } = await rainhooks("destinations", "set-secrets", "crm");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/for another host \(header x-api-key\).*--same-secrets\.$/),
    ]);
    await json("destinations", "set-secrets", "crm", "--same-secrets");
    await json("destinations", "test", "crm");
    expect(other.requests).toMatchObject([{ headers: { "x-api-key": "hidden" } }]);
    await start({ crm: crm() });
    await json("destinations", "set-secrets", "crm", "--remove-header", "x-api-key");
    await other.stop();
  });

  it("a name that a command has given stays its own, and says so at the start", async () => {
    await json("destinations", "add", "own", "--url", receiver.url);
    const { problems } = await start({ crm: crm(), own: { url: receiver.url } });
    expect(problems).toEqual([
      expect.stringMatching(/^The stage's file has a destination own, and a command has made/),
    ]);
    expect((await json("destinations", "show", "own")).destination.origin).toBeUndefined();
    await json("destinations", "rm", "own", "--yes");
  });

  it("without it in the file, it is gone, its events too, and its secrets when somebody removes them", async () => {
    await json("destinations", "pause", "crm");
    const { lines } = await start({});
    expect(lines).toEqual(["  not any more  crm, which the stage's file has not"]);
    const before = receiver.requests.length;
    await rainhooks("trigger", "alert", "--node", "late");
    const { out } = await rainhooks("destinations");
    expect(out).toMatch(
      /^crm is no longer in the stage's file; its secrets are left: .*destinations rm crm$/,
    );
    expect(await json("destinations", "rm", "crm", "--yes")).toEqual({ removed: "crm" });
    expect(await json("destinations")).toEqual({ destinations: [], pauses: [], left: [] });
    expect((await rainhooks("dlq")).code).toBe(0);
    expect(receiver.requests).toHaveLength(before);
  });
});
