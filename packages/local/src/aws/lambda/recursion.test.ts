import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { localClients } from "@rainhooks/stage/clients";
import { eventually } from "@rainhooks/testing/eventually";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { type Emulators, startEmulators } from "../emulators/start-emulators.ts";
import { provisionQueues } from "../provision/provision.ts";
import { type EventSourceMapping, startEventSourceMapping } from "./event-source-mapping.ts";
import { MAX_CHAIN, traceOf } from "./recursion.ts";

describe("the count of a chain of requests", () => {
  it("the count of a chain of requests is that of the longest chain of a batch, for each function", () => {
    let header = traceOf("a", []).header;
    for (let number = 0; number < 4; number += 1) header = traceOf("a", [header]).header;
    expect(traceOf("a", [undefined, header, traceOf("a", []).header]).invocations).toBe(6);
    const { invocations, header: further } = traceOf("b", [header]);
    expect(invocations).toBe(1);
    expect(traceOf("a", [further]).invocations).toBe(6);
    expect(traceOf("a", ["Root=1-5759e988-bd862e3fe1be46a994272793", "nonsense"]).invocations).toBe(
      1,
    );
  });
});

describe("a function that sends to its own queue", () => {
  const calls = defineFunction({ trigger: "queue", name: "calls", description: "For this test." });
  let dataDir: string;
  let emulators: Emulators;
  let mapping: EventSourceMapping;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "recursion-"));
    emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
  });
  afterEach(async () => {
    await mapping.stop();
    await emulators.stop();
    await rm(dataDir, { recursive: true });
  });

  /** Sends a message to a function that sends each again; returns how often it is invoked. */
  async function invocations(allowsLoops: boolean, max: number) {
    const { sqs } = localClients(emulators.endpoint);
    const { queue } = await provisionQueues(sqs, "test", calls);
    const failures: string[] = [];
    let count = 0;
    const send = async (traceHeader: string | undefined) => {
      const command = new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "again" });
      // As the middleware of AWS SDKs does in a Lambda function.
      command.middlewareStack.add(
        (next) => (args) => {
          const { headers } = args.request as { readonly headers: Record<string, string> };
          if (traceHeader !== undefined) headers["X-Amzn-Trace-Id"] = traceHeader;
          return next(args);
        },
        { step: "build" },
      );
      await sqs.send(command);
    };
    mapping = startEventSourceMapping({
      sqs,
      queue,
      region: "us-east-1",
      name: calls.name,
      allowsLoops,
      endReceives: emulators.endReceives,
      traceHeaderOf: emulators.traceHeaderOf,
      batch: { size: 1, windowS: 0, maxConcurrency: 1 },
      onFailure: (text) => failures.push(text),
      onError: () => undefined,
      invoke: async (_event, _onLine, traceHeader) => {
        count += 1;
        if (count < max) await send(traceHeader);
        return { kind: "result", result: null };
      },
    });
    await send(undefined);
    await eventually(
      async () => count >= max || failures.length > 0,
      (isDone) => isDone,
    );
    return { count, failures };
  }

  it("a function that sends to its own queue is not invoked a seventeenth time by one chain", async () => {
    const { count, failures } = await invocations(false, 2 * MAX_CHAIN);
    expect(count).toBe(MAX_CHAIN);
    expect(failures).toEqual([
      expect.stringContaining(
        "RecursiveInvocationException: Lambda's recursive loop detection stops",
      ),
    ]);
  });

  it("a function that sends to its own queue goes on if that is allowed", async () => {
    expect(await invocations(true, 2 * MAX_CHAIN)).toEqual({ count: 2 * MAX_CHAIN, failures: [] });
  });
});
