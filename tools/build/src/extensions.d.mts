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

/** Reads the folders of extensions. */
export function readExtensions(root: string): readonly ExtensionFolder[];

/** Returns extensions without which one cannot be: it, and those that need it. */
export function withDependents(extensions: readonly ExtensionFolder[], name: string): readonly string[];

/** Deletes extensions of a tree: their folders, their lines in the lists, and their tests in tools/e2e. */
export function deleteExtensions(root: string, names: readonly string[]): void;

/** Type-checks a copy of a tree without extensions; returns the errors. */
export function checkWithout(root: string, names: readonly string[]): readonly string[];
