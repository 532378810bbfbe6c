import { transformSync } from "esbuild";

/** Jest transform: removes the types from TypeScript, as Node.js does, and keeps ES modules. */
export default {
  process: (source, path) =>
    transformSync(source, {
      loader: "ts",
      format: "esm",
      target: "node24",
      sourcemap: "inline",
      sourcefile: path,
    }),
};
