/** An extension, as its folder says. */
export interface ExtensionFolder {
  readonly name: string;
  /** What its `extension.ts` names. */
  readonly needs: readonly string[];
  /** The extensions that its files import, but for tests. */
  readonly imports: readonly string[];
  /** The names of its functions. */
  readonly functions: readonly string[];
}

/** The files that alone import extensions, as patterns of paths. */
export const LISTS: string[];

/** Reads the folders of extensions. */
export function readExtensions(root: string): readonly ExtensionFolder[];

/** Extensions that are deleted together: one, and those that need it. */
export type ExtensionSet = readonly string[];

/** For each extension what goes with it; what is the same for several is there once. */
export function setsToDelete(
  extensions: readonly ExtensionFolder[],
  names?: readonly string[],
): readonly ExtensionSet[];

/** Of several sets one a day, each in its turn; all of them with `RAINHOOKS_WITHOUT=each`. */
export function setsOfDay(
  sets: readonly ExtensionSet[],
  nowMs: number,
  environment?: Readonly<Record<string, string | undefined>>,
): readonly ExtensionSet[];

/**
 * Deletes extensions of a tree: their folders, their lines in the lists, and their tests in
 * tools/e2e.
 */
export function deleteExtensions(root: string, names: ExtensionSet): void;

/**
 * Type-checks copies of a tree without extensions. Yields their errors: the whole tree has none.
 */
export function checkWithout(
  root: string,
  sets: readonly ExtensionSet[],
): Iterable<{ readonly names: ExtensionSet; readonly errors: readonly string[] }>;

/** Returns the text of a list without an extension. */
export function withoutImports(text: string, name: string): string;
