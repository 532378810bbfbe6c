import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import {
  type DevelopedStage,
  startDevelopedStage,
} from "@rainhooks/app-local/testing/developed-stage";
import type { EventType } from "@rainhooks/core/catalog";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { eventually } from "@rainhooks/testing/eventually";
import { defineWebhook } from "@rainhooks/webhook/define";

/** In this app, whose dependencies the written code then finds. */
const WRITTEN = join(import.meta.dirname, "../written");

const DEFINITION = {
  name: "door-bell",
  description: "For this test.",
  events: ["rmaker.event.alert"],
} as const;

/** A handler that runs `body` for each item; \`value\` comes from a file outside of the app. */
const handlerOf = (body: string) => `
import { eventHandler } from "@rainhooks/webhook";
import { value } from "../../shared/value.ts";
import { doorBell } from "./webhook.ts";

export const handler = eventHandler(doorBell, () => ({
  write: async (items: readonly { id: string; value: { data: { nodeId?: string } } }[]) => {
    for (const { value: event } of items) { ${body} }
    return [];
  },
}));
`;

const definitionOf = (events: readonly string[]) => `
import { defineWebhook } from "@rainhooks/webhook/define";
export const doorBell = defineWebhook(${JSON.stringify({ ...DEFINITION, events })});
`;

const LOGS_VALUE = "console.log(JSON.stringify({ value, node: event.data.nodeId }));";

