import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "@rainhooks/core";
import { tryParseJson } from "@rainhooks/core";
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
  nodes: Record<string, NodeState>;
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
    nodes: {},
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

/** Opens the state of a folder; an unreadable file begins anew. */
export async function openState(folder: string): Promise<{ state: RainmakerState; file: StateFile }> {
  const path = join(folder, "rainmaker.json");
  const text = await readFile(path, "utf8").catch(() => "{}");
  const state = {
    ...emptyState(),
    ...(tryParseJson(text) as unknown as Partial<RainmakerState> | undefined),
  };
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async () => {
    next = undefined;
    await writeFile(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
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
