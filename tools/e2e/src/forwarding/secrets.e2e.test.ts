import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { listAttempts } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { eventually } from "@rainhooks/testing/eventually";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { runCommand } from "../cli/testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

/* After a full run: secrets are in the file of secrets, and nowhere else. */

const MARK = "s3cr3t";
const SECRETS_FOLDER = "secret-destinations";

describe("the secrets of destinations", () => {
  let stage: ForwardStage;
  let receiver: TestReceiver;
  /** Bodies of requests: also what a receiver repeats of a request is not kept. */
  beforeAll(async () => {
    stage = await startForwardStage({ webhooks: ["archive"] });
    receiver = await startReceiver(({ path, headers }, response) => {
      if (path.startsWith(`/token-${MARK}`))
        response.end(JSON.stringify({ access_token: `token-${MARK}`, expires_in: 3600 }));
      else
        response
          .writeHead(path.includes("fail") ? 500 : 200, { "x-echo": path })
          .end(`You sent ${JSON.stringify(headers)} to ${path}`);
    });
    const target = (name: string) => `${receiver.url}/${name}/path-${MARK}?query=query-${MARK}`;
    await stage.add(
      target("plain"),
      { id: "plain" },
      { headers: { "x-api-key": `header-${MARK}` } },
    );
    await stage.add(
      target("basic"),
      { id: "basic", auth: "basic" },
      { basic: { user: `user-${MARK}`, password: `password-${MARK}` } },
    );
    await stage.add(
      target("oauth"),
      { id: "oauth", auth: "oauth2" },
      {
        oauth2: {
          tokenUrl: `${receiver.url}/token-${MARK}`,
          clientId: `client-${MARK}`,
          clientSecret: `clientsecret-${MARK}`,
        },
      },
    );
    await stage.add(
      target("fail"),
      { id: "fail", schedule: [1] },
      { headers: { "x-api-key": `fail-${MARK}` } },
    );
    await stage.publish("rmaker.event.alert", { node_id: "n1", message_body: "Too hot" });
    await eventually(
      () => receiver.requests.filter(({ path }) => path.startsWith("/fail")),
      (seen) => seen.length === 2,
    );
    await eventually(
      () => lettersOf(),
      (letters) => letters.includes("2 attempts failed"),
    );
  });
  afterAll(async () => {
    await receiver.stop();
    await stage.stop();
  });

  const lettersOf = async () =>
    (await runCommand(["dlq", "show", "retries", "--json", "--data", stage.dataDir])).out;

  it("the secrets of destinations arrive where they belong", () => {
    const received = JSON.stringify(receiver.requests);
    for (const part of ["path", "query", "header", "token", "fail"])
      expect(received).toContain(`${part}-${MARK}`);
  });

  it("the secrets are in one folder that only the user can read, and in no log, table, archive or output", async () => {
    await stage.stage.flush();
    const { dataDir } = stage;
    const names = await readdir(dataDir, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    const found: string[] = [];
    for (const file of files) if ((await readFile(file)).includes(MARK)) found.push(file);
    const folder = join(dataDir, SECRETS_FOLDER);
    expect(found.filter((file) => !file.startsWith(folder))).toEqual([]);
    expect(found).not.toEqual([]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const file of found) expect((await stat(file)).mode & 0o777).toBe(0o600);
    // What was looked through is not empty.
    expect(files.some((file) => file.endsWith("attempts.log"))).toBe(true);
    expect(files.length).toBeGreaterThan(5);
  });

  it("the secrets are in no item and no dead letter", async () => {
    const { clients } = stage.stage;
    for (const destination of ["plain", "basic", "oauth", "fail"]) {
      const range = { destinations: [destination], fromMs: 0, toMs: Date.now() + 1, limit: 100 };
      expect((await listAttempts(stage.attempts, range)).attempts.length).toBeGreaterThan(0);
    }
    const { ScanCommand } = await import("@aws-sdk/client-dynamodb");
    for (const { tableName: TableName } of [stage.attempts, stage.stores.table]) {
      const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName }));
      expect(Items.length).toBeGreaterThan(3);
      expect(JSON.stringify(Items)).not.toContain(MARK);
    }
    const letters = await lettersOf();
    expect(letters).toContain("2 attempts failed");
    expect(letters).not.toContain(MARK);
  });

  it("the secrets are in no environment and no command line of a process", async () => {
    const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
    for (const pid of pids)
      for (const file of ["environ", "cmdline"]) {
        const text = await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
        expect([pid, file, text.includes(MARK)]).toEqual([pid, file, false]);
      }
  });
});
