/**
 * `node:http`, without the cost of importing it: an import reads every export, and one of them
 * loads all of undici, which takes ten times as long as the rest.
 */
export const nodeHttp = process.getBuiltinModule("node:http");
