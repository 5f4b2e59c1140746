/** The page of runbooks: one section for each alert, which its annotation `runbook_url` names. */
import { type NamingOptions, queryNames } from '../../panels/promql/names.js';
import { promql } from '../../panels/promql/render.js';
import type { RuleGroup } from '../../panels/rules.js';

/** Returns the page as Markdown. */
export function runbookPage(title: string, groups: readonly RuleGroup[], naming: NamingOptions = {}): string {
  const names = queryNames(naming);
  const sections = groups.flatMap(({ alerts }) =>
    alerts.map(({ name, severity, when, description, summary, for: duration }) =>
      [
        `## ${name}`,
        `${plain(description)}`,
        `- Severity: ${severity}`,
        `- Fires after: ${duration}`,
        `- Message: ${plain(summary)}`,
        `\`\`\`promql\n${promql(when, { names, autoWindow: '5m' })}\n\`\`\``,
      ].join('\n\n'),
    ),
  );
  return `${[`# ${plain(title)}`, ...sections].join('\n\n')}\n`;
}

/** Returns a text on one line that Markdown shows as written. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_<>[\]#|]/g, '\\$&');
}
