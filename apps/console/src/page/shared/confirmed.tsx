import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Failure } from "./message.tsx";
import { Output } from "./output.tsx";

interface Props {
  readonly title: string;
  readonly question: string;
  /** What would be done; a text that is read before the question is asked. */
  readonly plan?: () => Promise<{ readonly text: string }>;
  readonly run: () => Promise<unknown>;
  /** What else is to be chosen. */
  readonly children?: ComponentChildren;
}

/** A button for an action that asks first. */
export function Confirmed({ title, question, plan, run, children }: Props) {
  const [asking, setAsking] = useState<string | undefined>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const doing = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(undefined);
    await work().catch(setFailure);
    setBusy(false);
  };
  const ask = () => doing(async () => setAsking((await plan?.())?.text ?? ""));
  if (asking === undefined)
    return (
      <>
        <button type="button" disabled={isBusy} onClick={ask}>
          {isBusy ? `${title} …` : title}
        </button>{" "}
        {failure !== undefined && <Failure of={failure} />}
      </>
    );
  const confirm = () => {
    setAsking(undefined);
    void doing(run);
  };
  return (
    <fieldset class="range">
      <legend>{question}</legend>
      {asking !== "" && <Output of={asking} />}
      {children}
      <button type="button" class="danger" onClick={confirm}>
        Yes
      </button>
      <button type="button" onClick={() => setAsking(undefined)}>
        No
      </button>
    </fieldset>
  );
}
