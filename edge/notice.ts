/** What stands beside every result: in each JSON answer, on the page and at the server's start. */
export const notice = "Not for clinical use.";
