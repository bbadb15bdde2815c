import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';

/** The documents of a folder: GUIDE.md is the page guide/. */
export async function documents(folder) {
  return (await readdir(folder)).filter((file) => file.endsWith('.md')).sort()
    .map((file) => ({ name: pageOf(file), file: join(folder, file) }));
}

function pageOf(file) { return file.slice(0, -'.md'.length).toLowerCase(); }

/** Where a link of a document leads among the pages; undefined: to a file that is none of them. */
function linkOf(href) {
  if (/^[a-z]+:|^#/.test(href)) return href;
  const [, file, anchor] = /^(?:\.\/)?([\w-]+\.md)?(#.*)?$/.exec(href) ?? [];
  return file && `../${pageOf(file)}/${anchor ?? ''}`;
}

/** A document as HTML, with anchors for its headings: its title, links to its sections, and itself. */
export function renderDocument(text) {
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      link(token) {
        const href = linkOf(token.href), content = this.parser.parseInline(token.tokens);
        return href === undefined ? content : `<a href="${escape(href)}">${content}</a>`;
      },
    },
  });
  // A table may be wider than a phone.
  const content = marked.parse(text).replaceAll('<table>', '<div class="table" tabindex="0" role="group" aria-label="Table"><table>').replaceAll('</table>', '</table></div>');
  const headings = getHeadingList();
  return {
    title: escape(headings.find(({ level }) => level === 1)?.raw ?? ''),
    contents: headings.filter(({ level }) => level === 2).map(({ id, text }) => `<a href="#${id}">${text}</a>`).join('\n'),
    content,
  };
}

function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
}
