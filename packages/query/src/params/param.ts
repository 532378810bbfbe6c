import { RainhooksError } from "@rainhooks/core";

/** JSON Schema of a value as it is written in a URL. */
export type ParamSchema = Readonly<Record<string, unknown>>;

/** Something that a question has to be told: how it is written, and what it means. */
export interface Param<Value> {
  readonly description: string;
  readonly schema: ParamSchema;
  /** Word for the value in a command's help; a flag has none. */
  readonly placeholder: string | undefined;
  /** What it is when nothing is said; a required parameter has none. */
  readonly fallback: { readonly value: Value } | undefined;
  /**
   * Reads a value that was written down.
   *
   * @throws {ParamMistake} when it is none.
   */
  readonly read: (text: string) => Value;
}

/** Parameters by their names. */
export type Params = Readonly<Record<string, Param<unknown>>>;

/** The values of parameters. */
export type ValuesOf<Of extends Params> = {
  readonly [Name in keyof Of]: Of[Name] extends Param<infer Value> ? Value : never;
};

/** A value that a parameter cannot have; says what it must be. */
export class ParamMistake extends Error {}

/**
 * Reads the parameters of a question.
 *
 * @param others Names of what can be said besides; they are not read here.
 * @throws {RainhooksError} `input-invalid`, naming every parameter that is missing, unknown or wrong.
 */
export function readParams<Of extends Params>(
  params: Of,
  texts: Readonly<Record<string, string | undefined>>,
  others: readonly string[] = [],
): ValuesOf<Of> {
  const names = [...Object.keys(params), ...others];
  const mistakes = Object.keys(texts)
    .filter((name) => texts[name] !== undefined && !Object.hasOwn(params, name))
    .map(
      (name) =>
        `there is no ${name}; ${names.length === 0 ? "nothing can be said here" : `there are ${names.join(", ")}`}`,
    );
  const values = Object.entries(params).map(([name, param]) => {
    try {
      return [name, readOne(param, Object.hasOwn(texts, name) ? texts[name] : undefined)];
    } catch (error) {
      if (!(error instanceof ParamMistake)) throw error;
      mistakes.push(`${name} ${error.message}`);
      return [name, undefined];
    }
  });
  if (mistakes.length > 0) {
    throw new RainhooksError("input-invalid", `${mistakes.join("; ")}.`, { permanent: true });
  }
  return Object.fromEntries(values) as ValuesOf<Of>;
}

function readOne({ read, fallback }: Param<unknown>, text: string | undefined): unknown {
  if (text !== undefined) return read(text);
  if (fallback === undefined) throw new ParamMistake("is missing");
  return fallback.value;
}
