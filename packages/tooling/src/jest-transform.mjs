import { transformSync } from "esbuild";

/** Jest transform: TypeScript to ES modules, types stripped as Node.js itself strips them. */
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
