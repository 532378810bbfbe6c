import { hrefTo } from "@rainhooks/page/address";
import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import { Card, Empty } from "@rainhooks/page/layout.jsx";
import type { DeliveryProps } from "@rainhooks/page/pages";
import { Text } from "@rainhooks/page/text.jsx";
import { currentMs, timeText } from "@rainhooks/page/time";
import type { DeliveryResponse } from "@rainhooks/stage/routes/responses";
import type { DestinationOutcome } from "../routes/outcomes.ts";

/** With what this extension adds to the response. */
interface Props extends DeliveryProps {
  readonly of:
    | (DeliveryResponse & { readonly destinations: readonly DestinationOutcome[] })
    | undefined;
}

/** Where a delivery was sent. */
export function DeliveryDestinations({ of }: Props) {
  if (of === undefined) return null;
  return (
    <Card title="Where it was sent">
      {of.destinations.length === 0 && <Empty>The stage has no destinations for it.</Empty>}
      <dl class="rows">
        {of.destinations.map(({ id, text, attempts, isGone = false }) => (
          <div key={id}>
            <dt>{isGone ? `${id} (removed)` : <a href={hrefTo("destinations", id)}>{id}</a>}</dt>
            <dd>
              {text}
              {attempts.map(({ id: key, attempt, atMs, outcome, status, error, nextAtMs }) => (
                <p key={key}>
                  <b class={outcome === "delivered" ? "online" : "bad"}>
                    {outcome} {status}
                  </b>{" "}
                  {timeText(atMs)}, attempt {attempt}
                  {error !== undefined && <Text of={`: ${error}`} max={202} />}
                  {nextAtMs !== undefined &&
                    nextAtMs > currentMs() &&
                    `; the next one at ${timeText(nextAtMs)}`}{" "}
                  {!isGone && outcome !== "delivered" && nextAtMs === undefined && (
                    <ConfirmButton
                      title={`Retry at ${id}`}
                      question={`Send this event to ${id} once more?`}
                      run={() => act("retry", { id: key })}
                    />
                  )}
                </p>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
