export function replaceFile(path: string, contents: string | Uint8Array): Promise<void>;
export function replaceFolder(
  folder: string,
  files: readonly (readonly [name: string, contents: string | Uint8Array])[],
): Promise<void>;
