import { useCallback, useMemo } from "preact/hooks";
import { isReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { place } from "../shared/place.ts";
import { commandOf, stage } from "../shared/stage.ts";
import { VirtualTable } from "../shared/virtual-table.tsx";
import { type Filter, isCostly } from "./filter.ts";
import { counts, totalOf } from "./fleet-facts.ts";
import type { NodeList } from "./node-list.ts";
import { readSort, sorted } from "./node-pages.ts";
import { NodeRow } from "./node-row.tsx";
import { TableHead } from "./table-head.tsx";

/** Loaded nodes up to which a sort by a column loads further ones by itself. */
const SORTED_ROWS = 2000;

interface TableProps {
  readonly list: NodeList;
  readonly end: AbortSignal;
  readonly filter: Filter;
}

/** The nodes of the fleet, of which only the visible rows are drawn. */
export function NodeTable({ list, end, filter }: TableProps) {
  const sort = readSort(place.value.params["sort"]);
  const loaded = list.rows?.nodes;
  const { column, descending } = sort ?? {};
  const nodes = useMemo(
    () =>
      sorted(loaded ?? [], column === undefined ? undefined : { column, descending: descending === true }),
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
      {list.isWhole
        ? `${loaded} ${loaded === "1" ? "node" : "nodes"}`
        : `${loaded}${all} nodes loaded; scroll for more`}
      {isSorted && !list.isWhole && " (sorted among those that are loaded: no index has this order)"}
      {isReading.value && " · updates wait while you read"}
      {list.failure !== undefined &&
        list.failure instanceof Error &&
        ` · not up to date: ${list.failure.message}`}
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
