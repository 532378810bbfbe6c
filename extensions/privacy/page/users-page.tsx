import { go, hrefTo } from "@rainhooks/page/address";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Pending } from "@rainhooks/page/message.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { readNodes, type UserNode } from "./read-users.ts";

/** Users that are listed; the others are found by their ids. */
const SHOWN = 200;

/** The users of the fleet, by how many nodes they have. */
export function UsersPage() {
  const { found, failure } = useReading((signal) => readNodes(signal), untilFreeReadMs, []);
  const open = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const id = String(new FormData(event.currentTarget).get("id") ?? "").trim();
    if (id !== "") go(hrefTo("users", id));
  };
  const users = usersOf(found?.nodes ?? []);
  return (
    <>
      <PageHead title="Users" />
      <search>
        <form class="filters" onSubmit={open}>
          <input
            type="search"
            name="id"
            aria-label="Id of a user"
            placeholder="Id of a user"
            maxLength={256}
          />
          <button type="submit">Show</button>
        </form>
      </search>
      <section class="card" aria-labelledby="users">
        <h2 id="users">
          Users{" "}
          {found !== undefined && (
            <span class="note">
              {users.length.toLocaleString("en")} of {found.nodes.length.toLocaleString("en")} nodes
              {!found.isWhole && "; there are more nodes, which were not looked through"}
            </span>
          )}
        </h2>
        <Pending of={{ found, failure }} lines={4} />
        {found !== undefined && (
          <Table
            label="Users"
            columns={COLUMNS}
            rows={users.slice(0, SHOWN)}
            keyOf={([id]) => id}
            href={([id]) => hrefTo("users", id)}
            empty="No node has a user: no event has said so."
          />
        )}
        {users.length > SHOWN && <p class="note">The {SHOWN} with the most nodes are shown.</p>}
      </section>
    </>
  );
}

type UserRow = readonly [id: string, nodes: readonly UserNode[]];

const offlineOf = ([, nodes]: UserRow) => nodes.filter(({ state }) => state === "offline").length;

const COLUMNS: readonly Column<UserRow>[] = [
  { name: "user", title: "User", cell: ([id]) => <Text of={id} max={60} />, order: ([id]) => id },
  {
    ...{ name: "nodes", title: "Nodes", kind: "number" },
    ...{ cell: ([, nodes]) => nodes.length, order: ([, nodes]) => nodes.length },
  },
  { name: "gone", title: "Offline", kind: "number", cell: offlineOf, order: offlineOf },
  {
    ...{ name: "names", title: "Names", kind: "wide" },
    cell: ([, nodes]) => <Text of={nodes.slice(0, 3).map(nodeName).join(", ")} max={100} />,
  },
];

/** Returns users with their nodes, those with the most first. */
function usersOf(nodes: readonly UserNode[]): readonly UserRow[] {
  const pairs = nodes.flatMap((node) => node.users.map(({ userId }) => [userId, node] as const));
  const byUser = Map.groupBy(pairs, ([userId]) => userId);
  return [...byUser]
    .map(([userId, some]) => [userId, some.map(([, node]) => node)] as const)
    .toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
}
