/** The text of a document, with each link that stands outside of code replaced by what `replace` gives for it. */
export function replaceLinks(markdown: string, replace: (link: string) => string): string {
  return markdown.replaceAll(
    linkOrCode,
    (match, _fence: string | undefined, inline: string | undefined, definition: string | undefined) => {
      if (inline !== undefined) return `](${replace(inline)}`;
      if (definition !== undefined) return match.slice(0, -definition.length) + replace(definition);
      return match;
    },
  );
}

/** The text of the first heading, without its marks. */
export function titleOf(markdown: string): string | undefined {
  return /^# (.*)$/m.exec(markdown)?.[1]?.replaceAll('`', '');
}

/** The text after its first heading. */
export function withoutTitle(markdown: string): string {
  return markdown.replace(/^# .*\n+/, '');
}

/** Code is matched first, so that what looks like a link in it is left alone. */
const linkOrCode =
  /^ *(`{3,})[^]*?^ *\1 *$|`[^`\n]*`|\]\(([^)\s]+)|^\[[^\]]+\]: (\S+)$/gm;