describe("a webhook that is being developed", () => {
  let folder: string;
  let running: DevelopedStage;

  const writeSource = (path: string, text: string) => writeFile(join(folder, path), text);

  beforeAll(async () => {
    await mkdir(WRITTEN, { recursive: true });
    folder = await mkdtemp(join(WRITTEN, "watch-"));
    await mkdir(join(folder, "door-bell/src"), { recursive: true });
    await mkdir(join(folder, "shared"));
    await writeSource("shared/value.ts", 'export const value: string = "first";');
    await writeSource("door-bell/src/webhook.ts", definitionOf(["rmaker.event.alert"]));
    await writeSource("door-bell/src/handler.ts", handlerOf(LOGS_VALUE));
    running = await startDevelopedStage(defineWebhook(DEFINITION), folder);
  });
  afterAll(async () => {
    await running?.stop();
    await rm(folder, { recursive: true });
  });

  async function send(
    node: string,
    type: EventType = "rmaker.event.alert",
    data: object = {},
  ): Promise<void> {
    const event_data = { node_id: node, message_body: "ring", ...data };
    await publishEvent(running.stage, type, event_data);
  }

  /** Waits for a line that the developer sees, after those that are there already. */
  async function untilLine(pattern: RegExp, after = 0): Promise<string> {
    const seen = await eventually(
      () => running.lines.slice(after),
      (lines) => lines.some((line) => pattern.test(line)),
    );
    return seen.find((line) => pattern.test(line)) ?? "";
  }

  /**
   * Saves a file, and waits until the developer sees what came of it. esbuild watches what it has
   * read once its build has ended: a file that is saved within that moment, which only a test can
   * do, is saved again.
   */
  async function changed(
    path: string,
    text: string,
    pattern = /^door-bell reloaded in \d+\.\d\d s$/,
  ): Promise<string> {
    const after = running.lines.length;
    await writeSource(path, text);
    const again = setInterval(() => void writeSource(path, text), 20_000);
    return untilLine(pattern, after).finally(() => clearInterval(again));
  }

  const logged = () => running.stage.totals("door-bell").Delivered;

  it("npm start shows each event as one line: time, webhook, type, node, outcome", async () => {
    await send("front");
    expect(await untilLine(/front/)).toMatch(
      /^\d\d:\d\d:\d\d {2}door-bell {2}alert {15} {2}front {17} {2}handled$/,
    );
    await send("\u001b[2J\u202efront\u0007door");
    expect(await untilLine(/door +handled/)).toMatch(/ {2}\ufffd\[2J\ufffdfront\ufffddoor /);
    expect(running.lines.join("")).not.toMatch(/\p{Cc}/u);
  });

  it("a webhook is reloaded when its handler changes", async () => {
    await changed(
      "door-bell/src/handler.ts",
      handlerOf('throw new Error("https://user:key@bell.example/secret " + value);'),
    );
    await send("second");
    expect(await untilLine(/second/)).toMatch(
      /will be retried: unexpected: https:\/\/bell\.example\/… first$/,
    );
    await changed("door-bell/src/handler.ts", handlerOf(LOGS_VALUE));
    // The record was not lost, and is retried within seconds.
    await untilLine(/second .*handled$/);
  });

  it("a webhook is reloaded when a file changes that it imports from elsewhere", async () => {
    await changed(
      "shared/value.ts",
      'export const value = "from elsewhere"; throw new Error(value);',
      /was not reloaded/,
    );
    expect(running.lines.at(-1)).toMatch(
      /^door-bell was not reloaded: from elsewhere \(shared\/value\.ts:1:\d+\)$/,
    );
    await changed("shared/value.ts", 'export const value = "fixed";');
  });

  it("a webhook keeps running with a syntax error, which is shown with its place", async () => {
    const before = logged();
    await changed(
      "door-bell/src/handler.ts",
      `${handlerOf(LOGS_VALUE)}\nconst broken = ;\n`,
      /^door-bell was not reloaded: door-bell\/src\/handler\.ts:13:16: Unexpected ";"\n {4}const broken = ;$/,
    );
    await send("while broken");
    await untilLine(/while broken +handled$/);
    expect(logged()).toBe(before + 1);
    await changed(
      "door-bell/src/handler.ts",
      'import "./missing.ts";',
      /handler\.ts:1:8: Could not resolve "\.\/missing\.ts"/,
    );
    // A new file is noticed too.
    await changed(
      "door-bell/src/missing.ts",
      `${handlerOf(LOGS_VALUE)}`,
      /was not reloaded|reloaded in/,
    );
    await changed("door-bell/src/handler.ts", `${handlerOf(LOGS_VALUE)}\n// fixed`);
  });

  it("a webhook gets other events when its definition changes", async () => {
    await changed("door-bell/src/webhook.ts", definitionOf(["rmaker.event.node_connected"]));
    expect(running.stage.webhooks.map(({ events }) => events)).toEqual([
      ["rmaker.event.node_connected"],
    ]);
    await send("not any more");
    await send("connected now", "rmaker.event.node_connected");
    await untilLine(/node_connected +connected now +handled$/);
    expect(running.lines.filter((line) => line.includes("not any more"))).toEqual([]);
    await changed(
      "door-bell/src/webhook.ts",
      "export const nothing = 1;",
      /was not reloaded: .*"doorBell"/,
    );
    await changed(
      "door-bell/src/webhook.ts",
      definitionOf([]),
      /was not reloaded: Webhook "door-bell": it has no events\.$/,
    );
    await changed("door-bell/src/webhook.ts", definitionOf(["rmaker.event.alert"]));
  });

  it("a webhook retries a failed invocation within seconds, although the queue hides its records for minutes", async () => {
    await changed(
      "door-bell/src/handler.ts",
      `${handlerOf(LOGS_VALUE)}\nlet calls = 0;\n`.replace(
        "export const handler =",
        "const inner =",
      ) +
        'export const handler = async (event: unknown, context: never) => { calls += 1; if (calls === 1) throw new RangeError("boom"); return inner(event, context); };',
    );
    await send("thrown");
    await untilLine(/thrown +will be retried: RangeError: boom$/);
    await untilLine(/thrown +handled$/);
  });

  test.each([
    ["fetch", "", 'await fetch("https://bell.example/secret?key=1");'],
    [
      "node:https",
      'import https from "node:https";',
      'await new Promise((resolve, reject) => { https.get("https://bell.example/secret?key=1", resolve).on("error", reject); });',
    ],
    [
      "a client of the AWS SDK",
      'import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";',
      'await new SQSClient({ endpoint: "https://bell.example/secret", maxAttempts: 1 }).send(new ListQueuesCommand({}));',
    ],
    [
      "the HTTP sink",
      'import { httpSink } from "@rainhooks/webhook/sinks"; const sink = httpSink<unknown>({ url: "https://bell.example/secret?key=1" });',
      'const [failure] = await sink.write([{ id: "1", value: event }]); if (failure) throw failure.error;',
    ],
  ])(
    "a webhook reaches no other machine with %s: the record is retried, and the developer sees it",
    async (_, imports, body) => {
      const attempts = () =>
        Number(/^Blocked (\d+)/.exec(running.outsideCalls.summary() ?? "")?.[1] ?? 0);
      const before = attempts();
      await changed("door-bell/src/handler.ts", `${imports}\n${handlerOf(body)}`);
      const after = running.lines.length;
      await send("outside");
      expect(await untilLine(/outside +will be retried/, after)).toContain(
        "connect ENETUNREACH bell.example:443: blocked by the local stage",
      );
      await untilLine(
        /^! blocked: door-bell → bell\.example:443\. Only "npm start -- --allow-outside" connects/,
      );
      await untilLine(/outside +will be retried/, running.lines.length);
      expect(attempts()).toBeGreaterThanOrEqual(before + 2);
      await changed("door-bell/src/handler.ts", handlerOf(LOGS_VALUE));
      await untilLine(/outside +handled$/, after);
      expect(running.outsideCalls.summary()).toMatch(
        /^Blocked \d+ attempts to reach other machines: door-bell → bell\.example:443 \d+$/,
      );
      expect(running.lines.join("\n")).not.toMatch(/secret|key=/);
    },
  );
});
