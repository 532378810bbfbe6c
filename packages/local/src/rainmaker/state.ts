import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { FilterRule } from "@rainhooks/filter/rule";

/** The state of a node. */
export interface RainmakerNode {
  /** Ids of its users, the primary one first. */
  users: string[];
  params: JsonObject;
  automation: Automation | undefined;
}

/** What happens when a node's parameters are set to certain values. */
interface Automation {
  readonly name: string;
  readonly params: JsonObject;
  readonly actions: JsonObject[];
}

/** A webhook integration. */
export interface IntegrationState {
  readonly serviceName: string;
  readonly endpointName: string;
  enabled: boolean;
}

/** The whole state of the local RainMaker. */
export interface RainmakerState {
  /** Nodes by id; a client may use any id. */
  nodes: Map<string, RainmakerNode>;
  integrations: IntegrationState[];
  filters: FilterRule[];
  /** Tags that any node has had. */
  knownTags: string[];
}

const emptyState = (): RainmakerState => ({
  nodes: new Map(),
  integrations: [],
  filters: [],
  knownTags: [],
});

/** Creates the state of a new node. */
export function newNode(): RainmakerNode {
  return { users: [], params: {}, automation: undefined };
}

/** The state in the file: JSON has no maps. */
type SavedState = Omit<RainmakerState, "nodes"> & {
  readonly nodes: readonly (readonly [string, RainmakerNode])[];
};

/**
 * Opens the state of a folder, with what saves it as a whole; without a file it is empty.
 *
 * @throws {RainhooksError} `stage-failed` for a truncated or invalid file.
 */
export async function openState(folder: string) {
  const path = join(folder, "rainmaker.json");
  const state = await readState(path);
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async () => {
    next = undefined;
    const saved: SavedState = { ...state, nodes: [...state.nodes] };
    await writeFile(`${path}.new`, JSON.stringify(saved), { mode: 0o600 });
    await rename(`${path}.new`, path);
  };
  return {
    state,
    // One write at a time; all calls during a write share the next one.
    save: (): Promise<void> => {
      if (next === undefined) {
        next = last.catch(() => undefined).then(write);
        last = next;
      }
      return next;
    },
  };
}

async function readState(path: string): Promise<RainmakerState> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unreadable(path, error.message);
  });
  if (text === undefined) return emptyState();
  const saved = tryParseJson(text);
  if (
    !isJsonObject(saved) ||
    !Object.keys(emptyState()).every((name) => Array.isArray(saved[name]))
  ) {
    throw unreadable(path, "it is truncated or invalid");
  }
  const { nodes, ...rest } = saved as unknown as SavedState;
  return { ...rest, nodes: new Map(nodes) };
}

function unreadable(path: string, reason: string): RainhooksError {
  return new RainhooksError(
    "stage-failed",
    `${path} cannot be read: ${reason}. Restore a backup, or delete all data of the local stage with --fresh.`,
  );
}
