/** `DEEP=1` allows one more interruption, and many more states: minutes, not seconds. */
export const deep: boolean = process.env['DEEP'] === '1';
