import { useRef } from "preact/hooks";
import { hrefOf, place } from "../shared/place.ts";
import { Text } from "../shared/text.tsx";
import { Ago, Since } from "../shared/time-of.tsx";
import type { ListedNode } from "./node-pages.ts";

const MAX_TAGS = 3;

/** A row of the table: a node. */
export function NodeRow({ node, index }: { readonly node: ListedNode; readonly index: number }) {
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
        <a href={hrefOf(`/nodes/${encodeURIComponent(nodeId)}`, { tz: place.value.params["tz"] })}>
          <Text of={config?.name ?? nodeId} max={60} />
        </a>
        {config?.name !== undefined && (
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
