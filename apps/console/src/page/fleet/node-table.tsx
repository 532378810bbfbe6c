import { address, hrefOf, setParams } from "@rainhooks/page/address";
import { counts, totalOf } from "@rainhooks/page/fleet-facts";
import { isReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { commandOf, stage } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago, Since } from "@rainhooks/page/time-of.jsx";
import { VirtualTable } from "@rainhooks/page/virtual-table.jsx";
import { useCallback, useMemo, useRef } from "preact/hooks";
import { type Filter, isCostly } from "./filter.ts";
import type { NodeList } from "./node-list.ts";
import { type ListedNode, readSort, type SortColumn, sortNodes } from "./node-pages.ts";

/** Loaded nodes up to which a sort by a column loads further ones by itself. */
const SORTED_ROWS = 2000;

interface TableProps {
  readonly list: NodeList;
  readonly end: AbortSignal;
  readonly filter: Filter;
}

/** The nodes of the fleet, of which only the visible rows are drawn. */
export function NodeTable({ list, end, filter }: TableProps) {
  const sort = readSort(address.value.params["sort"]);
  const loaded = list.rows?.nodes;
  const { column, descending } = sort ?? {};
  const nodes = useMemo(
    () =>
      sortNodes(loaded ?? [], column === undefined ? undefined : { column, descending: descending === true }),
    [loaded, column, descending],
  );
  const onShow = useCallback((first: number, last: number) => list.show(first, last, end), [list, end]);
  if (loaded === undefined)
    return list.failure === undefined ? <Skeleton lines={12} /> : <Failure of={list.failure} />;
  if (sort !== undefined && !list.isWhole && loaded.length < SORTED_ROWS)
    void list.loadAhead(end, SORTED_ROWS);
  return (
    <>
      {nodes.length === 0 && list.isWhole ? (
        <NoNodes isFiltered={isCostly(filter) || filter.state !== undefined} />
      ) : (
        <VirtualTable
          label="Nodes"
          kind="nodes"
          head={<TableHead />}
          count={nodes.length}
          isWhole={list.isWhole}
          onShow={onShow}
          row={(index) => {
            const node = nodes[index];
            return node === undefined ? null : <NodeRow key={node.nodeId} node={node} index={index} />;
          }}
        />
      )}
      <Status list={list} end={end} isSorted={sort !== undefined} filter={filter} />
    </>
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

const MAX_TAGS = 3;

/** A row of the table: a node. */
function NodeRow({ node, index }: { readonly node: ListedNode; readonly index: number }) {
  const { nodeId, state, sinceMs, lastSeenMs, config, users, tags } = node;
  const before = useRef(state);
  const isNew = before.current !== state;
  before.current = state;
  const shown = [...tags, ...users.map(({ userId }) => userId)];
  return (
    <tr {...(isNew ? { class: "changed" } : {})} aria-rowindex={index + 2}>
      <td class={`state ${state}`}>
        <b>{state}</b>
        {sinceMs !== undefined && (
          <small>
            for <Since ms={sinceMs} />
          </small>
        )}
      </td>
      <td class="name">
        <a href={hrefOf(`/nodes/${encodeURIComponent(nodeId)}`, { tz: address.value.params["tz"] })}>
          <Text of={nodeName(node)} max={60} />
        </a>
        {nodeName(node) !== nodeId && (
          <small>
            <Text of={nodeId} max={40} />
          </small>
        )}
      </td>
      <td class="lastSeen">
        <Ago ms={lastSeenMs} />
      </td>
      <td class="firmware">
        <Text of={config?.firmware} max={40} />
      </td>
      <td class="type">
        <Text of={config?.type} max={40} />
      </td>
      <td class="tags">
        {shown.slice(0, MAX_TAGS).map((tag) => (
          <span key={tag} class="tag">
            <Text of={tag} max={24} />
          </span>
        ))}
        {shown.length > MAX_TAGS && <span class="tag">+{shown.length - MAX_TAGS}</span>}
      </td>
    </tr>
  );
}

const COLUMNS: readonly (readonly [column: SortColumn | "state" | "tags", title: string])[] = [
  ["state", "State"],
  ["name", "Node"],
  ["lastSeen", "Last seen"],
  ["firmware", "Firmware"],
  ["type", "Type"],
  ["tags", "Tags and users"],
];

/** The heads of the columns, which sort. */
function TableHead() {
  return (
    <tr>
      {COLUMNS.map(([column, title]) => (
        <Head key={column} column={column} title={title} />
      ))}
    </tr>
  );
}

function Head({ column, title }: { readonly column: SortColumn | "state" | "tags"; readonly title: string }) {
  const text = address.value.params["sort"] ?? "";
  if (column === "tags") return <th class="tags">{title}</th>;
  const [next, direction, hint] = column === "state" ? stateSort(text) : columnSort(column, text);
  return (
    <th class={column} aria-sort={direction}>
      <button type="button" title={hint} onClick={() => setParams({ sort: next })}>
        {title}
        <span aria-hidden="true">{ARROWS[direction]}</span>
      </button>
    </th>
  );
}

const ARROWS = { ascending: " ↑", descending: " ↓", none: "" } as const;
type Direction = keyof typeof ARROWS;

/**
 * Returns the next sort of the state column, its current direction, and its hint. The stage has both orders.
 */
function stateSort(text: string): [string, Direction, string] {
  if (text === "newest") return ["", "descending", "Offline nodes first, the last to go offline at the top"];
  if (text === "")
    return ["newest", "ascending", "Offline nodes first, longest at the top; online nodes by their ids"];
  return ["", "none", "Offline nodes first, longest at the top"];
}

function columnSort(column: SortColumn, text: string): [string, Direction, string] {
  const sort = readSort(text);
  const hint = "Sorts the nodes that are loaded";
  if (sort?.column !== column) return [column === "lastSeen" ? `-${column}` : column, "none", hint];
  return [sort.descending ? column : `-${column}`, sort.descending ? "descending" : "ascending", hint];
}
