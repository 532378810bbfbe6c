import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { JsonObject } from "@rainhooks/core/json";
import type { Hono } from "hono";
import type { FirstRunModule } from "./first-run.ts";
import type { Functions } from "./functions.ts";
import type { OwnExtension } from "./own-extension.ts";
import type { StageTool } from "./query/stage-tool.ts";
import type { ReachedStage } from "./reached.ts";
import type { Jobs } from "./routes/jobs.ts";
import type { StageSource } from "./stage-source.ts";
import type { Line } from "./terminal/lines.ts";

/** What routes of the console are made with. */
export interface ConsoleParts {
  readonly source: StageSource;
  readonly jobs: Jobs;
  readonly functions: Functions;
}

/** What an extension adds to the console below `/console`. */
export interface ExtensionRoutes {
  readonly routesOf: (dependencies: ConsoleParts) => Hono;
  /** Fields of the response about the webhooks of a stage. */
  readonly webhooksFields?: (reached: ReachedStage) => Promise<object>;
  /** Fields of the response about a delivery. */
  readonly deliveryFields?: (reached: ReachedStage, delivery: Delivery) => Promise<object>;
}

/** Fields of a stage's file that an extension reads for the local stage. */
export interface FileFields {
  /** What is wrong with them. */
  readonly mistakes: readonly string[];
  /** Gives a running stage what they say, as a deployment does. */
  readonly apply: (reached: ReachedStage) => Promise<AppliedFields>;
}

/** What people should know of the fields of a file. */
export interface AppliedFields {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Reads fields of a stage's file.
 *
 * @param readText Returns the text of a file that the stage's file names.
 */
export type ReadFileFields = (stage: JsonObject, readText: (path: string) => string) => FileFields;

/** Where events come from, if not from the topics of RainMaker. */
export interface EventSource {
  /** In options and outputs, such as `classic`. */
  readonly name: string;
  /**
   * Why commands about RainMaker refuse a stage with it: how a sentence goes on that says whose events these
   * are. Absent if it has RainMaker's API, and so users, tags and filters.
   */
  readonly refusal?: string;
}

/**
 * What an extension that comes with Rainhooks adds to the programs. Questions and pages, which are in
 * bundles, have lists of their own (`apps/list`).
 *
 * @typeParam Source How the local stage starts the source of events that it brings, if it brings one.
 */
export interface Extension<Source extends EventSource = never> extends OwnExtension {
  /** Extensions whose code it uses: who deletes one of them deletes this one, too. @defaultValue none */
  readonly needs?: readonly string[];
  /** Tools of an assistant: none of them changes anything. */
  readonly tools?: () => Promise<{ readonly toolsOf: (functions: Functions) => readonly StageTool[] }>;
  readonly routes?: () => Promise<ExtensionRoutes>;
  /** Lines of `rainhooks stage`. */
  readonly lines?: () => Promise<{
    readonly stageLines: (reached: ReachedStage) => Promise<readonly Line[]>;
  }>;
  readonly source?: Source;
  /** Its step of the first run of the local stage. */
  readonly firstRun?: () => Promise<FirstRunModule>;
  /** Its fields of the file of a local stage. */
  readonly stageFile?: () => Promise<{ readonly readFileFields: ReadFileFields }>;
}
