import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonValue } from "@rainhooks/core/json";

/** A message on a topic. */
export interface IotMessage {
  readonly topic: string;
  readonly payload: JsonValue;
}

/**
 * A rule of AWS IoT: returns what it selects of a message; `undefined` if the message is not for
 * it.
 */
export type CompiledRule = Expression;

type Expression = (message: IotMessage) => JsonValue | undefined;

/**
 * Single characters and words of the language, strings with their quotes, and what is between them.
 */
const TOKEN = /\s+|'[^']*'|"[^"]*"|<>|[=(){},:.]|\d+|[A-Za-z_]\w*/gy;
const WORD = /^[A-Za-z_]/;
const STRING = /^['"]/;

type Join = (a: JsonValue | undefined, b: JsonValue | undefined) => boolean | undefined;

/** Of anything but booleans, the result is not defined. */
const ofBooleans =
  (join: (a: boolean, b: boolean) => boolean): Join =>
  (a, b) =>
    typeof a === "boolean" && typeof b === "boolean" ? join(a, b) : undefined;
const equality =
  (expected: boolean): Join =>
  (a, b) =>
    a === undefined || b === undefined ? undefined : isDeepStrictEqual(a, b) === expected;

const OPERATORS: readonly ReadonlyMap<string, Join>[] = [
  new Map([["OR", ofBooleans((a, b) => a || b)]]),
  new Map([["AND", ofBooleans((a, b) => a && b)]]),
  new Map([
    ["=", equality(true)],
    ["<>", equality(false)],
  ]),
];

type Run = (message: IotMessage, args: readonly (JsonValue | undefined)[]) => JsonValue | undefined;

const FUNCTIONS: ReadonlyMap<string, Run> = new Map<string, Run>([
  [
    "topic",
    ({ topic }, [segment]) =>
      segment === undefined ? topic : topic.split("/")[Number(segment) - 1],
  ],
  [
    "startswith",
    (_, [whole, start]) =>
      typeof whole === "string" && typeof start === "string" ? whole.startsWith(start) : undefined,
  ],
  ["isUndefined", (_, [value]) => value === undefined],
]);

/**
 * Compiles a rule of AWS IoT, of the part of its SQL that the rules of Rainhooks use: `SELECT` with
 * aliases and object literals, `FROM`, and `WHERE` with `AND`, `OR`, `=`, `<>` and `CASE`; fields,
 * strings, whole numbers, booleans, `topic()`, `startswith()` and `isUndefined()`. Source: AWS IoT
 * Core developer guide, "AWS IoT SQL reference".
 *
 * @throws {TypeError} for SQL that it does not know.
 */
export function compileRule(sql: string): CompiledRule {
  return new Parser(sql).statement();
}

class Parser {
  readonly #sql: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = (sql.match(TOKEN) ?? []).filter((token) => token.trim() !== "");
    if (this.#tokens.join("").length !== sql.replace(/('[^']*'|"[^"]*")|\s/g, "$1").length)
      throw this.#unknown();
  }

  statement(): CompiledRule {
    this.#expect("SELECT");
    const fields: [string, Expression][] = [];
    do fields.push(this.#field());
    while (this.#take(","));
    this.#expect("FROM");
    const matches = topicFilter(text(this.#next()));
    const where = this.#take("WHERE") ? this.#expression() : () => true;
    if (this.#at < this.#tokens.length) throw this.#unknown();
    return (message) =>
      matches(message.topic) && where(message) === true ? objectOf(fields, message) : undefined;
  }

  #field(): [string, Expression] {
    const first = this.#tokens[this.#at] ?? "";
    const value = this.#expression();
    if (this.#take("AS")) return [this.#next(), value];
    if (!WORD.test(first)) throw this.#unknown();
    return [this.#tokens[this.#at - 1] ?? "", value];
  }

  /** @param level Of the operators; those of a higher one bind more. */
  #expression(level = 0): Expression {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.#value();
    let left = this.#expression(level + 1);
    for (;;) {
      const join = operators.get(this.#tokens[this.#at] ?? "");
      if (join === undefined) return left;
      this.#at += 1;
      const a = left;
      const b = this.#expression(level + 1);
      left = (message) => join(a(message), b(message));
    }
  }

  #value(): Expression {
    const token = this.#next();
    if (STRING.test(token)) return () => text(token);
    if (/^\d/.test(token)) return () => Number(token);
    if (token === "true" || token === "false") return () => token === "true";
    if (token === "{") return this.#object();
    if (token === "CASE") return this.#case();
    if (!WORD.test(token)) throw this.#unknown();
    return this.#take("(") ? this.#call(token) : this.#path(token);
  }

  #object(): Expression {
    const fields: [string, Expression][] = [];
    do {
      const name = text(this.#next());
      this.#expect(":");
      fields.push([name, this.#value()]);
    } while (this.#take(","));
    this.#expect("}");
    return (message) => objectOf(fields, message);
  }

  /** Of something that is not defined, the result is not defined, whatever ELSE says. */
  #case(): Expression {
    const chosen = this.#expression();
    const branches: (readonly [value: Expression, result: Expression])[] = [];
    while (this.#take("WHEN")) {
      const value = this.#expression();
      this.#expect("THEN");
      branches.push([value, this.#expression()]);
    }
    const otherwise = this.#take("ELSE") ? this.#expression() : () => undefined;
    this.#expect("END");
    return (message) => {
      const of = chosen(message);
      if (of === undefined) return undefined;
      const [, result = otherwise] =
        branches.find(([value]) => isDeepStrictEqual(value(message), of)) ?? [];
      return result(message);
    };
  }

  #call(name: string): Expression {
    const run = FUNCTIONS.get(name);
    if (run === undefined) throw this.#unknown();
    const args: Expression[] = [];
    while (!this.#take(")")) {
      args.push(this.#value());
      this.#take(",");
    }
    return (message) =>
      run(
        message,
        args.map((arg) => arg(message)),
      );
  }

  #path(first: string): Expression {
    const names = [first];
    while (this.#take(".")) names.push(this.#next());
    return ({ payload }) =>
      names.reduce<JsonValue | undefined>(
        (value, name) =>
          isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined,
        payload,
      );
  }

  #take(token: string): boolean {
    const found = this.#tokens[this.#at] === token;
    if (found) this.#at += 1;
    return found;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#unknown();
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === undefined) throw this.#unknown();
    return token;
  }

  #unknown(): TypeError {
    const place = this.#tokens.slice(Math.max(0, this.#at - 1)).join(" ");
    return new TypeError(
      `The local AWS IoT does not know this SQL, from "${place}" on: ${this.#sql}`,
    );
  }
}

/** What is not defined is left out. */
function objectOf(fields: readonly [string, Expression][], message: IotMessage): JsonValue {
  const values = fields.map(([name, value]) => [name, value(message)] as const);
  return Object.fromEntries(
    values.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

function text(token: string): string {
  if (!STRING.test(token)) throw new TypeError(`The local AWS IoT expects a string, not ${token}.`);
  return token.slice(1, -1);
}

/** Returns whether topics match a filter with `+` and `#`. Source: MQTT 3.1.1, section 4.7. */
function topicFilter(filter: string): (topic: string) => boolean {
  const wanted = filter.split("/");
  return (topic) => {
    const segments = topic.split("/");
    const isRest = wanted.at(-1) === "#";
    if (isRest ? segments.length < wanted.length : segments.length !== wanted.length) return false;
    return wanted.every((one, index) => one === "#" || one === "+" || one === segments[index]);
  };
}
