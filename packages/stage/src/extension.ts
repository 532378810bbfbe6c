import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { Hono } from "hono";
import type { Functions } from "./functions.ts";
import type { StageTool } from "./query/stage-tool.ts";
import type { ReachedStage } from "./reached.ts";
import type { Jobs } from "./routes/jobs.ts";
import type { StageSource } from "./stage-source.ts";
import type { Line } from "./terminal/lines.ts";

/** Adds commands to the command line. */
export type AddCommands = (program: CommandUnknownOpts, functions: Functions) => void;

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

/**
 * What an extension adds to the programs. What a program runs is a module of its own, which it loads when it
 * starts, so that no program loads what another one runs. Questions and pages, which are in bundles, have
 * lists of their own (`apps/list`).
 */
export interface Extension {
  /** The name of its folder. */
  readonly name: string;
  /** What a stage has with it, in a sentence. */
  readonly description: string;
  /** Extensions whose code it uses: who deletes one of them deletes this one, too. */
  readonly needs: readonly string[];
  readonly functions: Functions;
  readonly commands?: () => Promise<{ readonly addCommands: AddCommands }>;
  /** Tools of an assistant: none of them changes anything. */
  readonly tools?: () => Promise<{ readonly toolsOf: (functions: Functions) => readonly StageTool[] }>;
  readonly routes?: () => Promise<ExtensionRoutes>;
  /** Lines of `rainhooks stage`. */
  readonly lines?: () => Promise<{
    readonly stageLines: (reached: ReachedStage) => Promise<readonly Line[]>;
  }>;
}
