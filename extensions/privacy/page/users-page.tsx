import { go, hrefTo } from "@rainhooks/page/address";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { Text } from "@rainhooks/page/text.jsx";
import { useEffect } from "preact/hooks";
import { type ListedNode, readNodes } from "./read-users.ts";

/** Users that are listed; the others are found by their ids. */
const SHOWN = 200;

/** The users of the fleet, by how many nodes they have. */
export function UsersPage() {
  const { found, failure } = useReading((signal) => readNodes(signal), untilFreeReadMs, []);
  useEffect(() => {
    document.title = "Users · Rainhooks";
  }, []);
  const open = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const id = String(new FormData(event.currentTarget).get("id") ?? "").trim();
    if (id !== "") go(hrefTo("users", id));
  };
  const users = usersOf(found?.nodes ?? []);
  return (
    <>
      <h1 class="visually-hidden">Users</h1>
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
        {failure !== undefined && <Failure of={failure} />}
        {found === undefined && failure === undefined && <Skeleton lines={4} />}
        {found !== undefined && users.length === 0 && (
          <Empty>No node has a user: no event has said so.</Empty>
        )}
        {users.length > 0 && (
          <table aria-label="Users">
            <thead>
              <tr>
                {["User", "Nodes", "Offline", "Such as"].map((title) => (
                  <th key={title}>{title}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {users.slice(0, SHOWN).map(([id, nodes]) => (
                <tr key={id}>
                  <td>
                    <a href={hrefTo("users", id)}>
                      <Text of={id} max={60} />
                    </a>
                  </td>
                  <td>{nodes.length}</td>
                  <td>{nodes.filter(({ state }) => state === "offline").length}</td>
                  <td>
                    <Text of={nodes.slice(0, 3).map(nodeName).join(", ")} max={100} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {users.length > SHOWN && <p class="note">The {SHOWN} with the most nodes are shown.</p>}
      </section>
    </>
  );
}

/** Returns users with their nodes, those with the most first. */
function usersOf(nodes: readonly ListedNode[]): readonly (readonly [string, readonly ListedNode[]])[] {
  const pairs = nodes.flatMap((node) => node.users.map(({ userId }) => [userId, node] as const));
  const byUser = Map.groupBy(pairs, ([userId]) => userId);
  return [...byUser]
    .map(([userId, some]) => [userId, some.map(([, node]) => node)] as const)
    .toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
}
