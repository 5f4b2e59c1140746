/** Small programs with known defects, so that reviews can be scored. */

/** A defect of a program. */
export type Defect =
  | 'syntax'
  | 'eval'
  | 'hard-coded-secret'
  | 'assignment-in-condition'
  | 'empty-catch'
  | 'loose-equality'
  | 'var'
  | 'debugger';

/** A program and all its defects. */
export interface Sample {
  readonly name: string;
  readonly source: string;
  readonly defects: readonly Defect[];
}

export const samples: readonly Sample[] = [
  {
    name: 'counter.js',
    source: `var count = 0;
function next() {
  debugger;
  return count++;
}
`,
    defects: ['var', 'debugger'],
  },
  {
    name: 'calculator.js',
    source: `function calculate(text) {
  if (text == null) return 0;
  return eval(text);
}
`,
    defects: ['loose-equality', 'eval'],
  },
  {
    name: 'login.js',
    source: `const password = 'hunter2';
function login(user) {
  try {
    if (user.admin = true) return open(user, password);
  } catch (error) {}
  var tries = 1;
  return tries;
}
`,
    defects: ['hard-coded-secret', 'assignment-in-condition', 'empty-catch', 'var'],
  },
  {
    name: 'upload.js',
    source: `const secret = 'f00d';
function upload(file) {
  if (file.size == 0) return;
  var name = file.name;
  try {
    send(name, secret;
  } catch (error) {}
}
`,
    defects: ['syntax', 'hard-coded-secret', 'loose-equality', 'var', 'empty-catch'],
  },
  {
    name: 'parser.js',
    source: `function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {}
}
`,
    defects: ['empty-catch'],
  },
  {
    name: 'retry.js',
    source: `function retry(state) {
  if (state = 'failed') return again();
  for (;;) { if (done()) break }
  return [1, 2;
}
`,
    defects: ['syntax', 'assignment-in-condition'],
  },
];
