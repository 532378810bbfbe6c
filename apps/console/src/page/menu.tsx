import { setParams } from "@rainhooks/page/address";
import { commandOf } from "@rainhooks/page/api";
import { Select } from "@rainhooks/page/parts.jsx";
import { isZone, OWN_ZONE, zone } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import { applyTheme, chooseTheme, THEMES } from "./theme.ts";

/** What can be chosen for all pages, and where help is. */
export function Menu() {
  const [theme, setTheme] = useState(applyTheme);
  return (
    <>
      <button type="button" class="quiet" popovertarget="menu">
        Menu
      </button>
      <section popover="auto" id="menu" class="menu" aria-label="Menu">
        <div class="rule-form">
          <ZoneChoice />
          <label>
            <span>Colours</span>
            <Select value={theme} of={THEMES} onChange={(value) => setTheme(chooseTheme(value))} />
          </label>
        </div>
        <p class="keys note">
          <kbd>/</kbd> filter the list · <kbd>↓</kbd> <kbd>j</kbd> and <kbd>↑</kbd> <kbd>k</kbd> next and
          previous row · <kbd>x</kbd> select it
        </p>
        <p class="note">
          <code>{commandOf("docs console")}</code> explains these pages, <code>{commandOf("docs")}</code>{" "}
          everything else.
        </p>
      </section>
    </>
  );
}

/** Chooses the time zone: the browser's, UTC or any other. */
function ZoneChoice() {
  const chosen = zone();
  const choose = (event: Event & { readonly currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    if (isZone(value)) setParams({ tz: value === OWN_ZONE ? undefined : value });
    else event.currentTarget.value = chosen;
  };
  return (
    <label>
      <span>Time zone</span>
      <input
        list="zones"
        value={chosen}
        onChange={choose}
        onFocus={(event) => event.currentTarget.select()}
      />
      <datalist id="zones">
        {[...new Set([OWN_ZONE, "UTC"]), ...Intl.supportedValuesOf("timeZone")].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
