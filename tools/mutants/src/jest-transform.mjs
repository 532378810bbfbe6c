import { transformSync } from "esbuild";

/**
 * Jest transform: removes the types from TypeScript, as Node.js does, and keeps ES modules.
 * Components become what the console's bundle has.
 */
export default {
  process: (source, path) =>
    transformSync(source, {
      loader: path.endsWith(".tsx") ? "tsx" : "ts",
      jsx: "automatic",
      jsxImportSource: "preact",
      format: "esm",
      target: "node24",
      sourcemap: "inline",
      sourcefile: path,
    }),
};
