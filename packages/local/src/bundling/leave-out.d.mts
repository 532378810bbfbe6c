import type { Metafile, Plugin } from "esbuild";

export function leaveOut(inputs: Metafile["inputs"], folder?: string): Promise<Plugin>;
