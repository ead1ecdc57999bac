/** Budgets that no page keeps to, for `deno run --preload`: everything else of the build is as it is. */

import { type Budget, budgets } from "../../../edge/bundle_budget.ts";

const [page] = budgets as { -readonly [Field in keyof Budget]: Budget[Field] }[];
page.maxBytes = 1000;
