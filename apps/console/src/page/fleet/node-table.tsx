import { address, hrefTo } from "@rainhooks/page/address";
import { counts, totalOf } from "@rainhooks/page/fleet-facts";
import { isReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { commandOf, stage } from "@rainhooks/page/stage";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago, Since } from "@rainhooks/page/time-of.jsx";
import { useRef } from "preact/hooks";
import { type Filter, isCostly } from "./filter.ts";
import type { NodeList } from "./node-list.ts";
import type { ListedNode } from "./node-pages.ts";

/** Loaded nodes up to which a sort by a column loads further ones by itself. */
const SORTED_ROWS = 2000;

interface TableProps {
  readonly list: NodeList;
  readonly end: AbortSignal;
  readonly filter: Filter;
}

/** The nodes of the fleet: as many as were read, and more when somebody comes near to their end. */
export function NodeTable({ list, end, filter }: TableProps) {
  const { sort = "" } = address.value.params;
  const nodes = list.rows?.nodes;
  if (nodes === undefined)
    return list.failure === undefined ? <Skeleton lines={12} /> : <Failure of={list.failure} />;
  const isSorted = COLUMNS.some(({ name }) => name !== STATE && name === sort.replace("-", ""));
  if (isSorted && !list.isWhole && nodes.length < SORTED_ROWS) void list.loadAhead(end, SORTED_ROWS);
  const isEmpty = nodes.length === 0 && list.isWhole;
  return (
    <section class="card" aria-label="Nodes">
      <Status list={list} end={end} isSorted={isSorted} filter={filter} />
      <Table
        label="Nodes"
        columns={COLUMNS}
        rows={nodes}
        keyOf={({ nodeId }) => nodeId}
        nameOf={nodeName}
        href={({ nodeId }) => hrefTo("nodes", nodeId)}
        hasMore={!list.isWhole}
        onNear={(first, last) => list.show(first, last, end)}
      />
      {isEmpty && <NoNodes isFiltered={isCostly(filter) || filter.state !== undefined} />}
    </section>
  );
}

function NoNodes({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <Empty>No node passes these filters. Remove one to see more.</Empty>;
  return (
    <Empty>
      No nodes yet: no event of any node has arrived.{" "}
      {stage.value?.isLocal === true ? (
        <>
          Publish one: <code>{commandOf("trigger node_connected --node my-node")}</code>
        </>
      ) : (
        <>
          Does the webhook node-status get events? See <a href="/webhooks">Webhooks</a>.
        </>
      )}
    </Empty>
  );
}

/** Says how much of the fleet is shown, and what it costs to see more. */
function Status({ list, end, isSorted, filter }: TableProps & { readonly isSorted: boolean }) {
  const loaded = (list.rows?.nodes.length ?? 0).toLocaleString("en");
  const all =
    isCostly(filter) || filter.state !== undefined ? "" : ` of ${totalOf(counts.value).toLocaleString("en")}`;
  const { lookedThrough } = list;
  return (
    <p class="note table-status" aria-live="off">
      {list.isWhole || list.isFound
        ? `${loaded} ${loaded === "1" ? "node" : "nodes"}`
        : `${loaded}${all} nodes loaded; scroll for more`}
      {isSorted && !list.isWhole && " (sorted among those that are loaded: no index has this order)"}
      {isReading.value && " · updates wait while you read"}
      {list.failure !== undefined &&
        list.failure instanceof Error &&
        ` · not up to date: ${list.failure.message}`}
      {list.isFound && (
        <>
          {" · it has this id. "}
          <button type="button" onClick={() => list.goOn(end)}>
            Look for the text in all nodes
          </button>
        </>
      )}
      {lookedThrough !== undefined && (
        <>
          {` · none among the last ${lookedThrough.toLocaleString("en")} nodes. `}
          <button type="button" onClick={() => list.goOn(end)}>
            Look further
          </button>{" "}
          (500 read units per 1,000 nodes)
        </>
      )}
    </p>
  );
}

/** The stage lists nodes by their states: by this column, the last to go offline first. */
const STATE = "state";

const COLUMNS: readonly Column<ListedNode>[] = [
  {
    ...{ name: "name", title: "Node", order: (node) => nodeName(node).toLowerCase() },
    cell: (node) => (
      <>
        <Text of={nodeName(node)} max={60} />{" "}
        {nodeName(node) !== node.nodeId && (
          <span class="id note">
            <Text of={node.nodeId} max={40} />
          </span>
        )}
      </>
    ),
  },
  {
    ...{ name: STATE, title: "State", order: () => 0 },
    cell: (node) => <State of={node} />,
  },
  {
    ...{ name: "lastSeen", title: "Last seen", order: ({ lastSeenMs }) => lastSeenMs },
    cell: ({ lastSeenMs }) => <Ago ms={lastSeenMs} />,
  },
  {
    ...{ name: "firmware", title: "Firmware", order: ({ config }) => config?.firmware },
    cell: ({ config }) => <Text of={config?.firmware} max={40} />,
  },
  {
    ...{ name: "type", title: "Type", order: ({ config }) => config?.type },
    cell: ({ config }) => <Text of={config?.type} max={40} />,
  },
  {
    ...{ name: "tags", title: "Tags and users", kind: "wide" },
    cell: ({ tags, users }) =>
      [...tags, ...users.map(({ userId }) => userId)].map((tag) => (
        <span key={tag} class="tag">
          <Text of={tag} max={24} />
        </span>
      )),
  },
];

/** The state of a node, and since when; one that has changed is marked. */
function State({ of: { state, sinceMs } }: { readonly of: ListedNode }) {
  const before = useRef(state);
  const isNew = before.current !== state;
  before.current = state;
  return (
    <span class={`dot ${state} ${isNew ? "changed" : ""}`}>
      <b>{state}</b>{" "}
      {sinceMs !== undefined && (
        <span class="note">
          for <Since ms={sinceMs} />
        </span>
      )}
    </span>
  );
}
