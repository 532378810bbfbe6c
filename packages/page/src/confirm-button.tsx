import type { PlanView } from "@rainhooks/stage/routes/plan-store";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api.ts";
import { Form, type FormField, type FormValues, useValues } from "./form.tsx";
import { Skeleton } from "./layout.tsx";
import { Output } from "./text.tsx";
import { inZone } from "./time.ts";
import { say } from "./toasts.tsx";

/** An action that asks first. */
export interface Action {
  readonly title: string;
  /** What it is done to, for those who do not see what the button stands beside. */
  readonly about?: string;
  readonly question: string;
  /** What would be done; it is read while the question is asked. */
  readonly plan?: () => Promise<PlanView>;
  /** What else is to be chosen; a hook, called while the question is asked. */
  readonly useFields?: () => readonly FormField[];
  /** What is chosen in the beginning. */
  readonly values?: FormValues;
  /**
   * Returns what is said afterwards if it is a text.
   *
   * @param plan Names the plan that was shown.
   */
  readonly run: (values: FormValues, plan?: string) => Promise<unknown>;
  /** The main action of its page. */
  readonly isPrimary?: boolean;
  /** True for what cannot be taken back. */
  readonly isFinal?: boolean;
}

const useNoFields = () => [];

/**
 * A button for an action that asks first, in a dialog, which stays until it was done and says why
 * it was not. What is done is as it was when the question was opened, whatever has come since.
 */
export function ConfirmButton(props: Action) {
  const { title, about, isPrimary = false } = props;
  const [asked, setAsked] = useState<Action>();
  const name = about === undefined ? title : `${title} ${about}`;
  return (
    <>
      <button
        type="button"
        class={isPrimary ? "primary" : ""}
        aria-label={name}
        onClick={() => setAsked(props)}
      >
        {title}
      </button>{" "}
      {asked !== undefined && <Question of={asked} name={name} end={() => setAsked(undefined)} />}
    </>
  );
}

interface ActionsProps {
  /** What they are done to. */
  readonly about: string;
  readonly of: readonly (Action | false)[];
}

/** Buttons for what can be done to one thing. */
export function Actions({ about, of }: ActionsProps) {
  return (
    <span class="actions">
      {of.map((one) => one !== false && <ConfirmButton key={one.title} about={about} {...one} />)}
    </span>
  );
}

interface QuestionProps {
  readonly of: Action;
  readonly name: string;
  readonly end: () => void;
}

function Question({ of, name, end }: QuestionProps) {
  const { question, plan, run, useFields = useNoFields, isFinal = false } = of;
  const { values, set } = useValues(of.values);
  const [shown, setShown] = useState<PlanView>();
  const [refused, setRefused] = useState<unknown>();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    void plan?.().then(setShown, setRefused);
  }, []);
  const close = () => {
    // Gives the focus back.
    dialog.current?.close();
    end();
  };
  const isRunning = useRef(false);
  const send = async () => {
    isRunning.current = true;
    try {
      const result = await run(values, shown?.plan);
      close();
      say(result, name);
    } catch (error) {
      // It would do something else by now: that is asked.
      if (error instanceof ApiError && error.shown !== undefined) setShown(error.shown);
      throw error;
    } finally {
      isRunning.current = false;
    }
  };
  const isPlanning = plan !== undefined && shown === undefined;
  return (
    <dialog
      ref={dialog}
      aria-label={question}
      onCancel={(event) => (isRunning.current ? event.preventDefault() : close())}
    >
      <p>{question}</p>
      <Form
        fields={useFields()}
        submit="Yes"
        values={values}
        set={set}
        send={send}
        refused={refused}
        isFinal={isFinal}
        isReady={!isPlanning}
        cancel={close}
      >
        {isPlanning && refused === undefined && (
          <>
            <p class="note">What this would do is being found out …</p>
            <Skeleton lines={2} />
          </>
        )}
        {shown !== undefined && shown.text !== "" && <Output of={inZone(shown.text)} />}
      </Form>
    </dialog>
  );
}
