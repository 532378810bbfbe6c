import { type ConditionScope, compile } from "./language.ts";

/** What is known of a node, for conditions. */
export interface NodeAttributes {
  readonly id: string;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  readonly tags: readonly string[];
}

/** Whether a condition holds. `unknown`: something that it asks for is not known. */
export type ConditionVerdict = boolean | "unknown";

/** Values by the names under which a condition finds them. */
type Context = Readonly<Record<string, unknown>>;

/** A compiled condition. */
type Condition = (context: Context) => ConditionVerdict;

/** Maximum number of compiled conditions that are kept. */
const MAX_COMPILED = 500;
const compiled = new Map<string, Condition>();

/** Returns whether a rule is about a node. */
export function appliesTo(where: string | undefined, node: NodeAttributes): ConditionVerdict {
  return where === undefined ? true : conditionOf(where, "node")({ node: known(node) });
}

/** Returns whether a value of a series fulfils a condition. */
export function holdsFor(when: string, value: unknown, node: NodeAttributes): ConditionVerdict {
  return conditionOf(when, "value")({ node: known(node), ...valueContext(value) });
}

function valueContext(value: unknown): Context {
  if (typeof value === "number") return { value };
  if (typeof value === "boolean") return { truth: value };
  return typeof value === "string" ? { text: value } : {};
}

function known(node: NodeAttributes): Context {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));
}

function conditionOf(source: string, scope: ConditionScope): Condition {
  const key = `${scope} ${source}`;
  const found = compiled.get(key);
  if (found !== undefined) return found;
  const program = compile(source, scope);
  const condition: Condition = (context) => {
    try {
      const result: unknown = program({ ...context });
      return typeof result === "boolean" ? result : "unknown";
    } catch {
      return "unknown";
    }
  };
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(key, condition);
  return condition;
}
