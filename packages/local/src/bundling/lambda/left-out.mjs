throw new Error("A module was needed that tools/build leaves out of bundles.");
