import { CST, Lexer } from 'yaml';
import { recordFault } from './fields.ts';

const EXPECTED =
  'a string, a number, true, false or a list of strings, and nothing nested, tagged or anchored';

/** What stands on the line that is being looked at. */
interface Place {
  line: number;
  /** Inside `[…]`. */
  inList: boolean;
  /** Types of what came on this line, without blanks at its end. */
  seen: string[];
}

/**
 * Refuses YAML that is not flat before a parser sees it. The parser recurses, and some of what it
 * calls at the bottom of the stack cannot fail: with 60 000 brackets V8 may find no room to compile a
 * pattern, and ends the process (seen with Node 20.20). The lexer does not recurse.
 * @param file named in errors; the text begins on its second line
 * @throws RecordError
 */
export function checkFlat(text: string, file: string): void {
  const place: Place = { line: 2, inList: false, seen: [] };
  let isText = false;
  for (const lexeme of new Lexer().lex(text)) {
    // After the mark for a plain or block scalar comes its text, which may look like anything.
    const type: string = isText ? 'text' : (CST.tokenType(lexeme) ?? 'text');
    isText = type === 'scalar';
    if (!fits(type, place)) throw refusal(text, file, place.line);
    move(type, lexeme, place);
  }
}

function fits(type: string, { inList, seen }: Place): boolean {
  switch (type) {
    case 'anchor':
    case 'alias':
    case 'tag':
    case 'flow-map-start':
    case 'explicit-key-ind':
      return false;
    case 'flow-seq-start':
      return !inList;
    case 'map-value-ind':
      // One key a line, and at its beginning: an indented one would be nested.
      return (
        !inList && seen[0] !== 'space' && !seen.includes('seq-item-ind') && !seen.includes(type)
      );
    case 'seq-item-ind':
      return !inList && !seen.includes(type);
    default:
      return true;
  }
}

function move(type: string, lexeme: string, place: Place): void {
  if (type === 'flow-seq-start') place.inList = true;
  if (type === 'flow-seq-end' || type === 'flow-error-end') place.inList = false;
  place.line += lexeme.split('\n').length - 1;
  if (type === 'newline' || lexeme.endsWith('\n')) place.seen = [];
  else if (type !== 'doc-mode') place.seen.push(type);
}

function refusal(text: string, file: string, line: number) {
  return recordFault(file, line, EXPECTED, 'priority: high', text.split('\n')[line - 2] ?? '');
}
