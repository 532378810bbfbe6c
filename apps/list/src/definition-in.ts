import type { FunctionDefinition } from "@rainhooks/webhook/define-function";

/**
 * Returns the definition of a function with a name that a module exports. `defineFunction` has
 * checked the rest when the module was loaded.
 */
export function definitionIn(module: unknown, name: string): FunctionDefinition | undefined {
  const exported: readonly unknown[] = Object.values(module ?? {});
  return exported.find((one): one is FunctionDefinition => isDefinition(one) && one.name === name);
}

function isDefinition(value: unknown): value is FunctionDefinition {
  return typeof value === "object" && value !== null && "name" in value && "trigger" in value;
}
