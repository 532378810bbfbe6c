import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { type StageOutputs, stageOutputs } from "@rainhooks/stage/outputs";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";
import * as v from "valibot";
import type { StageConfig } from "../config.ts";
import { synthesizeIn } from "../synthesize.ts";
import { applyToEmulator, emulatorServices } from "./apply-to-emulator.ts";

/** The archive's bucket of the stage `dev`. */
export const ARCHIVE = "rainhooks-dev-archive-test";
/** The node whose events are published. */
export const NODE = "judged-node";

/** A stage on ministack. */
export interface MinistackStage {
  readonly endpoint: string;
  readonly services: ReturnType<typeof emulatorServices>;
  readonly outputs: StageOutputs;
  /** Publishes a message to a topic of RainMaker. */
  publish(topic: string, message: string): Promise<void>;
  /** Publishes that the node has connected. */
  connect(): Promise<void>;
  /** Returns the keys of the archive's objects. */
  keysIn(prefix: string): Promise<string[]>;
  /** Invokes a function; returns the text that it returns. */
  invoke(name: string, request: unknown): Promise<string>;
  stop(): void;
}

/**
 * Starts ministack and deploys a stage on it. ministack is an independent implementation: it runs
 * the deployed zips as functions, and delivers to them through event source mappings of its own.
 */
export async function startMinistack(stage: StageConfig): Promise<MinistackStage> {
  const folder = mkdtempSync(join(tmpdir(), "ministack-"));
  const port = await freePort();
  const command = process.env["MINISTACK"] ?? "ministack";
  const ministack: ChildProcess = spawn(command, [], {
    cwd: folder,
    stdio: "ignore",
    env: environment(port),
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(isUp, (up) => up);
  const services = emulatorServices(endpoint);
  const synthesized = synthesizeIn(join(folder, "out"), stage);
  const created = await applyToEmulator(synthesized, services);
  const outputs = JSON.stringify(synthesized.stack.output["stage"]?.["value"]);
  const publish = async (topic: string, Message: string) => {
    const { TopicArn } = await services.sns.send(
      new CreateTopicCommand({ Name: `esp_rainmaker_sns_${topic}` }),
    );
    await services.sns.send(new PublishCommand({ TopicArn, Message }));
  };
  return {
    endpoint,
    services,
    publish,
    // Athena's names and the address of the query API are those of nothing.
    outputs: v.parse(stageOutputs, JSON.parse(created.resolve(outputs, "none"))),
    connect: async () => {
      const timestamp = Date.now();
      const event_data = { node_id: NODE, connectivity: { connected: true, timestamp } };
      const event = { event_type: "rmaker.event.node_connected", timestamp, event_data };
      await publish("node_connected", JSON.stringify(event));
    },
    keysIn: async (Prefix) => {
      const list = new ListObjectsV2Command({ Bucket: ARCHIVE, Prefix });
      const { Contents = [] } = await services.s3.send(list);
      return Contents.map(({ Key = "" }) => Key);
    },
    invoke: async (name, request) => {
      const { Payload, FunctionError } = await services.lambda.send(
        new InvokeCommand({
          FunctionName: `rainhooks-dev-${name}`,
          Payload: JSON.stringify(request),
        }),
      );
      const text = Payload?.transformToString() ?? "";
      if (FunctionError !== undefined) throw new Error(`${name} has failed: ${text}`);
      return text;
    },
    stop: () => {
      ministack.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It runs functions with the first Node.js on its path. Its own variables must not reach them. */
function environment(port: string): NodeJS.ProcessEnv {
  const { LOG_LEVEL, ...env } = process.env;
  return {
    ...env,
    PATH: `${dirname(process.execPath)}${delimiter}${env["PATH"]}`,
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: port,
    MINISTACK_ACCOUNT_ID: "123456789012",
    LAMBDA_EXECUTOR: "local",
  };
}
