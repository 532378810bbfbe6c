/** What the arguments of `npm run new-stage` say about a stage. */
export interface StageArguments {
  readonly name?: string;
  readonly production?: string;
  readonly region?: string;
  readonly account?: string;
  readonly "state-bucket"?: string;
  readonly email?: string;
  readonly "keep-days"?: string;
  readonly parts?: string;
}

/**
 * Reads the arguments.
 *
 * @param canAsk Whether what is missing can be asked for.
 * @param command What was typed for it.
 * @throws {TypeError} in one line, for unknown options, and for what is missing where nobody can be asked.
 */
export function readStageArguments(
  args: readonly string[],
  canAsk: boolean,
  command?: string,
): StageArguments;

/** A stage for experiments needs a name and a region; a production stage needs all. */
export function hasEnough(given: StageArguments): boolean;
