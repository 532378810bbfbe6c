import { useState } from "preact/hooks";
import { Failure } from "../shared/message.tsx";

interface Props {
  readonly title: string;
  readonly question: string;
  readonly run: () => Promise<unknown>;
}

/** A button for an action that asks first. */
export function Confirmed({ title, question, run }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const confirm = () => {
    setAsking(false);
    run().then(() => setFailure(undefined), setFailure);
  };
  if (!isAsking)
    return (
      <>
        <button type="button" onClick={() => setAsking(true)}>
          {title}
        </button>{" "}
        {failure !== undefined && <Failure of={failure} />}
      </>
    );
  return (
    <fieldset class="range">
      <legend>{question}</legend>
      <button type="button" class="danger" onClick={confirm}>
        Yes
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        No
      </button>
    </fieldset>
  );
}
