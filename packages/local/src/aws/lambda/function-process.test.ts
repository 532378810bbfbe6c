import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { isAlive } from "@rainhooks/stage/stage-file";
import { eventually } from "@rainhooks/testing/eventually";
import { FunctionProcess, type FunctionSpec } from "./function-process.ts";

describe("FunctionProcess", () => {
  let folder: string;
  let lines: string[];
  let running: FunctionProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "function-"));
    lines = [];
  });
  afterEach(async () => {
    await running?.stop();
    await rm(folder, { recursive: true });
  });

  async function functionOf(
    code: string,
    own: Partial<FunctionSpec> = {},
  ): Promise<FunctionProcess> {
    await writeFile(join(folder, "index.mjs"), code);
    const spec: FunctionSpec = {
      name: "test",
      bundleDir: folder,
      memoryMiB: 128,
      timeoutS: 60,
      environment: {},
      onLine: (line) => lines.push(line),
    };
    running = new FunctionProcess(
      Object.defineProperties(spec, Object.getOwnPropertyDescriptors(own)),
    );
    return running;
  }

  it("FunctionProcess returns the handler's result, and keeps its process between invocations", async () => {
    const one = await functionOf(
      "let count = 0; export const handler = async (event) => ({ event, count: ++count });",
    );
    expect(await one.invoke({ a: 1 })).toEqual({
      kind: "result",
      result: { event: { a: 1 }, count: 1 },
    });
    expect(await one.invoke({})).toMatchObject({ result: { count: 2 } });
  });

  it("FunctionProcess has the trace header of each invocation where AWS SDKs look for it", async () => {
    const one = await functionOf(
      "export const handler = async () => process.env._X_AMZN_TRACE_ID;",
    );
    const header = "Root=1;Lineage=00000000:3";
    expect(await one.invoke({}, undefined, header)).toMatchObject({ result: header });
    expect(await one.invoke({})).toMatchObject({ result: "" });
  });

  it("FunctionProcess can stop its process between invocations, so unfinished work waits for the next one", async () => {
    const code = `
      import { appendFileSync } from "node:fs";
      import { setTimeout as pause } from "node:timers/promises";
      let ticks = 0;
      setInterval(() => appendFileSync(process.env.TICKS, String(++ticks % 10)), 10);
      export const handler = async ({ wanted }) => {
        while (ticks < wanted) await pause(10);
      };`;
    const path = join(folder, "ticks");
    const one = await functionOf(code, { environment: { TICKS: path }, freezes: true });
    await one.invoke({ wanted: 1 });
    const { size } = await stat(path);
    await pause(500);
    expect((await stat(path)).size).toBe(size);
    expect(await one.invoke({ wanted: size + 1 })).toMatchObject({ kind: "result" });
  });

  it("FunctionProcess can be stopped while its code is still loading, and then its process is gone", async () => {
    const one = await functionOf(
      "await new Promise((done) => setTimeout(done, 1e9)); export const handler = 1;",
    );
    const starting = one.start();
    await eventually(
      () => one.pid,
      (pid) => pid !== undefined,
    );
    await one.stop();
    expect(await starting).toMatchObject({ kind: "error" });
  });

  it("FunctionProcess trusts the certificates that the stage trusts", async () => {
    const before = process.env["NODE_EXTRA_CA_CERTS"];
    process.env["NODE_EXTRA_CA_CERTS"] = "/nowhere/ca.pem";
    const one = await functionOf(
      "export const handler = async () => process.env.NODE_EXTRA_CA_CERTS;",
    );
    const outcome = await one.invoke({});
    if (before === undefined) delete process.env["NODE_EXTRA_CA_CERTS"];
    else process.env["NODE_EXTRA_CA_CERTS"] = before;
    expect(outcome).toEqual({ kind: "result", result: "/nowhere/ca.pem" });
  });

  it("FunctionProcess has only the variables of its function", async () => {
    process.env["SECRET_OF_THE_STAGE"] = "secret";
    const one = await functionOf("export const handler = async () => process.env;", {
      environment: { MINE: "yes" },
    });
    const outcome = await one.invoke({});
    delete process.env["SECRET_OF_THE_STAGE"];
    if (outcome.kind !== "result") throw new Error("failed");
    const names = Object.keys(outcome.result as object).filter(
      (name) => !/^NODE_(?:CHANNEL|EXTRA_CA)/.test(name),
    );
    expect(names.sort()).toEqual([
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "LAMBDA_TASK_ROOT",
      "MINE",
      "_X_AMZN_TRACE_ID",
    ]);
  });

  it("FunctionProcess has Lambda's context", async () => {
    const one = await functionOf(
      "export const handler = async (_, c) => ({ name: c.functionName, id: c.awsRequestId, left: c.getRemainingTimeInMillis() });",
    );
    const outcome = await one.invoke({});
    expect(outcome).toMatchObject({
      result: { name: "test", id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const { left } = (outcome as { result: { left: number } }).result;
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it("FunctionProcess reports an error with its type", async () => {
    const one = await functionOf(
      "export const handler = async () => { throw new RangeError('too far'); };",
    );
    expect(await one.invoke({})).toEqual({
      kind: "error",
      error: { errorType: "RangeError", errorMessage: "too far" },
    });
  });

  it("FunctionProcess is killed after the timeout, and starts again for the next invocation", async () => {
    const code =
      "export const handler = async (e) => e.hang ? new Promise(() => setInterval(() => {}, 1000)) : process.pid;";
    let timeoutS = 60;
    const limits = {
      get timeoutS() {
        return timeoutS;
      },
    };
    const one = await functionOf(code, limits);
    const first = await one.invoke({});
    const { pid = 0 } = one;
    timeoutS = 1;
    expect(await one.invoke({ hang: true })).toMatchObject({
      kind: "error",
      error: { errorType: "Sandbox.Timedout" },
    });
    await eventually(
      async () => isAlive(pid),
      (runs) => !runs,
    );
    timeoutS = 60;
    const second = await one.invoke({});
    expect(second.kind).toBe("result");
    expect(second).not.toEqual(first);
  });

  it("FunctionProcess reports a process that ends, and starts again", async () => {
    const one = await functionOf(
      "export const handler = async (e) => e.die ? process.exit(3) : 'alive';",
    );
    expect(await one.invoke({ die: true })).toMatchObject({
      kind: "error",
      error: {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringContaining("exit code 3"),
      },
    });
    expect(await one.invoke({})).toEqual({ kind: "result", result: "alive" });
  });

  it("FunctionProcess refuses a bundle without a handler: its file may be half written", async () => {
    const one = await functionOf("export const other = 1;");
    expect(await one.start()).toMatchObject({ error: { errorMessage: "It exports no handler." } });
  });

  it("FunctionProcess reports a bundle that does not load", async () => {
    const one = await functionOf("throw new Error('TABLE is not set');");
    expect(await one.start()).toEqual({
      kind: "error",
      error: {
        errorType: "Error",
        errorMessage: "TABLE is not set",
        place: expect.stringMatching(/index\.mjs:1:7$/),
      },
    });
  });

  it("FunctionProcess returns the whole output of an invocation, and to its caller only", async () => {
    const one = await functionOf(
      "export const handler = async ({ name }) => { for (let i = 0; i < 5000; i++) console.log(name + i); process.stdout.write('no line end'); };",
    );
    for (const name of ["a", "b"]) {
      const own: string[] = [];
      lines = [];
      await one.invoke({ name }, (line) => own.push(line));
      expect(own).toEqual([
        ...Array.from({ length: 5000 }, (_, index) => `${name}${index}`),
        "no line end",
      ]);
      expect(lines).toEqual(own);
    }
  });

  it("FunctionProcess responds although it has closed its output", async () => {
    const one = await functionOf(
      "export const handler = async () => { process.stdout.destroy(); return 1; };",
    );
    expect(await one.invoke({})).toEqual({ kind: "result", result: 1 });
  });

  it("FunctionProcess passes on the function's output line by line", async () => {
    const one = await functionOf(
      "export const handler = async () => { console.log('out\\nmore'); console.error('err'); };",
    );
    await one.invoke({});
    await eventually(
      () => lines.length,
      (count) => count >= 3,
    );
    expect(lines.sort()).toEqual(["err", "more", "out"]);
  });
});
