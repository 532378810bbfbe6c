import { wrongInput } from "@rainhooks/core/errors";

/** JSON Schema of a value in a URL. */
export type ParamSchema = Readonly<Record<string, unknown>>;

/** A parameter of a query: its description, and how its text is read. */
export interface Param<Value> {
  readonly description: string;
  readonly schema: ParamSchema;
  /** Placeholder of the value in the help of a command; `undefined` for a flag. */
  readonly placeholder: string | undefined;
  /** The default value; `undefined` for a required parameter. */
  readonly fallback:
    | { readonly value: Value /** As people write it. */; readonly text?: string }
    | undefined;
  /**
   * Converts the text of a value.
   *
   * @throws {ParamMistake} if the text is not a valid value.
   */
  readonly read: (text: string) => Value;
  /** Of a list: the same for all its texts. */
  readonly readAll?: (texts: readonly string[]) => Value;
  /** Its option in a command. @defaultValue its name */
  readonly option?: string;
  /** Whether a command is given a file (`-` is standard input) with the value. */
  readonly isFile?: true;
  /** Whether only a command takes it, as it costs money or waits. */
  readonly isTyped?: true;
  /** Whether the value is left out of what is recorded, and of what a command says of it. */
  readonly isSecret?: true;
  /** Whether what is wrong with a value is said with it, so that a command need not. */
  readonly quotesValue?: true;
  /** How a command is given what is secret. */
  readonly source?: ParamSource;
  /** Of a list: whether a command is given it as one text, with commas. */
  readonly hasCommas?: true;
  /** Of what is true or false: what the option is that says that it is false. */
  readonly no?: string;
  /** Fields of which none can be given together with it. */
  readonly conflicts?: readonly string[];
}

/** By `--<name>-from`, a command is told where a secret is, so that it is no argument. */
export interface ParamSource {
  /** What that option is, where there is also the option with the value itself. */
  readonly about?: string;
  /** A command asks for it if this field is given and it is not. */
  readonly askedWith?: readonly [field: string, prompt: string];
}

/** Parameters by name. */
export type Params = Readonly<Record<string, Param<unknown>>>;

/** The types of the values of parameters. */
export type ValuesOf<Of extends Params> = {
  readonly [Name in keyof Of]: Of[Name] extends Param<infer Value> ? Value : never;
};

/**
 * Thrown for an invalid value. Its message follows the name of the parameter: "must be true or
 * false".
 */
export class ParamMistake extends Error {}

/**
 * Converts the texts of a query's parameters.
 *
 * @param others Names of further parameters, which an error lists but this function does not read.
 * @throws {RainhooksError} `input-invalid` if a parameter is missing, unknown or wrong; the message
 * lists all of them.
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
        `unknown parameter ${name} (${names.length === 0 ? "this query has none" : `known: ${names.join(", ")}`})`,
    );
  const values = Object.entries(params).map(([name, param]) => {
    try {
      return [name, readValue(param, Object.hasOwn(texts, name) ? texts[name] : undefined)];
    } catch (error) {
      if (!(error instanceof ParamMistake)) throw error;
      mistakes.push(`${name} ${error.message}`);
      return [name, undefined];
    }
  });
  if (mistakes.length > 0) {
    throw wrongInput(`${mistakes.join("; ")}.`);
  }
  return Object.fromEntries(values) as ValuesOf<Of>;
}

function readValue({ read, fallback }: Param<unknown>, text: string | undefined): unknown {
  if (text !== undefined) return read(text);
  if (fallback === undefined) throw new ParamMistake("is missing");
  return fallback.value;
}
