/** The model that answers where a request or a command names none; a folder of `models/`. */
export const defaultModel = "preview";
