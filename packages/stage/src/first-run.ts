import type { StageAccess } from "./stage-access.ts";

/** A first run of the local stage, as the steps of extensions use it. */
export interface FirstRunContext {
  readonly reach: () => Promise<StageAccess>;
  /** Aborted when the stage stops. */
  readonly signal: AbortSignal;
  readonly onProblem: (text: string) => void;
}

/** What an extension adds to a first run. */
export interface FirstRunStep {
  /** What the stage has by it, for people. */
  readonly has?: string;
  /** The port that it listens on: it is given to `resumeStep` at the next start. */
  readonly port?: number;
  /** Called when the fleet has lived until now, since `startMs`. */
  readonly afterFleet?: (startMs: number) => Promise<void>;
  /** Called when the stage stays up, after those of the extensions before it have ended. */
  readonly goOn?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
}

/** The module with an extension's step of a first run. */
export interface FirstRunModule {
  /** Called before the fleet lives. */
  readonly beginStep: (context: FirstRunContext) => Promise<FirstRunStep>;
  /** Opens again the port that it had. */
  readonly resumeStep?: (
    port: number,
    onProblem: (text: string) => void,
  ) => Promise<Pick<FirstRunStep, "stop">>;
}
