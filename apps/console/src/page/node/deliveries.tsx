import { readDeliveries } from "../shared/deliveries.ts";
import { DeliveryList } from "../shared/delivery-list.tsx";
import { useReading } from "../shared/live.ts";
import { Failure } from "../shared/message.tsx";
import { stage } from "../shared/stage.ts";
import { durationText, timeText } from "../shared/time.ts";

const [LOCAL_EVERY_MS, EVERY_MS] = [5000, 120_000];
const SHOWN = 50;

/** The last deliveries of a node, as they came. */
export function Deliveries({ node }: { readonly node: string }) {
  const everyMs = () => (stage.value?.isLocal === true ? LOCAL_EVERY_MS : EVERY_MS);
  const { found, failure } = useReading((signal) => readDeliveries({ node, limit: SHOWN }, signal), everyMs, [
    node,
  ]);
  return (
    <section class="card" aria-labelledby="deliveries">
      <h2 id="deliveries">
        Last deliveries{" "}
        {found !== undefined && (
          <span class="note">
            from the archive, since {timeText(found.fromMs)}; up to {durationText(found.delayS * 1000)} behind
          </span>
        )}
      </h2>
      {failure !== undefined && <Failure of={failure} />}
      {found !== undefined && <DeliveryList of={found.deliveries} />}
    </section>
  );
}
