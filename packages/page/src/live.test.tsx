import { expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";
import { stageThat } from "./testing/stage-that.ts";

const dom = await openDom();
const { isReading, ONCE, untilFreeReadMs, useReading } = await import("./live.ts");
const { ApiError, stage } = await import("./api.ts");

test.each([
  [undefined, true, true],
  [true, true, true],
  [true, false, false],
  [false, true, false],
  [false, false, false],
])(
  "on a stage that is local (%p), what can change (%p) is read again periodically: %p",
  (isLocal, canChange, isAgain) => {
    stage.value = isLocal === undefined ? undefined : stageThat(isLocal);
    expect(untilFreeReadMs(canChange) < ONCE).toBe(isAgain);
  },
);

test("nothing is read again while somebody types, and it goes on afterwards", async () => {
  let reads = 0;
  let meanwhile = 0;
  const drawn: boolean[] = [];
  const Shown = () => {
    drawn.push(isReading.value);
    useReading(
      async () => {
        reads++;
        if (isReading.value) meanwhile++;
      },
      () => 5,
      [],
    );
    return (
      <label>
        search <input />
      </label>
    );
  };
  await dom.show(() => <Shown />);
  await dom.until(() => reads > 2);
  await dom.type("search", "lamp");
  // What was drawn, and not what is so now: on a slow machine it may be over already.
  await dom.until(() => drawn.includes(true) && drawn.at(-1) === false);
  const before = reads;
  await dom.until(() => reads > before + 1);
  expect(meanwhile).toBe(0);
});

test("the first choice is kept, though a browser draws between its events `input` and `change`", async () => {
  const chosen: string[] = [];
  const Shown = () => (
    <label>
      lamp{" "}
      <input
        type="checkbox"
        checked={chosen.length > 0}
        onChange={({ currentTarget }) => chosen.push(String(currentTarget.checked))}
      />
    </label>
  );
  isReading.value = false;
  await dom.show(() => <Shown />);
  const lamp = dom.named("lamp") as HTMLInputElement;
  lamp.checked = true;
  lamp.dispatchEvent(new window.Event("input", { bubbles: true }));
  // A browser runs what is queued so after each listener of a click.
  await new Promise<void>(queueMicrotask);
  await Promise.resolve();
  lamp.dispatchEvent(new window.Event("change", { bubbles: true }));
  await dom.until(() => isReading.value);
  expect(chosen).toEqual(["true"]);
});

test("what is read only once, and could not be without a network, is read when that is back", async () => {
  const failures = [
    new ApiError({ code: "console-gone", detail: "no network" }),
    new ApiError({ code: "not-found", detail: "no such lamp" }),
  ];
  for (const failure of failures) {
    let reads = 0;
    const Shown = () => {
      const { result } = useReading(
        async () => {
          reads++;
          if (reads === 1) throw failure;
          return "a lamp";
        },
        ONCE,
        [],
      );
      return <p>{result ?? "nothing"}</p>;
    };
    await dom.show(() => <Shown key={failure.code} />);
    await dom.until(() => reads === 1);
    if (failure.code === "console-gone") await dom.until(() => dom.text().includes("a lamp"));
    else expect(dom.text()).toContain("nothing");
  }
});
