import type { BuildOptions, Metafile } from "esbuild";

export function bundleCommand(
  options: BuildOptions & { readonly metafile: true },
): Promise<{ readonly metafile: Metafile }>;
