/** A function runs only after its definition was checked. */
export const definitionMistake = () => undefined;
export const scheduleMistake = () => undefined;
