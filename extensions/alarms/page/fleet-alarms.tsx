import { address, hrefOf } from "@rainhooks/page/address";
import { AlarmTable, Severity } from "./alarm-table.tsx";
import { SEVERITIES, worstFirst } from "./alarms.ts";
import { Drops } from "./drops.tsx";
import { useAlarms } from "./use-alarms.ts";

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

/** The worst alarms that nobody handles; nothing if there are none, or if nothing watches the stage. */
function Alarms() {
  const { found } = useAlarms({ limit: READ });
  const raised = worstFirst(found?.alarms ?? []).filter(({ state }) => state === "raised");
  const isMore = found?.more === true;
  if (raised.length === 0 && !isMore) return null;
  const { tz } = address.value.params;
  return (
    <section class="card" aria-labelledby="alarms">
      <h2 id="alarms">
        <a href={hrefOf("/alarms", { tz })}>
          {isMore ? `${found.total?.alarms.toLocaleString("en") ?? "Many"} open alarms` : "Alarms"}
        </a>{" "}
        {SEVERITIES.map((severity) => {
          const count = raised.filter((one) => one.severity === severity).length;
          return (
            count > 0 &&
            !isMore && (
              <a key={severity} href={hrefOf("/alarms", { severity, tz })}>
                {count} <Severity of={severity} />{" "}
              </a>
            )
          );
        })}
      </h2>
      <AlarmTable label="Worst alarms" areOpen of={raised.slice(0, SHOWN)} />
    </section>
  );
}
