/**
 * The text as one word of POSIX sh, whatever is in it (Shell Command Language 2.2.2). A NUL cannot be written in a shell
 * and must be refused before.
 */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
