import { address, hrefOf } from "@rainhooks/page/address";
import { AlarmList, Severity } from "./alarm-list.tsx";
import { isHandled, SEVERITIES, worstFirst } from "./alarm-order.ts";
import { useAlarms } from "./alarms.ts";
import { Drops } from "./drops.tsx";

/** The worst alarms of the fleet, and who drops most. */
export function FleetAlarms() {
  return (
    <>
      <Alarms />
      <Drops />
    </>
  );
}

/** Alarms that are read, and the worst of them, which are shown. */
const [READ, SHOWN] = [200, 5];

/** The worst alarms that need attention; nothing if there are none, or if nothing watches the stage. */
function Alarms() {
  const { found, again } = useAlarms({ limit: READ });
  const raised = worstFirst(found?.alarms ?? []).filter((one) => !isHandled(one));
  const isMore = found?.more === true;
  if (raised.length === 0 && !isMore) return null;
  return (
    <section class="card" aria-labelledby="alarms">
      <h2 id="alarms">
        Alarms{" "}
        {SEVERITIES.map((severity) => {
          const count = raised.filter((one) => one.severity === severity).length;
          return (
            count > 0 && (
              <a key={severity} href={hrefOf("/alarms", { severity, tz: address.value.params["tz"] })}>
                {isMore && "at least "}
                {count} <Severity of={severity} />{" "}
              </a>
            )
          );
        })}
      </h2>
      <AlarmList areOpen of={raised.slice(0, SHOWN)} onDone={again} />
      {(raised.length > SHOWN || isMore) && (
        <p class="note">
          There are more: see <a href={hrefOf("/alarms", { tz: address.value.params["tz"] })}>Alarms</a>.
        </p>
      )}
    </section>
  );
}
