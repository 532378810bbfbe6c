import { act, get, post } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Output } from "@rainhooks/page/output.jsx";
import { timeText } from "@rainhooks/page/time";
import { useEffect, useState } from "preact/hooks";
import type { RuleKindAnswer } from "../routes/rule-kinds.ts";
import { BackTest } from "./back-test.tsx";
import { draft } from "./draft.ts";
import { type RuleDraft, RuleForm } from "./rule-form.tsx";

const TYPING_MS = 300;

interface AddedRule {
  readonly name: string;
  readonly version: number;
  readonly fromMs: number;
}

/** A rule that is written as a form or as JSON: checked while one types, tried on the past, and added. */
export function RuleEditor() {
  const { text } = draft.value;
  const problem = useCheck(text);
  const [done, setDone] = useState("");
  const { found = [] } = useReading<readonly RuleKindAnswer[]>(
    (signal) => get("/console/rules/kinds", {}, signal),
    ONCE,
    [],
  );
  const set = (next: string) => {
    draft.value = { ...draft.value, text: next };
    setDone("");
  };
  const add = async () => {
    const { name, version, fromMs } = await act<AddedRule>("rule-add", { text });
    setDone(`Rule ${name}, version ${version}, holds from ${timeText(fromMs)}.`);
    draft.value = { ...draft.value, added: draft.value.added + 1 };
  };
  const rule = readDraft(text);
  const isRight = text.trim() !== "" && problem === undefined;
  return (
    <section class="card editor" aria-labelledby="editor">
      <h2 id="editor">Write a rule</h2>
      <div class="beside">
        {rule === undefined ? (
          <p class="note">What is written as JSON is no object, so there is no form of it.</p>
        ) : (
          <RuleForm kinds={found} rule={rule} onChange={(next) => set(JSON.stringify(next, undefined, 2))} />
        )}
        <textarea
          id="rule-text"
          aria-label="Rule as JSON"
          aria-describedby="rule-problem"
          spellcheck={false}
          rows={14}
          maxLength={10_000}
          placeholder={'{ "name": "offline-10m", "kind": "offline", "for": "10m" }'}
          value={text}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      </div>
      <output id="rule-problem" class={problem === undefined ? "note" : "bad"}>
        {text.trim() === ""
          ? "A rule with the name of another one replaces it."
          : (problem ?? "This is a rule.")}
      </output>
      <BackTest text={text} isRight={isRight} />
      {isRight && (
        <ConfirmButton
          title="Add the rule"
          question="Add this rule to the stage? It holds 90 seconds later; a rule of the same name is replaced."
          run={add}
        />
      )}
      {done !== "" && <Output of={done} />}
    </section>
  );
}

/** Returns a rule that is being written by its fields; `undefined` if it is no JSON object. */
function readDraft(text: string): RuleDraft | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as RuleDraft)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Checks a rule shortly after it was typed; returns what is wrong with it. */
function useCheck(text: string): string | undefined {
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const end = new AbortController();
    const timer = setTimeout(() => {
      if (text.trim() === "") return setProblem(undefined);
      return void post<{ problem?: string }>("/console/rules/check", { text }, { signal: end.signal }).then(
        (answer) => setProblem(answer.problem),
        // That the console or the stage has gone is said above; what was typed is judged by the terminal's
        // command, too.
        () => undefined,
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [text]);
  return problem;
}
