import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { Hono } from "hono";
import type { ExtensionData } from "./extension-data.ts";
import type { FirstRunModule } from "./first-run.ts";
import type { ProjectContents } from "./functions.ts";
import type { ProjectExtension } from "./project-extension.ts";
import type { Jobs } from "./routes/jobs.ts";
import type { RowOutcome, SearchHit } from "./routes/responses.ts";
import type { StageAccess } from "./stage-access.ts";
import type { StageSource } from "./stage-source.ts";
import type { Line } from "./terminal/format-table.ts";

/** What routes of the console are made with. */
export interface RouteContext {
  readonly source: StageSource;
  readonly jobs: Jobs;
  readonly project: ProjectContents;
}

/** What an extension adds to the console below `/console`. */
export interface ExtensionRoutes {
  readonly routesOf: (dependencies: RouteContext) => Hono;
  /** Fields of the response about the webhooks of a stage. */
  readonly webhooksFields?: (access: StageAccess) => Promise<object>;
  /** Fields of the response about a delivery. */
  readonly deliveryFields?: (access: StageAccess, delivery: Delivery) => Promise<object>;
  /** Returns what came of each of some deliveries, in short. */
  readonly outcomes?: (
    access: StageAccess,
    deliveries: readonly Delivery[],
  ) => Promise<readonly (readonly RowOutcome[])[]>;
  /** Returns what has exactly this id; with a number of reads that does not grow with the stage. */
  readonly lookUp?: (access: StageAccess, id: string) => Promise<readonly SearchHit[]>;
}

/** Where events come from, if not from the topics of RainMaker. */
export interface EventSource {
  /** In options and outputs, such as `classic`. */
  readonly name: string;
  /**
   * Why commands about RainMaker refuse a stage with it: how a sentence goes on that says whose
   * events these are. Absent if it has RainMaker's API, and so users, tags and filters.
   */
  readonly refusal?: string;
}

/**
 * What an extension that comes with Rainhooks adds to the programs. Questions and pages, which are
 * in bundles, have lists of their own (`apps/list`).
 *
 * @typeParam Source How the local stage starts the source of events that it brings, if it brings
 * one.
 */
export interface Extension<Source extends EventSource = never>
  extends ProjectExtension,
    ExtensionData {
  /** Extensions whose code it uses, without which it must be deleted, too. @defaultValue none */
  readonly needs?: readonly string[];
  readonly routes?: () => Promise<ExtensionRoutes>;
  /** Lines of `rainhooks stage`. */
  readonly lines?: () => Promise<{
    readonly stageLines: (access: StageAccess) => Promise<readonly Line[]>;
  }>;
  readonly source?: Source;
  /** Its step of the first run of the local stage. */
  readonly firstRun?: () => Promise<FirstRunModule>;
}
