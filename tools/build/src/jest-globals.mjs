import { jestExpect as expect } from "@jest/expect";
import { ModuleMocker } from "jest-mock";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from "jest-circus";
export { expect };

/** Of jest's functions, those that need none of its own ways to load modules. */
const mocker = new ModuleMocker(globalThis);
export const jest = { spyOn: mocker.spyOn.bind(mocker), fn: mocker.fn.bind(mocker) };
