/** Words that claim what no test run can show; none may be in a standard, a report or its tables. */
export const FORBIDDEN =
  /\b(?:non-?)?(?:complian\w*|compl(?:y|ies|ied)\b|certif\w*|conforms?\b|conforming|conformant|conformance)/i;
