// What the type checker does not see: names that a browser does not have, and the ways in which
// data could become code or markup. The content security policy would stop those at run time;
// this stops them before.

import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";

const MARKUP = "Data never becomes markup: build nodes, or set textContent.";

export default defineConfig([
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "no-console": ["error", { allow: ["debug"] }],
      "no-constructor-return": "error",
      "no-eval": "error",
      "no-extend-native": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-promise-executor-return": "error",
      "no-script-url": "error",
      "no-shadow": "error",
      "no-throw-literal": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
      "no-useless-assignment": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]",
          message: MARKUP,
        },
        {
          selector: "CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe)$/]",
          message: MARKUP,
        },
        {
          selector: "CallExpression[callee.object.name='document'][callee.property.name=/^writeln?$/]",
          message: MARKUP,
        },
      ],
    },
  },
  { files: ["boot.js", "runtime/**/*.js"], languageOptions: { globals: globals.browser } },
  // Classic, not a module: it runs before the first paint.
  { files: ["boot.js"], languageOptions: { sourceType: "script" } },
  {
    files: ["build.mjs", "eslint.config.js"],
    languageOptions: { globals: globals.node },
    rules: { "no-console": "off" },
  },
  {
    files: ["tests/**/*.js", "tests/**/*.mjs"],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    // Tests lay out a page the short way; none of it is data of a user.
    rules: { "no-console": "off", "no-restricted-syntax": "off" },
  },
]);
