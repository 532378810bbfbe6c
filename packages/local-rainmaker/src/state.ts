import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue, RainhooksError, tryParseJson } from "@rainhooks/core";
import type { FilterRule } from "@rainhooks/filter";

/** A person or super admin who can log in. */
export interface User {
  readonly id: string;
  readonly name: string;
  /** Salted hash; the password itself is nowhere. */
  readonly passwordHash: string;
  readonly superAdmin: boolean;
}

/** What RainMaker knows of a node. */
export interface NodeState {
  /** Ids of its users, the primary one first. */
  users: string[];
  params: JsonObject;
  config: JsonValue;
  tags: string[];
  /** The secret that the node has sent for a user who has not asked for it yet, and the other way round. */
  mappingFromNode: { userId: string; secret: string } | undefined;
  mappingFromUser: { userId: string; secret: string } | undefined;
}

/** A group of nodes, and who sees it. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly nodes: string[];
  sharedWith: string[];
}

/** A sharing that waits for its answer: of nodes, or of groups. */
interface SharingRequest {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly nodes: readonly string[];
  readonly groups: readonly string[];
}

/** An automation: when one of its conditions becomes true, its actions are due. */
interface Automation {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly nodeId: string;
  readonly conditions: readonly { readonly params: JsonObject; readonly check: string }[];
  readonly actions: readonly JsonObject[];
}

/** An integration that RainMaker publishes for. */
export interface IntegrationState {
  readonly serviceName: string;
  readonly endpointName: string;
  enabled: boolean;
}

/** Everything that the local RainMaker keeps. */
export interface RainmakerState {
  users: User[];
  /** By their ids, which are anything that a client calls itself. */
  nodes: Map<string, NodeState>;
  groups: Group[];
  sharings: SharingRequest[];
  automations: Automation[];
  integrations: IntegrationState[];
  filters: FilterRule[];
  /** Tags that were attached to some node before. */
  knownTags: string[];
}

/** A state in which nothing has happened yet. */
function emptyState(): RainmakerState {
  return {
    users: [],
    nodes: new Map(),
    groups: [],
    sharings: [],
    automations: [],
    integrations: [],
    filters: [],
    knownTags: [],
  };
}

/** A node of which nothing is known but its id. */
export function newNode(): NodeState {
  return {
    users: [],
    params: {},
    config: null,
    tags: [],
    mappingFromNode: undefined,
    mappingFromUser: undefined,
  };
}

/** Keeps the state in a file; a save replaces the file as a whole. */
export interface StateFile {
  save(): Promise<void>;
}

/** The state as the file holds it: JSON has no maps. */
type SavedState = Omit<RainmakerState, "nodes"> & {
  readonly nodes: readonly (readonly [string, NodeState])[];
};

/**
 * Opens the state of a folder; without a file it begins anew.
 *
 * @throws {RainhooksError} `stage-failed` for a file that is cut off or holds something else.
 */
export async function openState(folder: string): Promise<{ state: RainmakerState; file: StateFile }> {
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
    file: {
      // One write at a time; all who ask while it goes on share the one after it.
      save: () => {
        if (next === undefined) {
          next = last.catch(() => undefined).then(write);
          last = next;
        }
        return next;
      },
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
  if (!isJsonObject(saved) || !Object.keys(emptyState()).every((name) => Array.isArray(saved[name]))) {
    throw unreadable(path, "it is cut off, or holds something else");
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
