import { address, hrefTo } from "@rainhooks/page/address";
import { commandOf, stage } from "@rainhooks/page/api";
import { counts, totalOf } from "@rainhooks/page/fleet-facts";
import { Await, Empty, failureText } from "@rainhooks/page/layout.jsx";
import { isReading } from "@rainhooks/page/live";
import { nodeName } from "@rainhooks/page/node/read-node";
import { agoColumn, type Column, nodeColumn, Table, textColumn } from "@rainhooks/page/table.jsx";
import { Since, Text } from "@rainhooks/page/text.jsx";
import type { Filter } from "./filter-bar.tsx";
import type { ListedNode, NodeList } from "./node-list.ts";

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
  if (nodes === undefined) return <Await of={{ failure: list.failure }} lines={12} />;
  const isSorted = sort !== "" && sort.replace("-", "") !== STATE;
  if (isSorted && !list.isWhole && nodes.length < SORTED_ROWS)
    void list.loadAhead(end, SORTED_ROWS);
  const isFiltered = Object.keys(filter).some((name) => name !== "order");
  return (
    <section class="card" aria-label="Nodes">
      <Status list={list} end={end} isSorted={isSorted} isFiltered={isFiltered} />
      <Table
        label="Nodes"
        columns={nodes.some(siteOf) ? WITH_SITE : COLUMNS}
        rows={nodes}
        keyOf={({ nodeId }) => nodeId}
        nameOf={nodeName}
        href={({ nodeId }) => hrefTo("nodes", nodeId)}
        hasMore={!list.isWhole}
        onNear={(first, last) => list.show(first, last, end)}
      />
      {nodes.length === 0 && list.isWhole && <NoNodes isFiltered={isFiltered} />}
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

interface StatusProps extends Omit<TableProps, "filter"> {
  readonly isSorted: boolean;
  readonly isFiltered: boolean;
}

/** Says how much of the fleet is shown, and what it costs to see more. */
function Status({ list, end, isSorted, isFiltered }: StatusProps) {
  const loaded = (list.rows?.nodes.length ?? 0).toLocaleString("en");
  // A count of a moment ago can be less than what was read since.
  const total = Math.max(totalOf(counts.value), list.rows?.nodes.length ?? 0);
  const all = isFiltered || counts.value === undefined ? "" : ` of ${total.toLocaleString("en")}`;
  const { lookedThrough } = list;
  return (
    <p class="note" aria-live="off">
      {list.isWhole
        ? `${loaded} ${loaded === "1" ? "node" : "nodes"}`
        : `${loaded}${all} nodes loaded; scroll for more`}
      {isSorted &&
        !list.isWhole &&
        " (sorted among those that are loaded: no index has this order)"}
      {isReading.value && " · updates wait while you read"}
      {list.failure !== undefined && ` · not up to date: ${failureText(list.failure)}`}
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
  nodeColumn(({ nodeId }) => nodeId, nodeName),
  { title: "State", order: () => 0, cell: (node) => <State of={node} /> },
  agoColumn("Last seen", ({ lastSeenMs }) => lastSeenMs),
  textColumn("Firmware", ({ config }) => config?.firmware),
  textColumn("Type", ({ config }) => config?.type),
  {
    title: "Tags and users",
    kind: "wide",
    order: (node) => tagsOf(node).join(),
    cell: (node) =>
      tagsOf(node).map((tag) => (
        <span key={tag} class="tag">
          <Text of={tag} max={24} />
        </span>
      )),
  },
];

const SITE_TAG = "site:";
const isSite = (tag: string) => tag.startsWith(SITE_TAG);
const siteOf = ({ tags }: ListedNode) => tags.find(isSite)?.slice(SITE_TAG.length);
const tagsOf = ({ tags, users }: ListedNode) => [
  ...tags.filter((tag) => !isSite(tag)),
  ...users.map(({ userId }) => userId),
];
/** With the column of fleets whose nodes have sites. */
const WITH_SITE = COLUMNS.toSpliced(-1, 0, textColumn("Site", siteOf));

/** The state of a node, and since when. */
function State({ of: { state, sinceMs } }: { readonly of: ListedNode }) {
  return (
    <span class={`dot ${state}`}>
      <b>{state}</b>{" "}
      {sinceMs !== undefined && (
        <span class="note">
          for <Since ms={sinceMs} />
        </span>
      )}
    </span>
  );
}
