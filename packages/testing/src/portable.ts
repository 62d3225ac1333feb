/**
 * Whether the suites run as they would on a system without what only Linux has: no /proc, no `setpriv`, no scope
 * 'processes'. For tests that themselves look at these; those that ask for the scope are skipped without it.
 * Set by `npm run test-on -- portable`.
 */
export const portable: boolean = process.env['PORTABLE'] === '1';
