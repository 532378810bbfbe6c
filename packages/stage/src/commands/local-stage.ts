/** Name of the stage that runs on this machine. */
export const LOCAL_STAGE = "local";

/** The options that select a stage. */
export interface StageSelection {
  /** Name of the stage; `local` (the default) is the one on this machine. */
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly data?: string | undefined;
  /** A profile of the AWS configuration of this machine, for a deployed stage. */
  readonly profile?: string | undefined;
}

/**
 * Returns the name of the selected stage; an empty name, as from an empty variable, counts as not
 * given.
 */
export function stageNameOf({ stage }: Pick<StageSelection, "stage">): string {
  return stage || LOCAL_STAGE;
}

/** Returns the options that select a stage, among all of a command. */
export function selectionIn(values: Readonly<Record<string, unknown>>): StageSelection {
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  return { stage: text("stage"), region: text("region"), data: text("data") };
}

let lastOptions: StageSelection | undefined;

/** Keeps the options with which a stage is looked for. */
export function keepSelection(options: StageSelection): void {
  lastOptions = options;
}

/** Returns the options with which a stage was looked for last. */
export function lastStageSelection(): StageSelection | undefined {
  return lastOptions;
}
