import type { Metafile } from "esbuild";

export function bundleFunction(options: {
  readonly entry: string;
  readonly folder: string;
  readonly replaced?: Readonly<Record<string, string>>;
}): Promise<Metafile>;
