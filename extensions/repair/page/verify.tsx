import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";

/** The stores that follow from the archive. */
const STORES = ["node-status", "time-series"] as const;

/** Compares what is stored with what was archived. */
export function Verify() {
  return (
    <section class="card" aria-labelledby="verify">
      <h2 id="verify">Verify</h2>
      <p class="note">
        Is what is stored equal to what follows from the archive? This reads both, and changes nothing.
      </p>
      {STORES.map((store) => (
        <ConfirmButton
          key={store}
          title={`Verify ${store}`}
          question={`Read the archive and the tables of ${store}? In AWS, that costs their reads.`}
          run={() => act("verify", { store })}
        />
      ))}
    </section>
  );
}
