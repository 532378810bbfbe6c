throw new Error("A module was needed that packages/tooling leaves out of bundles.");
