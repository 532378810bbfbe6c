import { useState } from "preact/hooks";
import type { ShownDestination } from "../../serve/routes/webhooks.ts";
import { act, get } from "../shared/api.ts";
import { Confirmed } from "../shared/confirmed.tsx";
import { Empty } from "../shared/message.tsx";
import { commandOf } from "../shared/stage.ts";
import { Text } from "../shared/text.tsx";
import { Since } from "../shared/time-of.tsx";
import { FailedAttempts } from "./attempts.tsx";

/** The systems that events are forwarded to. */
export function Destinations({ of }: { readonly of: readonly ShownDestination[] }) {
  return (
    <section class="card" aria-labelledby="destinations">
      <h2 id="destinations">Destinations</h2>
      {of.length === 0 && (
        <Empty>
          No destinations. Add one: <code>{commandOf("destinations add crm --url-from env:CRM_URL")}</code>
        </Empty>
      )}
      {of.map((one) => (
        <Destination key={one.id} of={one} />
      ))}
    </section>
  );
}

function Destination({ of: { id, url, state, reason, sinceMs } }: { readonly of: ShownDestination }) {
  const [isOpen, setOpen] = useState(false);
  const isActive = state === "active";
  return (
    <div class="destination">
      <b>{id}</b> <Text of={url} max={80} />{" "}
      <span class={isActive ? "online" : "offline"}>
        {state} {sinceMs !== undefined && <Since ms={sinceMs} />}
      </span>{" "}
      {reason !== undefined && <Text of={reason} max={200} />}{" "}
      <button type="button" class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Failed attempts of {id}
      </button>{" "}
      {isActive && (
        <Confirmed
          title={`Pause ${id}`}
          question={`Send nothing to ${id} until it is resumed?`}
          run={() => act("pause", { id })}
        />
      )}
      {!isActive && (
        <Confirmed
          title={`Resume ${id}`}
          question={`Resume ${id}, and send it what it missed?`}
          plan={() => get("/console/plans/resume", { id })}
          run={() => act("resume", { id })}
        />
      )}
      {!isActive && (
        <Confirmed
          title={`Resume ${id} without what it missed`}
          question={`Send new events to ${id} again, and never what it missed?`}
          run={() => act("resume-without", { id })}
        />
      )}
      {!isActive && <code>{commandOf(`destinations resume ${id}`)}</code>}
      {isOpen && <FailedAttempts destination={id} canRetry={isActive} />}
    </div>
  );
}
