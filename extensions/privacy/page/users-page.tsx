import { hrefTo } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { Card, PageTitle } from "@rainhooks/page/layout.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { nodeName } from "@rainhooks/page/node/read-node";
import { type Column, countColumn, ReadTable, textColumn } from "@rainhooks/page/table.jsx";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";

type NodesResult = ResultOf<typeof listNodesQuestion> & { readonly next?: string };
/** A node as the list has it. */
export type UserNode = NodesResult["nodes"][number];

/** Nodes of a page, and pages that are read before a person is told that there may be more. */
const PAGE_SIZE = 1000;
const MAX_PAGES = 10;
/** Users that are listed; the others are found by the search. */
const SHOWN = 200;

/**
 * Reads nodes, and whether all were looked through: no index has users.
 *
 * @param user Only nodes that they have. @defaultValue all nodes
 */
export async function readNodes(signal: AbortSignal, user?: string) {
  const nodes: UserNode[] = [];
  let page: string | undefined;
  for (let read = 0; read < MAX_PAGES; read++) {
    const result = await get<NodesResult>("/v1/nodes", { user, limit: PAGE_SIZE, page }, signal);
    nodes.push(...result.nodes);
    page = result.next;
    if (page === undefined) return { nodes, isWhole: true };
  }
  return { nodes, isWhole: false };
}

/** The users of the fleet, by how many nodes they have. */
export function UsersPage() {
  const reading = useReading((signal) => readNodes(signal), ONCE, []);
  const { nodes = [], isWhole = true } = reading.result ?? {};
  const users = usersOf(nodes);
  const note = `${users.length.toLocaleString("en")} of ${nodes.length.toLocaleString("en")} nodes`;
  return (
    <>
      <PageTitle title="Users" />
      <Card
        title="Users"
        note={
          reading.result &&
          `${note}${isWhole ? "" : "; there are more nodes, which were not looked through"}`
        }
      >
        <ReadTable
          label="Users"
          columns={COLUMNS}
          of={reading}
          rows={() => users.slice(0, SHOWN)}
          keyOf={([id]) => id}
          href={([id]) => hrefTo("users", id)}
          empty="No node has a user: no event has said so."
        />
        <p class="note">
          {users.length > SHOWN && `The ${SHOWN} with the most nodes are shown. `}
          The search finds a user by the id (Ctrl K).
        </p>
      </Card>
    </>
  );
}

type UserRow = readonly [id: string, nodes: readonly UserNode[]];

const COLUMNS: readonly Column<UserRow>[] = [
  textColumn("User", ([id]) => id),
  countColumn("Nodes", ([, nodes]) => nodes.length),
  countColumn("Offline", ([, nodes]) => nodes.filter(({ state }) => state === "offline").length, {
    name: "gone",
  }),
  textColumn("Names", ([, nodes]) => nodes.slice(0, 3).map(nodeName).join(", "), { kind: "wide" }),
];

/** Returns users with their nodes, those with the most first. */
function usersOf(nodes: readonly UserNode[]): readonly UserRow[] {
  const pairs = nodes.flatMap((node) => node.users.map(({ userId }) => [userId, node] as const));
  const byUser = Map.groupBy(pairs, ([userId]) => userId);
  return [...byUser]
    .map(([userId, some]) => [userId, some.map(([, node]) => node)] as const)
    .toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
}
