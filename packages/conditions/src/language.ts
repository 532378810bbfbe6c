import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { messageOf } from "@rainhooks/core/errors";

/** What a condition is about: a `node`, a `value` of a series of a node, or an `event`. */
export type ConditionScope = "node" | "value" | "event";

/** Maximum length of a condition, in characters. */
const MAX_LENGTH = 1000;
const MAX_NODES = 64;
const LIMITS = {
  maxAstNodes: MAX_NODES,
  maxDepth: 16,
  maxListElements: 32,
  maxMapEntries: 1,
  maxCallArguments: 4,
};

/**
 * The functions that a condition may call. The time of each is bounded by the length of its
 * arguments.
 */
const FUNCTIONS: ReadonlySet<string> = new Set([
  "contains",
  "startsWith",
  "endsWith",
  "size",
  "has",
  "lowerAscii",
  "double",
  "int",
]);

/** Operators for a number and a whole number as people write it: `value == 1`. */
const MIXED = ["+", "-", "*", "/"] as const;

function environmentOf(scope: ConditionScope): Environment {
  const environment = new Environment({ limits: LIMITS })
    .registerType({
      name: "Node",
      fields: {
        id: "string",
        name: "string",
        type: "string",
        model: "string",
        firmware: "string",
        tags: "list<string>",
      },
    })
    .registerVariable("node", "Node");
  if (scope === "node") return environment;
  if (scope === "event")
    environment
      .registerType({ name: "Event", fields: { type: "string", data: "dyn" } })
      .registerVariable("event", "Event")
      .registerVariable("series", "map<string, dyn>");
  else
    environment
      .registerVariable("value", "double")
      .registerVariable("text", "string")
      .registerVariable("truth", "bool")
      .registerOperator("double == int", (a: number, b: bigint) => a === Number(b));
  for (const operator of MIXED)
    environment.registerOperator(`double ${operator} int`, (a: number, b: bigint) =>
      calculate(operator, a, Number(b)),
    );
  return environment;
}

function calculate(operator: (typeof MIXED)[number], a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
  }
}

const ENVIRONMENTS = {
  node: environmentOf("node"),
  value: environmentOf("value"),
  event: environmentOf("event"),
};

/**
 * Returns what is wrong with a condition, or `undefined`. A condition is refused if it can take
 * long: it may have 64 parts, no loops and no regular expressions, so its time is linear in the
 * texts that it is about.
 */
export function conditionMistake(source: string, scope: ConditionScope): string | undefined {
  if (source.trim() === "") return "must not be empty";
  if (source.length > MAX_LENGTH)
    return `must have up to ${MAX_LENGTH} characters, not ${source.length}`;
  try {
    const program = ENVIRONMENTS[scope].parse(source);
    const refused = refusedCall(program.ast);
    if (refused !== undefined)
      return `must not call ${refused}. What can be called: ${[...FUNCTIONS].join(", ")}`;
    const { valid, type, error } = program.check();
    if (!valid) return `cannot be read: ${firstLine(error)}`;
    return type === "bool" ? undefined : `must be true or false, but it is ${type}`;
  } catch (error) {
    return `cannot be read: ${firstLine(error)}`;
  }
}

/** Compiles a condition that {@link conditionMistake} has accepted. */
export function compile(source: string, scope: ConditionScope): ParseResult {
  return ENVIRONMENTS[scope].parse(source);
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n", 1)[0]?.slice(0, 200) ?? "";
}

/**
 * Returns the name of a function that a condition must not call. The limits of the parser bound the
 * recursion.
 */
function refusedCall({ op, args }: ASTNode): string | undefined {
  if ((op === "call" || op === "rcall") && !FUNCTIONS.has(args[0])) return args[0];
  if (op === "map") return "{}";
  for (const part of partsOf(args)) {
    const refused = refusedCall(part);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function partsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
